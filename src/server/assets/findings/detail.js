// The chosen finding: what it is, where it is in the page's text, and what can be done about it.

import { get, post } from "../api.js";
import { fill, h, message, name, path } from "../dom.js";
import { editorLink } from "../editor.js";
import { action, copy, empty } from "../parts.js";
import { askWhy } from "../review/common.js";
import { encodePath, href } from "../router.js";
import { source } from "../source.js";
import { turnOff } from "./turnoff.js";

/** How many other findings of the page are marked. */
const MARKED = 1000;

/** A page's text with all that was found in it; the last one that was asked for is kept. */
function texts(signal) {
  let last = { validation: null, loaded: null };
  return (row) => {
    if (last.validation !== row.validation) {
      const loaded = Promise.all([
        get(`/api/validations/${row.validation}/source`, {}, signal).catch((error) => ({ error })),
        get("/api/findings", { validation: row.validation, limit: MARKED }, signal),
      ]);
      loaded.catch(() => {
        last = { validation: null, loaded: null };
      });
      last = { validation: row.validation, loaded };
    }
    return last.loaded;
  };
}

/** Scrolls the box so that the line is in sight, a third from its top. */
export function toLine(box, line) {
  const row = box.querySelector(`[data-line="${line}"]`);
  if (!row) return null;
  const distance = row.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop += distance - box.clientHeight / 3;
  return row;
}

function markChosen(shown, row) {
  const line = toLine(shown.element, row.line);
  line?.classList.add("chosen");
  for (const mark of shown.element.querySelectorAll(`mark[data-finding="${row.index}"]`))
    mark.classList.add("chosen");
}

/** Text that was checked; where it has changed since, places may have moved and are not marked. */
async function showText(place, note, row, load, isCurrent) {
  const [now, found] = await load(row);
  if (!isCurrent()) return;
  if (now.error) {
    fill(place, empty(now.error.message, now.error.hint && h("p", now.error.hint)));
    return void fill(note);
  }
  const marks = now.changed ? [] : found.items;
  if (!now.changed && !marks.some(({ index }) => index === row.index)) marks.push(row);
  const shown = source(now.text, marks, row.line);
  fill(place, shown.element);
  fill(
    note,
    now.changed &&
      h("span", { class: "badge", "data-kind": "stale" }, "changed since it was checked"),
    shown.note && h("span", shown.note),
  );
  markChosen(shown, row);
}

const FIXES = { safe: "has a safe fix", review: "has a fix to review" };

function facts(row) {
  return h(
    "p",
    { class: "described" },
    h("span", { class: "count", "data-severity": row.severity }, row.severity),
    h(
      "a",
      { class: "rule-link", href: href(`rules/${row.rule}`), "aria-keyshortcuts": "d" },
      h("span", { class: "tag" }, name(row.rule)),
      " what it checks and why",
    ),
    row.fix &&
      h(
        "a",
        { href: href("recommendations", { path: row.path, rule: row.rule, state: "proposed" }) },
        h("span", { class: "tag", "data-kind": row.fix }, FIXES[row.fix]),
      ),
    row.rejected && h("span", { class: "tag", "data-kind": "review" }, "rejected"),
  );
}

function rejection({ rejected }) {
  if (!rejected) return null;
  const { reason, by, until } = rejected;
  return h(
    "p",
    { class: "muted" },
    "Rejected",
    reason && [": ", name(`“${reason}”`)],
    ` by ${by}`,
    until && ` until ${until}`,
  );
}

function buttons(row, changed, signal) {
  const place = `${row.path}:${row.line}`;
  const copies = h(
    "button",
    {
      type: "button",
      class: "small",
      "aria-keyshortcuts": "c",
      title: `Copy ${place}`,
      onclick: () => copy(place, copies),
    },
    "Copy path:line",
  );
  const decide = async (what, body) => {
    const answer = await post(`/api/findings/${row.fingerprint}/${what}`, body);
    row.rejected = answer.rejected ?? undefined;
    changed(row);
  };
  const reject = action(
    "Reject…",
    async () => {
      const why = await askWhy("this finding");
      if (why) await decide("reject", { path: row.path, ...why });
    },
    { kind: "small", key: "r" },
  );
  const restore = action("Restore", () => decide("restore", {}), { kind: "small", key: "r" });
  return h(
    "div",
    { class: "buttons" },
    row.rejected ? restore : reject,
    copies,
    editorLink(row.path, row, { class: "button small", "aria-keyshortcuts": "o" }, signal),
  );
}

/** Shows one finding at a time; `changed` is called with a row after a decision about it. */
export function detail(page, changed) {
  const load = texts(page.signal);
  const place = h("div", { class: "source-place" });
  const note = h("span", { class: "muted source-note" });
  const head = h("div", { class: "finding-head" });
  const element = h(
    "section",
    { class: "panel finding-detail", "aria-label": "The chosen finding" },
    head,
    h("header", { class: "panel-head" }, h("h2", "Text"), note),
    place,
  );
  let current = null;
  /** Ends what only the finding that was shown before needs. */
  let shown = null;
  page.signal.addEventListener("abort", () => shown?.abort());
  function show(row) {
    const isOther = current?.validation !== row.validation;
    current = row;
    shown?.abort();
    shown = new AbortController();
    fill(
      head,
      [
        h("h2", message(row.message)),
        facts(row),
        h(
          "p",
          { class: "finding-place" },
          h("a", { href: href(`pages/${encodePath(row.path)}`) }, path(row.path)),
          `:${row.line}:${row.column}`,
        ),
        rejection(row),
        buttons(
          row,
          (now) => {
            changed(now);
            show(now);
          },
          shown.signal,
        ),
        turnOff(row),
      ].filter(Boolean),
    );
    if (isOther) fill(place, h("p", { class: "muted pad" }, "Loading…"));
    showText(place, note, row, load, () => current === row && !page.signal.aborted).catch(
      (error) => {
        if (error.name !== "AbortError" && current === row) fill(place, empty(error.message));
      },
    );
  }
  const press = (key) =>
    /** @type {HTMLElement} */ (head.querySelector(`[aria-keyshortcuts=${key}]`))?.click();
  return { element, show, press };
}
