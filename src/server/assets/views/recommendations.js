// Reviewing many recommendations: filter, choose, decide, apply; the keyboard is enough.

import { get } from "../api.js";
import { fill, h } from "../dom.js";
import { number } from "../format.js";
import { keys } from "../keys.js";
import {
  action,
  empty,
  firstSteps,
  input,
  loading,
  select,
  toDetail,
  unavailable,
} from "../parts.js";
import { applyMany, approveMany, outcomePlace, rejectMany } from "../review/bulk.js";
import { withBar } from "../review/applying.js";
import { reconsider, undo, undoable } from "../review/common.js";
import { showRecommendation } from "../review/detail.js";
import { groups } from "../review/groups.js";
import { reviewList } from "../review/list.js";
import { go, href } from "../router.js";
import { onChange, state } from "../state.js";

const STATES = ["proposed", "approved", "rejected", "applied", "refused", "stale"];
const SAFETIES = [
  ["safe", "safe"],
  ["review", "needs review"],
];
const PAGE = 200;
const MOST = 1000;

/** Leads from a recommendation's own address to the list in which it is. */
export function recommendation(page) {
  const place = h("div");
  fill(page.root, page.title("Recommendation"), place);
  get(`/api/recommendations/${encodeURIComponent(page.params.id)}`, {}, page.signal)
    .then(({ path, rule, state }) =>
      go(href("recommendations", { state, rule, path }), { replace: true }),
    )
    .catch((error) => unavailable(place, error, "recommendations", "All recommendations"));
}

/** What there is to say where no recommendation fits. */
function none(query, approved) {
  const { state: wanted, ...others } = query;
  const next =
    approved > 0 &&
    wanted === "proposed" &&
    h("p", `${number(approved)} approved: Apply writes them.`);
  const filtered = Object.values(others).some(Boolean);
  if (filtered)
    return empty(
      "No recommendation fits these filters",
      next,
      h("p", h("a", { href: href("recommendations") }, "Show all open recommendations")),
    );
  if (!(state.stats?.validations > 0)) return empty("Nothing has been checked yet", firstSteps());
  return empty(
    wanted === "proposed" ? "No recommendations to review" : `Nothing is ${wanted || "recorded"}`,
    next || h("p", "What can be fixed is proposed here after each run."),
  );
}

/** The drop-down of rules, filled with those that have recommendations. */
function ruleFilter(page, set) {
  const place = h("span", { class: "contents" });
  let rules = [];
  const draw = () => {
    const known = [...new Set([...rules, page.query.rule].filter(Boolean))].sort();
    fill(place, select("Rule", "any rule", known, page.query.rule, set));
  };
  draw();
  get("/api/recommendations/groups", {}, page.signal)
    .then((found) => {
      rules = found.map(({ rule }) => rule);
      draw();
    })
    .catch(() => {});
  return place;
}

export function recommendations(page) {
  if (!("state" in page.query)) page.query = { state: "proposed", ...page.query };
  const filters = () => Object.fromEntries(Object.entries(page.query).filter(([, value]) => value));
  const detail = h("section", {
    class: "panel review-detail",
    "aria-label": "The chosen recommendation",
  });
  const place = h("div");
  const applied = outcomePlace();
  const list = reviewList({
    show: (one) =>
      showRecommendation(detail, one, page.signal, { decideOne, viewed: list.drawViewed }),
    tell,
    opened: () => toDetail(detail),
  });
  const grouped = groups(page, (filter) =>
    decideMany(() => approveMany({ filter: { ...filter, safety: "safe" } })),
  );
  const more = h(
    "button",
    { type: "button", class: "more", onclick: () => load(next) },
    "Show more",
  );
  const board = h(
    "div",
    { class: "split review-split" },
    h(
      "section",
      { class: "panel", "aria-label": "List" },
      h("header", { class: "panel-head" }, list.head),
      list.element,
      more,
    ),
    detail,
  );
  let next = null;
  let waiting = null;
  /** What was decided here, the newest last: the numbers of each decision. */
  const decisions = [];

  const undoing = undoable(page.signal, tell);
  const target = () => (list.chosen.length > 0 ? { chosen: list.chosen } : { filter: filters() });
  const buttons = h(
    "div",
    { class: "buttons" },
    action("Approve all…", () => decideMany(() => approveMany(target()))),
    action("Reject all…", () => decideMany(() => rejectMany(target()))),
    action("Undo decision", reconsiderLast, {
      key: "z",
      unless: () => (decisions.length > 0 ? "" : "nothing was decided here"),
    }),
    action("Apply approved…", apply, {
      kind: "primary",
      key: "A",
      unless: () =>
        (state.stats?.recommendations.approved ?? 0) > 0 ? "" : "approve something first",
    }),
    action("Undo…", takeBack, { key: "u", unless: undoing.reason }),
  );

  function tell() {
    const many = list.chosen.length > 0 ? number(list.chosen.length) : "all";
    fill(buttons.children[0], `Approve ${many}…`);
    fill(buttons.children[1], `Reject ${many}…`);
    for (const button of buttons.children) button.refresh();
  }

  async function decideOne(decide) {
    const changed = await decide(list.current);
    if (!changed) return;
    decisions.push([changed.id]);
    list.decided(changed, !page.query.state || page.query.state === changed.state);
    grouped.load();
    if (list.length === 0) await load();
  }

  async function decideMany(decide) {
    const done = await decide();
    if (done === null) return;
    if (done.length > 0) decisions.push(done);
    await load();
  }

  async function reconsiderLast() {
    const ids = decisions.at(-1);
    await reconsider(ids);
    decisions.pop();
    list.forget();
    await load();
    list.lookAt(ids[0]);
    list.focus();
  }

  async function apply() {
    const report = await applyMany(filters(), (work) => withBar(applied.element, work));
    if (!report) return;
    // What is written cannot be decided otherwise any more.
    decisions.length = 0;
    undoing.written();
    applied.show(report);
    await load();
    await undoing.read();
  }

  async function takeBack() {
    const undone = await undo();
    if (!undone) return;
    await undoing.read();
    await load();
  }

  async function load(after) {
    clearTimeout(waiting);
    grouped.load();
    const limit = after ? PAGE : Math.min(MOST, Math.max(PAGE, page.kept?.rows ?? 0));
    await loading(place, async () => {
      const [found, count] = await Promise.all([
        get("/api/recommendations", { ...page.query, after, limit }, page.signal),
        get("/api/recommendations/count", page.query, page.signal),
      ]);
      if (!after) list.clear();
      list.append(found.items, count.safe + count.review);
      next = found.next;
      more.hidden = !next;
      if (list.length === 0) {
        const { safe, review } = await get(
          "/api/recommendations/count",
          { ...page.query, state: "approved" },
          page.signal,
        );
        return h("section", { class: "panel" }, none(page.query, safe + review));
      }
      if (!after) list.look(page.kept?.current ?? 0);
      return board;
    });
    const { top } = page.kept ?? {};
    if (top) list.element.scrollTop = top;
    page.restore();
  }

  const filter = (field) => (value) => {
    page.query = { ...page.query };
    page.remember({ ...page.query, [field]: value });
    if (field === "state" && !value) page.query.state = "";
    load();
  };
  page.keeps(() => ({ rows: list.length, top: list.element.scrollTop }));
  keepUp(page, list, (soon) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => load(), soon);
  });
  page.signal.addEventListener("abort", () => clearTimeout(waiting));
  keys(
    [
      ["j", "next", () => list.move(1)],
      ["k", "the one before", () => list.move(-1)],
      ["x", "select it, or not", () => list.toggle()],
      ["a", "approve it", () => press(detail, "a")],
      ["r", "reject it", () => press(detail, "r")],
      ["z", "undo the last decision", () => press(buttons, "z")],
      ["v", "mark it as viewed, or not", () => detail.querySelector("[data-viewed]")?.click()],
      ["A", "apply what is approved", () => press(buttons, "A")],
      ["u", "undo what was applied last", () => press(buttons, "u")],
    ],
    page.signal,
  );
  fill(
    page.root,
    page.title("Recommendations", buttons),
    h(
      "div",
      { class: "filters" },
      select("State", "any state", STATES, page.query.state, filter("state")),
      ruleFilter(page, filter("rule")),
      input("Path", "docs/ or *.md", page.query.path, filter("path")),
      select("Safety", "any", SAFETIES, page.query.safety, filter("safety")),
    ),
    applied.element,
    grouped.element,
    place,
  );
  load();
  undoing.read();
}

/** Presses the button in a place that a key belongs to. */
const press = (place, key) => place.querySelector(`[aria-keyshortcuts="${key}"]`)?.click();

/** Takes in somebody else's decisions when nobody is in the middle of choosing. */
function keepUp(page, list, loadIn) {
  onChange(({ events, reset, stats }) => {
    if (reset) return loadIn(0);
    if (stats && list.length === 0 && page.root.querySelector(".empty .first-steps")) loadIn(0);
    const touched = events.some(
      (event) => event.type.startsWith("recommendation_") || event.type === "workflow_completed",
    );
    const busy =
      list.chosen.length > 0 || document.activeElement?.closest(".review-list, .review-detail");
    if (touched && !busy) loadIn(300);
  }, page.signal);
}
