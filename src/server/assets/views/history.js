// What became of a page: each of its validations held against the one before, and what was decided
// about its recommendations. And, for the whole project, who decided what.

import { get } from "../api.js";
import { fill, h, name, path } from "../dom.js";
import { actor, number, plural } from "../format.js";
import { badge, counts, empty, loading, panel, when } from "../parts.js";
import { brief, decision, describe } from "../review/common.js";
import { encodePath, href } from "../router.js";
import { sortable } from "../sortable.js";

const VERSIONS = 100;

function version(found) {
  const { validation, edited } = found;
  const changes = [
    found.new > 0 && `${number(found.new)} new`,
    found.resolved > 0 && `${number(found.resolved)} resolved`,
    found.unchanged > 0 && `${number(found.unchanged)} unchanged`,
  ].filter(Boolean);
  return h(
    "tr",
    h("td", h("a", { href: href(`validations/${validation.id}`) }, when(validation.ts_us))),
    h("td", badge(validation.status)),
    h("td", { class: "number" }, counts(validation.counts, true)),
    h("td", changes.join(", ") || "–"),
    h("td", edited ? "edited" : h("span", { class: "muted" }, "as before")),
    h("td", h("a", { href: href(`workflows/${validation.workflow}`) }, "run")),
  );
}

function scrolling(label, ...content) {
  return h(
    "div",
    { class: "table-scroll", role: "group", "aria-label": label, tabindex: "0" },
    content,
  );
}

const heads = (titles) =>
  h(
    "thead",
    h(
      "tr",
      titles.map((title) =>
        h("th", { scope: "col", class: /^(When|Findings)$/.test(title) ? "number" : null }, title),
      ),
    ),
  );

export function pageHistory(page) {
  const file = page.params.path;
  const versions = h("div");
  const decisions = h("div");
  const pattern = file.replace(/[*?[]/g, "[$&]");
  loading(versions, async () => {
    const found = await get("/api/file/history", { path: file, limit: VERSIONS }, page.signal);
    if (found.length === 0) return empty("This page has not been checked");
    const table = h(
      "table",
      h("caption", { class: "hidden" }, "Validations of the page, newest first"),
      heads(["When", "Result", "Findings", "Against the one before", "Content", "By"]),
      h("tbody", found.map(version)),
    );
    sortable(table);
    return scrolling("Validations of the page", table);
  }).then(() => page.restore());
  loading(decisions, async () => {
    const { items } = await get(
      "/api/recommendations",
      { path: pattern, limit: 1000 },
      page.signal,
    );
    const decided = items
      .filter((one) => one.decided_us)
      .sort((a, b) => b.decided_us - a.decided_us);
    if (decided.length === 0)
      return h("p", { class: "muted pad" }, "Nothing was decided about this page.");
    return h(
      "div",
      { class: "cards" },
      decided.map((one) =>
        h(
          "article",
          { class: "card" },
          h(
            "header",
            { class: "card-head" },
            h("div", h("h3", name(brief(one))), describe(one)),
            badge(one.state),
            when(one.decided_us),
          ),
          decision(one),
        ),
      ),
    );
  });
  fill(
    page.root,
    h(
      "nav",
      { class: "crumbs", "aria-label": "Breadcrumb" },
      h("a", { href: href(`pages/${encodePath(file)}`) }, "Newest result"),
    ),
    page.title("History"),
    h("p", { class: "lead as-is" }, path(file)),
    panel("versions-title", "Validations", versions),
    panel("decided-title", "Decisions", decisions),
  );
}

/** What is written in the trail, in words. */
const ACTIONS = {
  recommendation_approved: "approved a recommendation",
  recommendation_rejected: "rejected a recommendation",
  recommendations_approved: "approved recommendations",
  recommendations_rejected: "rejected recommendations",
  finding_rejected: "rejected a finding",
  finding_reconsidered: "restored a finding",
  recommendation_reconsidered: "reopened a recommendation",
};

/** Entries in a row that say the same of many are one, so that nobody's decision is buried. */
function folded(items) {
  const groups = [];
  for (const one of items) {
    const key = [one.action, one.actor, one.user, one.reason].join("\n");
    const last = groups.at(-1);
    if (last?.key === key) last.count += 1;
    else groups.push({ key, one, count: 1 });
  }
  return groups;
}

function entry({ one, count }) {
  const subject =
    count > 1 ? `${one.subject} and ${number(count - 1)} more` : one.subject;
  return h(
    "tr",
    h("td", when(one.ts_us)),
    h("td", name(one.user ?? actor(one.actor))),
    h("td", name(ACTIONS[one.action] ?? one.action.replaceAll("_", " "))),
    h("td", { class: "main-cell" }, name(subject)),
    h("td", one.reason ? name(one.reason) : h("span", { class: "muted" }, "–")),
  );
}

export function audit(page) {
  const body = h("tbody");
  const place = h("div");
  const sum = h("p", { class: "muted" });
  const table = h(
    "table",
    h("caption", { class: "hidden" }, "Decisions, newest first"),
    heads(["When", "By", "What", "About", "Reason"]),
    body,
  );
  const sortAgain = sortable(table);
  let next = null;
  let shown = 0;
  const more = h(
    "button",
    { type: "button", class: "more", onclick: () => load(next) },
    "Show older",
  );
  async function load(after) {
    await loading(place, async () => {
      const limit = 1000;
      const found = await get("/api/audit", { after, limit }, page.signal);
      shown = after ? shown + found.items.length : found.items.length;
      if (!after) fill(body);
      body.append(...folded(found.items).map(entry));
      next = found.next;
      more.hidden = !next;
      fill(
        sum,
        next
          ? `the newest ${number(shown)}`
          : plural(shown, "entry", "entries"),
      );
      if (body.childElementCount === 0)
        return empty(
          "Nothing has been decided yet",
          h("p", "Approvals, rejections and what was applied show here, with who did it and why."),
        );
      sortAgain();
      return [scrolling("Decisions", table), more];
    });
    page.restore();
  }
  fill(
    page.root,
    page.title("Decisions"),
    sum,
    h("section", { class: "panel", "aria-label": "Decisions" }, place),
  );
  load();
}
