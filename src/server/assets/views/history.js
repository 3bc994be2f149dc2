// What became of a page: each of its validations held against the one before, and what was decided
// about its recommendations. And, for the whole project, who decided what.

import { get } from "../api.js";
import { fill, h, name, path } from "../dom.js";
import { actor, number, plural } from "../format.js";
import { badge, counts, empty, loading, panel, when } from "../parts.js";
import { brief, decision, describe } from "../review/common.js";
import { encodePath, href } from "../router.js";
import { sortedByServer } from "../sortable.js";

/** Rows of a part of a list, and the most that Back returns. */
const PART = 100;
const MOST = 1000;
/** What heads sort by, and whether upward first. */
const VERSION_ORDERS = { When: { order: "newest" }, Findings: { order: "worst" } };
const AUDIT_ORDERS = {
  When: { order: "newest" },
  By: { order: "who", isUp: true },
  What: { order: "action", isUp: true },
  About: { order: "subject", isUp: true },
  Reason: { order: "reason", isUp: true },
};

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
        h("th", { scope: "col", class: title === "Findings" ? "number" : null }, title),
      ),
    ),
  );

export function pageHistory(page) {
  const file = page.params.path;
  const versions = h("div");
  const decisions = h("div");
  const pattern = file.replace(/[*?[]/g, "[$&]");
  let next = null;
  const body = h("tbody");
  const table = h(
    "table",
    h("caption", { class: "hidden" }, "Validations of the page"),
    heads(["When", "Result", "Findings", "Against the one before", "Content", "By"]),
    body,
  );
  const more = h(
    "button",
    { type: "button", class: "more", onclick: () => load(next) },
    "Show more",
  );
  const arranged = sortedByServer(page, table, VERSION_ORDERS, {
    usual: "newest",
    load: () => load(),
  });
  const load = (after) =>
    loading(versions, async () => {
      const { order, reverse } = page.query;
      const limit = after ? PART : Math.min(MOST, Math.max(PART, page.kept?.rows ?? 0));
      const asked = { path: file, order, reverse, after, limit };
      const found = await get("/api/file/history", asked, page.signal);
      if (!after) fill(body);
      body.append(...found.items.map(version));
      arranged();
      next = found.next;
      more.hidden = !next;
      if (body.childElementCount === 0) return empty("This page has not been checked");
      return [scrolling("Validations of the page", table), more];
    }).then(() => page.restore());
  page.keeps(() => ({ rows: body.childElementCount }));
  load();
  loading(decisions, async () => {
    const items = [];
    let after;
    do {
      const asked = { path: pattern, limit: 1000, after };
      const found = await get("/api/recommendations", asked, page.signal);
      items.push(...found.items);
      after = found.next;
    } while (after);
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
    h("caption", { class: "hidden" }, "Decisions"),
    heads(["When", "By", "What", "About", "Reason"]),
    body,
  );
  const arranged = sortedByServer(page, table, AUDIT_ORDERS, {
    usual: "newest",
    load: () => load(),
  });
  let next = null;
  let shown = 0;
  const more = h(
    "button",
    { type: "button", class: "more", onclick: () => load(next) },
    "Show more",
  );
  async function load(after) {
    await loading(place, async () => {
      const { order, reverse } = page.query;
      const asked = { order, reverse, after, limit: MOST };
      const found = await get("/api/audit", asked, page.signal);
      shown = after ? shown + found.items.length : found.items.length;
      if (!after) fill(body);
      body.append(...folded(found.items).map(entry));
      next = found.next;
      more.hidden = !next;
      fill(
        sum,
        next ? `${number(shown)}+ entries` : plural(shown, "entry", "entries"),
      );
      if (body.childElementCount === 0)
        return empty(
          "Nothing has been decided yet",
          h("p", "Approvals, rejections and what was applied show here, with who did it and why."),
        );
      arranged();
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
