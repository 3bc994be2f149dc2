// Two runs held against each other: what is new, what is resolved, what stayed, by rule and directory.

import { get } from "../api.js";
import { fill, h, message, name, path } from "../dom.js";
import { findingsAt } from "../findings/filters.js";
import { day, number, plural, scope } from "../format.js";
import { empty, loading, panel, select, when } from "../parts.js";
import { encodePath, href } from "../router.js";
import { sortable } from "../sortable.js";

const LISTED = 50;
const ROWS = 15;

/** Leads to the findings of one run that the other has not. */
const only = (run, other, more = {}) => findingsAt({ run, since: other, new: "true", ...more });

/** A number that leads to what it counts; nothing is no link. */
const linked = (count, address) =>
  count > 0 && address
    ? h("a", { href: address }, number(count))
    : h("span", { class: count > 0 ? null : "muted" }, number(count));

function tile(title, count, kind, address) {
  const inside = [
    h("span", { class: "tile-title" }, title),
    h("span", { class: "tile-value", "data-kind": kind }, number(count)),
  ];
  return address && count > 0
    ? h("a", { class: "tile", href: address }, inside)
    : h("div", { class: "tile" }, inside);
}

function table(caption, what, rows, compared) {
  const { before, after } = compared;
  const body = h("tbody");
  const row = ({ label, filter, fresh, resolved, stayed }) =>
    h(
      "tr",
      h("td", { class: "main-cell" }, label),
      h("td", { class: "number" }, linked(fresh, filter && only(after, before, filter))),
      h("td", { class: "number" }, linked(resolved, filter && only(before, after, filter))),
      h(
        "td",
        { class: "number" },
        linked(
          stayed,
          filter && findingsAt({ run: after, since: before, new: "false", ...filter }),
        ),
      ),
    );
  body.append(...rows.map(row));
  let most = ROWS;
  const limit = () => {
    for (const [at, one] of [...body.rows].entries()) one.hidden = at >= most;
  };
  limit();
  const more =
    rows.length > ROWS &&
    h(
      "button",
      {
        type: "button",
        class: "quiet more",
        onclick: () => {
          most = rows.length;
          limit();
          more.remove();
        },
      },
      `Show ${number(rows.length - ROWS)} more`,
    );
  const made = h(
    "table",
    { class: "compare-table" },
    h("caption", { class: "hidden" }, caption),
    h(
      "thead",
      h(
        "tr",
        [what, "New", "Resolved", "Unchanged"].map((title, at) =>
          h("th", { scope: "col", class: at ? "number" : null }, title),
        ),
      ),
    ),
    body,
  );
  sortable(made, limit);
  return [
    h(
      "div",
      { class: "table-scroll", role: "group", "aria-label": caption, tabindex: "0" },
      made,
    ),
    more,
  ];
}

const byChange = (a, b) => b.fresh + b.resolved - (a.fresh + a.resolved) || b.stayed - a.stayed;

function byRule({ by_rule, unchanged_by_rule }) {
  const rules = new Set([...Object.keys(by_rule), ...Object.keys(unchanged_by_rule)]);
  const rows = [...rules].map((rule) => ({
    label: h("a", { href: href(`rules/${encodeURIComponent(rule)}`) }, name(rule)),
    filter: { rule },
    fresh: by_rule[rule]?.new ?? 0,
    resolved: by_rule[rule]?.resolved ?? 0,
    stayed: unchanged_by_rule[rule] ?? 0,
  }));
  return rows.sort(byChange);
}

/** Each directory with all below it, as the filter by path takes it. */
function byDirectory({ by_directory, unchanged_by_directory }) {
  const sums = new Map();
  const add = (directory, fresh, resolved, stayed) => {
    const parts = directory.split("/");
    const places = directory ? parts.map((_, at) => parts.slice(0, at + 1).join("/")) : [""];
    for (const place of places) {
      const sum = sums.get(place) ?? { fresh: 0, resolved: 0, stayed: 0 };
      sum.fresh += fresh;
      sum.resolved += resolved;
      sum.stayed += stayed;
      sums.set(place, sum);
    }
  };
  for (const [directory, delta] of Object.entries(by_directory))
    add(directory, delta.new, delta.resolved, 0);
  for (const [directory, count] of Object.entries(unchanged_by_directory)) add(directory, 0, 0, count);
  return [...sums]
    .map(([directory, sum]) => ({
      label: directory ? path(`${directory}/`) : h("span", { class: "muted" }, "pages at the top"),
      filter: directory ? { path: `${directory}/` } : null,
      ...sum,
    }))
    .sort(byChange);
}

function listed(title, id, found, count, address) {
  if (count === 0) return null;
  return panel(
    id,
    title,
    h(
      "ul",
      { class: "located" },
      found.map((row) =>
        h(
          "li",
          h("span", { class: "count", "data-severity": row.severity }),
          h("span", { class: "tag" }, name(row.rule)),
          message(row.message),
          h(
            "a",
            { class: "from-end", href: href(`pages/${encodePath(row.path)}`) },
            path(row.path),
            `:${row.line}`,
          ),
        ),
      ),
    ),
    count > found.length &&
      h("p", { class: "pad" }, h("a", { href: address }, `All ${number(count)}`)),
  );
}

function notes(compared) {
  const lines = [`${plural(compared.files, "page")} checked by both runs`];
  if (compared.only_after)
    lines.push(`${plural(compared.only_after, "page")} only in the later run, not counted`);
  if (compared.only_before)
    lines.push(`${plural(compared.only_before, "page")} only in the earlier run, not counted`);
  return h("p", { class: "muted" }, lines.join(" · "));
}

export function compare(page) {
  const { id } = page.params;
  const place = h("div", { class: "stack" });
  const choice = h("div", { class: "filters" });
  async function load() {
    await loading(place, async () => {
      const { with: other } = page.query;
      const run = await get(`/api/workflows/${id}`, {}, page.signal);
      const runs = await get(
        "/api/workflows",
        { kind: run.kind, state: "COMPLETED", limit: 200 },
        page.signal,
      );
      const earlier = runs.items.filter((one) => one.id !== id);
      fill(
        page.heading,
        "Compare ",
        h("span", { class: "muted" }, run.kind, " ", name(scope(run))),
      );
      const choose = (value) => {
        page.remember({ with: value });
        load();
      };
      const words = earlier.map((one) => [
        one.id,
        `${day(one.created_us)} · ${scope(one)} · ${one.id}`,
      ]);
      const compared = await get(
        `/api/workflows/${id}/${other ? "compare" : "changes"}`,
        { with: other, limit: LISTED },
        page.signal,
      );
      fill(
        choice,
        select("Compare with", "the run before", words, other ?? "", choose),
        h("span", { class: "muted" }, "this run: ", when(run.created_us)),
      );
      if (!compared)
        return empty(
          "No earlier run over the same directory",
          h(
            "p",
            "After the next run there is one to compare it with. Any other run can be chosen above.",
          ),
        );
      return draw(compared);
    });
    page.restore();
  }

  function draw(compared) {
    const { before, after } = compared;
    return [
      h(
        "div",
        { class: "tiles" },
        tile("New", compared.new, "bad", only(after, before)),
        tile("Resolved", compared.resolved, "good", only(before, after)),
        tile(
          "Unchanged",
          compared.unchanged,
          "plain",
          findingsAt({ run: after, since: before, new: "false" }),
        ),
        h(
          "div",
          { class: "tile" },
          h("span", { class: "tile-title" }, "Compared with"),
          h("a", { href: href(`workflows/${before}`), class: "tile-link" }, before),
        ),
      ),
      notes(compared),
      h(
        "div",
        { class: "split even" },
        panel("by-rule", "By rule", table("Changes by rule", "Rule", byRule(compared), compared)),
        panel(
          "by-directory",
          "By directory",
          table("Changes by directory", "Directory", byDirectory(compared), compared),
        ),
      ),
      listed("New findings", "new-title", compared.new_findings, compared.new, only(after, before)),
      listed(
        "Resolved findings",
        "resolved-title",
        compared.resolved_findings,
        compared.resolved,
        only(before, after),
      ),
    ].filter(Boolean);
  }

  fill(
    page.root,
    h(
      "nav",
      { class: "crumbs", "aria-label": "Breadcrumb" },
      h("a", { href: href("workflows") }, "Workflows"),
      " › ",
      h("a", { href: href(`workflows/${id}`) }, "run"),
    ),
    page.title("Compare"),
    choice,
    place,
  );
  load();
}
