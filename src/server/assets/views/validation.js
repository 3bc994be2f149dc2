// One page's result: what was found and where, what is proposed, and deciding about it.

import { get, post } from "../api.js";
import { fill, h, name, path } from "../dom.js";
import { duration, plural } from "../format.js";
import { keys } from "../keys.js";
import { action, badge, counts, empty, loading, unavailable, when } from "../parts.js";
import {
  approve,
  askWhy,
  decision,
  describe,
  preview,
  reject,
  tellApplied,
  tellDecided,
  undo,
} from "../review.js";
import { go, href } from "../router.js";
import { onChange } from "../state.js";
import { source } from "../source.js";

const OPENED = 3;

/** The newest result of the same page, if it is another. */
async function newerThan({ id, path }, signal) {
  const pattern = path.replace(/[*?[]/g, "[$&]");
  const { items } = await get("/api/validations", { path: pattern, current: true }, signal);
  const newest = items.find((found) => found.path === path);
  return newest && newest.id !== id ? newest : null;
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

/** Findings beside the text. */
function findingsAndSource(page, found, now) {
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
  const choose = (at) => {
    chosen = at;
    list.mark(at);
    const { line } = found.findings[at];
    if (now.error) return;
    if (!shown.has(line)) draw(line);
    for (const mark of place.querySelectorAll(".chosen")) mark.classList.remove("chosen");
    const row = place.querySelector(`[data-line="${line}"]`);
    row?.classList.add("chosen");
    for (const mark of row?.querySelectorAll(`[data-finding="${found.findings[at].index}"]`) ?? [])
      mark.classList.add("chosen");
    const box = shown.element;
    if (row)
      box.scrollTop +=
        row.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  };
  const list = findingList(found.findings, choose);
  draw(found.findings[0]?.line ?? 1);
  const move = (by) => {
    if (found.findings.length === 0) return;
    choose(Math.min(found.findings.length - 1, Math.max(0, chosen + by)));
    list.focus(chosen);
  };
  requestAnimationFrame(() => page.signal.aborted || (found.findings.length > 0 && choose(0)));
  return {
    move,
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
  const yes = action(
    "Approve",
    async () => {
      await approve(recommendation);
      await refresh();
    },
    {
      kind: "small",
      unless: () =>
        ["proposed", "rejected"].includes(recommendation.state)
          ? ""
          : `it is ${recommendation.state}`,
    },
  );
  const no = action(
    "Reject…",
    async () => {
      if (await reject(recommendation)) await refresh();
    },
    {
      kind: "small",
      unless: () =>
        ["proposed", "approved"].includes(recommendation.state)
          ? ""
          : `it is ${recommendation.state}`,
    },
  );
  return h(
    "article",
    { class: "card", "data-recommendation": String(recommendation.id) },
    h(
      "header",
      { class: "card-head" },
      h("div", h("h3", name(recommendation.instruction)), describe(recommendation)),
      badge(recommendation.state),
      h("div", { class: "buttons" }, yes, no),
    ),
    recommendation.rationale && h("p", { class: "rationale" }, name(recommendation.rationale)),
    decision(recommendation),
    details,
  );
}

function recommendationList(page, found, refresh) {
  const list = found.recommendations;
  if (list.length === 0)
    return h("p", { class: "muted pad" }, "Nothing is proposed for this page.");
  return list.map((recommendation, at) =>
    card(page, recommendation, at < OPENED && recommendation.state !== "applied", refresh),
  );
}

export function validation(page) {
  const { id } = page.params;
  const body = h("div", { class: "stack" });
  let found = null;
  let refreshing = null;

  const has = (...states) =>
    found?.recommendations.some((recommendation) => states.includes(recommendation.state));

  async function approveAll() {
    tellDecided(await post(`/api/validations/${id}/approve`), "approved");
    await load();
  }

  async function rejectAll() {
    const why = await askWhy("all that is proposed for this page");
    if (!why) return;
    await post(`/api/validations/${id}/reject`, why);
    await load();
  }

  async function apply() {
    tellApplied(await post(`/api/validations/${id}/enhance`, { expected_hash: found.hash }));
    await load();
  }

  async function takeBack() {
    const undone = await undo();
    if (undone) go(href(`workflows/${undone.workflow_id}`));
  }

  async function again() {
    const started = await post("/api/validate", { path: found.path });
    go(href(`workflows/${started.workflow_id}`));
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
    action("Undo…", takeBack, { key: "u" }),
    action("Check again", again),
  );

  async function load() {
    const [detail, now] = await Promise.all([
      get(`/api/validations/${id}`, {}, page.signal),
      get(`/api/validations/${id}/source`, {}, page.signal).catch((error) => ({ error })),
    ]);
    const newest = await newerThan(detail, page.signal);
    if (now.error?.name === "AbortError") return;
    const isFirst = found === null;
    found = detail;
    document.title = `${found.path} · validator`;
    fill(page.heading, path(found.path));
    fill(
      crumbs,
      h("a", { href: href("validations") }, "Validations"),
      " › ",
      h("a", { href: href(`workflows/${found.workflow}`) }, "run"),
    );
    const facts = [
      ["Result", badge(found.status)],
      ["Findings", counts(found.counts)],
      ["Checked", when(found.ts_us)],
      ["Types", name(found.types.replaceAll(",", ", "))],
    ];
    if (found.duration_us > 0) facts.push(["Took", duration(found.duration_us)]);
    if (found.family) facts.push(["Family", name(found.family)]);
    if (found.review) facts.push(["Review", badge(found.review)]);
    const recommended = h(
      "section",
      { class: "panel", "aria-labelledby": "recommended-title" },
      h(
        "header",
        { class: "panel-head" },
        h("h2", { id: "recommended-title" }, "Recommendations"),
        h("span", { class: "muted" }, plural(found.recommendations.length, "proposal")),
      ),
      h("div", { class: "cards" }, recommendationList(page, found, load)),
    );
    if (isFirst) {
      viewer = findingsAndSource(page, found, now);
      fill(body, top, viewer.element, below);
    }
    fill(
      top,
      h(
        "dl",
        { class: "facts inline" },
        facts.map(([key, value]) => h("div", h("dt", key), h("dd", value))),
      ),
      found.error && h("p", { class: "banner bad" }, name(found.error)),
      newest &&
        h(
          "p",
          { class: "banner" },
          "This page was checked again since. ",
          h("a", { href: href(`validations/${newest.id}`) }, "Show the newest result"),
        ),
      now.changed &&
        !newest &&
        h(
          "p",
          { class: "banner warn" },
          "The page has changed since it was checked, so the places of findings may have moved. Check it again.",
        ),
    );
    fill(below, recommended);
    for (const button of buttons.children) button.refresh();
  }

  let viewer = null;
  const top = h("div", { class: "stack" });
  const below = h("div");
  const crumbs = h(
    "nav",
    { class: "crumbs", "aria-label": "Breadcrumb" },
    h("a", { href: href("validations") }, "Validations"),
  );
  fill(page.root, crumbs, page.title("Validation", buttons), body);
  onChange(({ events, reset }) => {
    const own =
      found &&
      events.some((event) => event.data.path === found.path && event.type !== "validation_created");
    if (!own && !reset) return;
    clearTimeout(refreshing);
    refreshing = setTimeout(() => load().catch(() => {}), 200);
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
      ["u", "take back what was applied last", () => back.click()],
    ],
    page.signal,
  );
  load().catch((error) => unavailable(body, error, "validations", "All validations"));
}
