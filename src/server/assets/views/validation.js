// One page's result: what was found and where, what is proposed, and deciding about it. Its address
// is the page's path, which shows the newest result, or the number of a result that it had once.

import { get, post } from "../api.js";
import { fill, h, name, path } from "../dom.js";
import { findingsAndSource, literal } from "../findings/beside.js";
import { duration } from "../format.js";
import { keys } from "../keys.js";
import { action, badge, counts, unavailable, when } from "../parts.js";
import { approveMany, outcomePlace } from "../review/bulk.js";
import { recommended } from "../review/cards.js";
import { approve, askWhy, tellApplied, undo, undoable } from "../review/common.js";
import { encodePath, href, titled } from "../router.js";
import { onChange } from "../state.js";
import { toast } from "../toasts.js";

const LONG_PATH = 90;

/** The newest result of a page, if there is one. */
async function newestOf(file, signal) {
  const { items } = await get("/api/pages", { path: literal(file), limit: 10 }, signal);
  return items.find((found) => found.path === file) ?? null;
}

function facts(found) {
  const rows = [
    ["Result", badge(found.status)],
    ["Findings", counts(found.counts)],
    ["Checked", h("a", { href: href(`workflows/${found.workflow}`) }, when(found.ts_us))],
    ["Types", name(found.types.replaceAll(",", ", "))],
  ];
  if (found.duration_us > 0) rows.push(["Took", duration(found.duration_us)]);
  if (found.family) rows.push(["Family", name(found.family)]);
  if (found.review) rows.push(["Review", badge(found.review)]);
  return h(
    "dl",
    { class: "facts inline" },
    rows.map(([key, value]) => h("div", h("dt", key), h("dd", value))),
  );
}

/** The page's path as the heading; of a very long one the directories are folded. */
function heading(file) {
  const at = file.lastIndexOf("/");
  if (file.length <= LONG_PATH || at < 0) return path(file);
  return [
    h("details", { class: "folded" }, h("summary", "…/"), path(file.slice(0, at + 1))),
    path(file.slice(at + 1)),
  ];
}

export function validation(page) {
  const byPath = page.params.path;
  const body = h("div", { class: "stack" });
  const top = h("div", { class: "stack" });
  const middle = h("div");
  const below = h("div");
  const applied = outcomePlace();
  let found = null;
  /** What is drawn: a result together with the text's state. */
  let drawn = "";
  let viewer = null;
  /** Whether the newest result is wanted, whichever it is. */
  let follows = Boolean(byPath);
  let refreshing = null;
  const undoing = undoable(page.signal, refresh);
  /** Whose path the heading shows. */
  let headed = byPath;

  const has = (...states) => found?.recommendations.some(({ state }) => states.includes(state));

  async function approveAll() {
    const chosen = found.recommendations.filter(({ state }) => state === "proposed");
    const review = chosen.filter(({ safety }) => safety === "review").length;
    // Only where there is something to leave out, it is asked for.
    if (review > 0) await approveMany({ chosen });
    else for (const one of chosen) await approve(one);
    await load();
  }

  async function rejectAll() {
    const why = await askWhy("all that is proposed for this page");
    if (!why) return;
    await post(`/api/validations/${found.id}/reject`, why);
    await load();
  }

  async function apply() {
    const report = await post(`/api/validations/${found.id}/enhance`, {
      expected_hash: found.hash,
    });
    undoing.written();
    tellApplied(report);
    if (report.files.some((file) => file.refused_changes.length > 0)) applied.show(report);
    await toNewest();
  }

  async function takeBack() {
    if (await undo()) await toNewest();
  }

  async function again() {
    const { path: file } = found;
    const started = await post("/api/validate", { path: file });
    toast({
      title: "Checking again",
      text: "the result appears here",
      link: h("a", { href: href(`workflows/${started.workflow_id}`) }, "Show the run"),
    });
    follows = true;
  }

  /** From here on the newest result is shown. */
  async function toNewest() {
    follows = true;
    await load();
  }

  const buttons = h(
    "div",
    { class: "buttons" },
    action("Approve all", approveAll, {
      key: "a",
      unless: () => (has("proposed") ? "" : "nothing is proposed"),
    }),
    action("Reject all…", rejectAll, {
      key: "r",
      unless: () => (has("proposed", "approved") ? "" : "nothing is proposed"),
    }),
    action("Apply", apply, {
      kind: "primary",
      key: "A",
      unless: () => (has("approved") ? "" : "approve something first"),
    }),
    action("Undo…", takeBack, { key: "u", unless: undoing.reason }),
    action("Check again", again),
  );

  async function load() {
    const wanted = found?.path ?? byPath;
    const newest = wanted ? await newestOf(wanted, page.signal) : null;
    if (wanted && !newest && follows)
      throw Object.assign(new Error("This page has not been checked"), {
        hint: "Check it, and its result shows here.",
      });
    const id = follows && newest ? newest.id : (found?.id ?? page.params.id);
    const [detail, now] = await Promise.all([
      get(`/api/validations/${id}`, {}, page.signal),
      get(`/api/validations/${id}/source`, {}, page.signal).catch((error) => ({ error })),
    ]);
    if (now.error?.name === "AbortError") return;
    const latest = newest ?? (await newestOf(detail.path, page.signal));
    // Who looks at the newest result goes on looking at the newest.
    if (found === null && latest?.id === detail.id) follows = true;
    found = detail;
    draw(now, latest);
    undoing.read();
  }

  function draw(now, newest) {
    titled(found.path);
    if (headed !== found.path) fill(page.heading, heading(found.path));
    headed = found.path;
    fill(
      crumbs,
      h("a", { href: href("validations") }, "Validations"),
      " › ",
      h("a", { href: href(`history/${encodePath(found.path)}`) }, "history"),
    );
    const state = `${found.id} ${now.hash ?? ""} ${now.changed}`;
    if (drawn !== state) {
      const at = viewer?.chosen()?.fingerprint ?? page.query.at;
      viewer = findingsAndSource(page, found, now, at);
      fill(middle, viewer.element);
      drawn = state;
    }
    const isOld = newest && newest.id !== found.id;
    fill(
      top,
      [
        facts(found),
        found.error && h("p", { class: "banner bad" }, name(found.error)),
        isOld &&
          h(
            "p",
            { class: "banner" },
            "This page was checked again since. ",
            h("a", { href: href(`pages/${encodePath(found.path)}`) }, "Show the newest result"),
          ),
        now.changed &&
          !isOld &&
          h(
            "p",
            { class: "banner warn" },
            "The page has changed since it was checked, so the places of findings may have moved. Check it again.",
          ),
        applied.element,
      ].filter(Boolean),
    );
    fill(below, recommended(page, found, load));
    if (body.childElementCount !== 3) fill(body, top, middle, below);
    refresh();
    page.restore();
  }

  function refresh() {
    for (const button of buttons.children) button.refresh();
  }

  const failed = (error) => unavailable(body, error, "validations", "All validations");
  const crumbs = h(
    "nav",
    { class: "crumbs", "aria-label": "Breadcrumb" },
    h("a", { href: href("validations") }, "Validations"),
  );
  fill(page.root, crumbs, page.title(byPath ? heading(byPath) : "Validation", buttons), body);
  titled(byPath ?? "Validation");
  onChange(({ events, reset }) => {
    const file = found?.path ?? byPath;
    const own = file && events.some((event) => event.data.path === file);
    if (!own && !reset) return;
    clearTimeout(refreshing);
    refreshing = setTimeout(() => load().catch(failed), 200);
  }, page.signal);
  page.signal.addEventListener("abort", () => clearTimeout(refreshing));
  const [yes, no, write, back] = buttons.children;
  keys(
    [
      ["j", "next finding", () => viewer?.move(1)],
      ["k", "finding before", () => viewer?.move(-1)],
      ["a", "approve all", () => yes.click()],
      ["r", "reject all", () => no.click()],
      ["A", "apply what is approved", () => write.click()],
      ["u", "undo what was applied last", () => back.click()],
    ],
    page.signal,
  );
  load().catch(failed);
}
