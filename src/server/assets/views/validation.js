// One page's result: what was found and where, what is proposed, and deciding about it. Its address
// is the page's path, which shows the newest result, or the number of a result that it had once.

import { get, post } from "../api.js";
import { fill, h, name, path } from "../dom.js";
import { editorLink } from "../editor.js";
import { toLine } from "../findings/detail.js";
import { findingsAt } from "../findings/filters.js";
import { duration, plural } from "../format.js";
import { keys } from "../keys.js";
import { action, badge, counts, empty, loading, unavailable, when } from "../parts.js";
import { approveMany, outcomePlace } from "../review/bulk.js";
import { approve, askWhy, brief, decision, describe, preview, reject, tellApplied, undo } from "../review/common.js";
import { encodePath, href, titled } from "../router.js";
import { onChange } from "../state.js";
import { source } from "../source.js";
import { toast } from "../toasts.js";

const OPENED = 3;
const LONG_PATH = 90;

/** A path as a pattern that means only itself. */
const literal = (path) => path.replace(/[*?[]/g, "[$&]");

/** The newest result of a page, if there is one. */
async function newestOf(file, signal) {
  const { items } = await get("/api/pages", { path: literal(file), limit: 10 }, signal);
  return items.find((found) => found.path === file) ?? null;
}

/** The list of findings; choosing one shows its place. */
function findingList(findings, choose) {
  if (findings.length === 0)
    return {
      element: h("p", { class: "muted pad" }, "Nothing was found on this page."),
      mark: () => {},
    };
  const buttons = findings.map((finding, at) =>
    h(
      "button",
      {
        type: "button",
        class: "finding",
        "data-severity": finding.severity,
        onclick: () => choose(at),
      },
      h("span", { class: "finding-line" }, String(finding.line)),
      h(
        "span",
        { class: "finding-text" },
        name(finding.message),
        h(
          "span",
          { class: "finding-rule muted" },
          h("span", { class: "hidden" }, `${finding.severity}, `),
          name(finding.rule),
          finding.rejected ? " · rejected" : "",
          finding.fix ? " · has a fix" : "",
        ),
      ),
    ),
  );
  return {
    element: h(
      "ol",
      { class: "findings" },
      buttons.map((button) => h("li", button)),
    ),
    mark: (at) =>
      buttons.forEach((button, index) => {
        if (index === at) button.setAttribute("aria-current", "true");
        else button.removeAttribute("aria-current");
      }),
    focus: (at) => buttons[at]?.focus(),
  };
}

/** Findings beside the text; the one with the fingerprint `at` is chosen first. */
function findingsAndSource(page, found, now, at) {
  let chosen = -1;
  let shown = null;
  const place = h("div", { class: "source-place" });
  const note = h("span", { class: "muted" });
  const draw = (near) => {
    if (now.error)
      return void fill(place, empty(now.error.message, now.error.hint && h("p", now.error.hint)));
    shown = source(now.text, now.changed ? [] : found.findings, near);
    fill(place, shown.element);
    fill(note, shown.note);
  };
  const choose = (at, isFirst = false) => {
    chosen = at;
    const finding = found.findings[at];
    list.mark(at);
    if (!isFirst) page.remember({ ...page.query, at: finding.fingerprint }, { replace: true });
    if (now.error) return;
    if (!shown.has(finding.line)) draw(finding.line);
    for (const mark of place.querySelectorAll(".chosen")) mark.classList.remove("chosen");
    const row = toLine(shown.element, finding.line);
    row?.classList.add("chosen");
    for (const mark of row?.querySelectorAll(`[data-finding="${finding.index}"]`) ?? [])
      mark.classList.add("chosen");
  };
  const list = findingList(found.findings, (at) => choose(at));
  const first = Math.max(0, found.findings.findIndex(({ fingerprint }) => fingerprint === at));
  draw(found.findings[first]?.line ?? 1);
  const move = (by) => {
    if (found.findings.length === 0) return;
    choose(Math.min(found.findings.length - 1, Math.max(0, chosen + by)));
    list.focus(chosen);
  };
  requestAnimationFrame(() => page.signal.aborted || found.findings.length === 0 || choose(first, true));
  return {
    move,
    chosen: () => found.findings[chosen],
    element: h(
      "div",
      { class: "split source-split" },
      h(
        "section",
        { class: "panel", "aria-labelledby": "findings-title" },
        h(
          "header",
          { class: "panel-head" },
          h("h2", { id: "findings-title" }, "Findings"),
          counts(found.counts),
          h("span", { class: "push" }),
          found.findings.length > 0 && h("a", { href: findingsAt({ path: literal(found.path) }) }, "Filter"),
        ),
        list.element,
      ),
      h(
        "section",
        { class: "panel", "aria-labelledby": "source-title" },
        h(
          "header",
          { class: "panel-head" },
          h("h2", { id: "source-title" }, "Text"),
          note,
          now.changed && h("span", { class: "badge", "data-kind": "stale" }, "changed since"),
          h("span", { class: "push" }),
          editorLink(found.path, found.findings[first], {}, page.signal),
        ),
        place,
      ),
    ),
  };
}

/** One recommendation with its diff and the buttons to decide. */
function card(page, recommendation, open, refresh) {
  const changes = h("div", { class: "card-diff" });
  const show = () =>
    changes.childElementCount === 0 && loading(changes, () => preview(recommendation, page.signal));
  const details = h(
    "details",
    { open, ontoggle: () => details.open && show() },
    h("summary", "What would change"),
    changes,
  );
  if (open) show();
  const unless = (states) => () =>
    states.includes(recommendation.state) ? "" : `it is ${recommendation.state}`;
  const yes = action(
    "Approve",
    async () => {
      await approve(recommendation);
      await refresh();
    },
    { kind: "small", unless: unless(["proposed", "rejected"]) },
  );
  const no = action(
    "Reject…",
    async () => {
      if (await reject(recommendation)) await refresh();
    },
    { kind: "small", unless: unless(["proposed", "approved", "refused"]) },
  );
  return h(
    "article",
    { class: "card", "data-recommendation": String(recommendation.id) },
    h(
      "header",
      { class: "card-head" },
      h("div", h("h3", name(brief(recommendation))), describe(recommendation)),
      badge(recommendation.state),
      h("div", { class: "buttons" }, yes, no),
    ),
    recommendation.rationale && h("p", { class: "rationale" }, name(recommendation.rationale)),
    decision(recommendation),
    details,
  );
}

function recommended(page, found, refresh) {
  const list = found.recommendations;
  const cards =
    list.length === 0
      ? h("p", { class: "muted pad" }, "Nothing is proposed for this page.")
      : list.map((one, at) => card(page, one, at < OPENED && one.state !== "applied", refresh));
  return h(
    "section",
    { class: "panel", "aria-labelledby": "recommended-title" },
    h(
      "header",
      { class: "panel-head" },
      h("h2", { id: "recommended-title" }, "Recommendations"),
      h("span", { class: "muted" }, plural(list.length, "recommendation")),
    ),
    h("div", { class: "cards" }, cards),
  );
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

/** The page's path as the heading; of a very long one the folders are folded. */
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
  let undoable = null;

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
    const report = await post(`/api/validations/${found.id}/enhance`, { expected_hash: found.hash });
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
    action("Undo…", takeBack, {
      key: "u",
      unless: () => (undoable === false ? "there is nothing to undo" : ""),
    }),
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
    readUndo();
  }

  function draw(now, newest) {
    titled(found.path);
    fill(page.heading, heading(found.path));
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
    for (const button of buttons.children) button.refresh();
    page.restore();
  }

  async function readUndo() {
    undoable = await get("/api/undo", {}, page.signal).then(
      (runs) => runs.length > 0,
      () => null,
    );
    for (const button of buttons.children) button.refresh();
  }

  const failed = (error) => unavailable(body, error, "validations", "All validations");
  const crumbs = h(
    "nav",
    { class: "crumbs", "aria-label": "Breadcrumb" },
    h("a", { href: href("validations") }, "Validations"),
  );
  fill(page.root, crumbs, page.title(byPath ? path(byPath) : "Validation", buttons), body);
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
