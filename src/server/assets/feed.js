// The activity feed: every event, newest last, however many there are.

import { get } from "./api.js";
import { fill, h, name, path } from "./dom.js";
import { actor, clock, number, plural, scope, total } from "./format.js";
import { FeedRows, KINDS } from "./feedrows.js";
import { icon } from "./icons.js";
import { encodePath, href } from "./router.js";
import { select } from "./parts.js";
import { events, isOpen, onChange, runs } from "./state.js";
import { VirtualList } from "./vlist.js";

const COLUMNS = [
  { id: "time", title: "Time" },
  { id: "what", title: "What" },
  { id: "about", title: "About" },
  { id: "who", title: "By" },
];
const OLDER = 500;

const VERBS = {
  validation_created: ["validations", "Checked"],
  validation_approved: ["check", "Approved"],
  validation_rejected: ["cross", "Rejected"],
  validation_enhanced: ["pen", "Changed"],
  recommendation_created: ["idea", "Proposed"],
  recommendation_approved: ["check", "Approved"],
  recommendation_rejected: ["cross", "Rejected"],
  recommendation_applied: ["pen", "Applied"],
  workflow_started: ["play", "Started"],
  workflow_progress: ["workflows", "Progress"],
  workflow_completed: ["check", "Completed"],
  workflow_failed: ["warn", "Failed"],
  workflow_paused: ["pause", "Paused"],
  workflow_resumed: ["play", "Resumed"],
  workflow_cancelled: ["stop", "Cancelled"],
};

/** The kind of news an event is, for its colour. */
export function tone(event) {
  if (
    event.type === "workflow_failed" ||
    event.data.status === "failed" ||
    event.data.status === "unreadable"
  )
    return "bad";
  if (event.data.status === "warned") return "warn";
  if (["stale", "refused"].includes(event.data.state)) return "warn";
  if (event.type === "workflow_completed" || event.data.status === "passed") return "good";
  return "plain";
}

function about(event) {
  const { data } = event;
  if (event.type.startsWith("workflow_")) {
    const run = runs.get(event.workflow_id);
    const words =
      event.type === "workflow_progress"
        ? `${data.kind}, ${number(data.done)}/${number(data.total)} · ${data.percent} %`
        : [data.kind, scope({ what: {}, ...run, total: data.total })].filter(Boolean).join(", ");
    return [
      h("a", { href: href(`workflows/${event.workflow_id}`) }, name(words)),
      data.message && h("span", { class: "muted" }, " ", name(data.message)),
    ];
  }
  const target = event.validation_id
    ? href(`validations/${event.validation_id}`)
    : href(`pages/${encodePath(data.path ?? "")}`);
  const isResult = event.type === "validation_created" && !data.error;
  const found =
    event.type === "validation_created"
      ? (data.error ?? (total(data.counts) ? plural(total(data.counts), "finding") : "passed"))
      : (data.instruction ?? "");
  return [
    h("a", { href: target, class: "from-end" }, path(data.path ?? "")),
    h("span", { class: `muted after ${isResult ? "short" : ""}` }, name(found)),
  ];
}

/** A line that stands for many events of a run. */
function folded({ event, count, failed }) {
  const [drawing, verb] = VERBS[event.type];
  const words = {
    validation_created: plural(count, "page"),
    recommendation_created: plural(count, "recommendation"),
    workflow_progress: `${number(event.data.done)}/${number(event.data.total)} · ${event.data.percent} %`,
  };
  return [
    h("time", { datetime: new Date(event.ts_us / 1000).toISOString() }, clock(event.ts_us)),
    [icon(drawing), verb],
    [
      h("a", { href: href(`workflows/${event.workflow_id}`), class: "fold" }, words[event.type]),
      failed > 0 && h("span", { class: "fold-bad" }, ` ${number(failed)} with errors`),
      event.data.path &&
        h(
          "span",
          { class: "muted after" },
          "last ",
          h("span", { class: "from-end" }, path(event.data.path)),
        ),
    ].filter(Boolean),
    name(actor(event.actor)),
  ];
}

/** The tone of a line: of many events, that of the worst. */
const toneOf = (row) => (row.count > 1 && row.failed > 0 ? "bad" : tone(row.event));

function row(row) {
  if (row.count > 1) return folded(row);
  const { event } = row;
  const [drawing, verb] = VERBS[event.type] ?? ["dot", event.type];
  const what = { stale: "Outdated", refused: "Refused" }[event.data.state] ?? verb;
  return [
    h("time", { datetime: new Date(event.ts_us / 1000).toISOString() }, clock(event.ts_us)),
    [icon(drawing), what],
    about(event),
    name(actor(event.actor)),
  ];
}

/** A feed over all events; it follows the newest until somebody scrolls away. */
export function feed(page) {
  const rows = new FeedRows();
  rows.remake(events);
  let follows = true;
  let dropped = events.dropped;
  let unseen = 0;
  const list = new VirtualList({
    label: "Activity",
    columns: COLUMNS,
    row,
    at: (index) => rows.at(index),
    mark: toneOf,
    signal: page.signal,
  });
  const count = h("span", { class: "muted" });
  const followSwitch = h(
    "button",
    {
      type: "button",
      class: "quiet toggle",
      "aria-keyshortcuts": "f",
      onclick: () => follow(!follows),
    },
    "Follow",
  );
  const foldSwitch = h(
    "button",
    {
      type: "button",
      class: "quiet toggle",
      "aria-pressed": "true",
      title: "One line for all pages of a run",
      onclick: () => {
        rows.folds = !rows.folds;
        foldSwitch.setAttribute("aria-pressed", String(rows.folds));
        remake();
      },
    },
    "Fold runs",
  );
  const kinds = select("Show", "everything", Object.entries(KINDS), "", (kind) => {
    rows.only = kind;
    remake();
  });
  const jump = h("button", { type: "button", class: "jump", onclick: () => follow(true) });
  const older = h(
    "button",
    { type: "button", class: "quiet", onclick: () => loadOlder() },
    "Load older",
  );
  const none = h("div", { class: "feed-empty" });

  function follow(on) {
    follows = on;
    followSwitch.setAttribute("aria-pressed", String(on));
    if (on) {
      unseen = 0;
      list.toEnd();
    }
    note();
  }

  function note() {
    const first = events.length > 0 ? events.at(0).seq : 0;
    fill(count, events.length > 0 ? plural(events.length, "event") : "");
    older.hidden = first <= 1;
    jump.hidden = unseen === 0;
    fill(jump, `${number(unseen)} new ↓`);
    list.element.hidden = events.length === 0;
    kinds.hidden = events.length === 0;
    foldSwitch.hidden = events.length === 0;
    followSwitch.hidden = events.length === 0;
    none.hidden = events.length > 0;
  }

  async function loadOlder() {
    const first = events.at(0).seq;
    const { items } = await get("/api/events", {
      since: Math.max(0, first - 1 - OLDER),
      limit: Math.min(OLDER, first - 1),
    });
    const before = items.filter((event) => event.seq < first);
    events.unshift(before);
    if (before.length === 0) older.disabled = true;
    follow(false);
    const count = rows.length;
    rows.remake(events);
    list.update(rows.length, { fresh: true });
    list.element.scrollTop += Math.max(0, rows.length - count) * list.height;
    note();
  }

  function remake() {
    rows.remake(events);
    list.update(rows.length, { fresh: true, end: follows });
    note();
  }

  /** @param {import("./state.js").Change} change */
  function draw({ events: news, first, reset, named }) {
    if (news.length === 0 && !first && !reset && !named) return;
    // Rows move up when the ring is full: then those in sight are others.
    const moved = events.dropped - dropped;
    dropped = events.dropped;
    if (!follows) unseen += news.length;
    note();
    const before = rows.length;
    rows.changed = before;
    // What the ring dropped goes here, too, but not with every event.
    if (first || reset || (moved > 0 && rows.length > 2 * events.length)) rows.remake(events);
    else for (const event of news) rows.add(event);
    list.update(rows.length, {
      fresh: [first, reset, named].includes(true) || rows.length < before,
      end: follows,
    });
    list.redrawFrom(rows.changed, before);
  }

  list.element.addEventListener(
    "scroll",
    () => {
      if (list.isAtEnd !== follows) {
        // Growing moves the end away; only a scroll of somebody's own turns following off.
        if (list.isAtEnd) follow(true);
      }
    },
    { passive: true },
  );
  for (const gesture of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    list.element.addEventListener(
      gesture,
      () => requestAnimationFrame(() => list.isAtEnd || !follows || follow(false)),
      { passive: true },
    );
  }
  onChange(draw, page.signal);
  queueMicrotask(() => {
    list.update(rows.length);
    follow(true);
  });
  return {
    none,
    toggle: () => follow(!follows),
    move: (by) => {
      const links = [...list.body.querySelectorAll("a")].sort(
        (a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top,
      );
      const at = links.indexOf(document.activeElement);
      follow(false);
      (
        links[at < 0 ? links.length - 1 : Math.min(links.length - 1, Math.max(0, at + by))] ??
        list.element
      ).focus();
    },
    element: h(
      "section",
      { class: "panel feed", "aria-labelledby": "feed-title" },
      h(
        "header",
        { class: "panel-head" },
        h("h2", { id: "feed-title" }, "Activity"),
        count,
        h("span", { class: "push" }),
        older,
        kinds,
        foldSwitch,
        followSwitch,
      ),
      list.element,
      none,
      jump,
    ),
  };
}

export const openRuns = () =>
  [...runs.values()].filter(isOpen).sort((a, b) => (a.id < b.id ? 1 : -1));
