// A rule's page: what it checks and why, its options, and what it finds now.

import { get } from "../api.js";
import { fill, h, name } from "../dom.js";
import { findingsAt } from "../findings/filters.js";
import { number, plural } from "../format.js";
import { markdown } from "../markdown.js";
import { empty, loading, panel, unavailable } from "../parts.js";
import { href, titled } from "../router.js";
import { sortable } from "../sortable.js";

const FIXES = {
  none: "none: a person has to decide",
  safe: "safe: the rendered page stays the same",
  review: "needs review: what the page says may change",
  mixed: "safe where the rendered page stays the same, else for review",
};

function facts(rule, count) {
  const rows = [
    ["Now", h("a", { href: findingsAt({ rule: rule.id }) }, plural(count, "finding"))],
    ["Severity", rule.severity ?? "off by default"],
    ["Fix", FIXES[rule.fix]],
  ];
  if (rule.type) rows.push(["Type", rule.type]);
  if (rule.tags.length > 0) rows.push(["Tags", rule.tags.join(", ")]);
  if (rule.aliases.length > 0) rows.push(["Also called", rule.aliases.join(", ")]);
  return h(
    "dl",
    { class: "facts pad" },
    rows.map(([key, value]) => [h("dt", key), h("dd", value)]),
  );
}

export function rule(page) {
  const body = h("div", { class: "stack" });
  const crumbs = h(
    "nav",
    { class: "crumbs", "aria-label": "Breadcrumb" },
    h("a", { href: href("rules") }, "Rules"),
  );
  fill(page.root, crumbs, page.title(page.params.id), body);
  async function load() {
    const found = await get(`/api/rules/${encodeURIComponent(page.params.id)}`, {}, page.signal);
    const now = await get("/api/findings/facets", { rule: found.id }, page.signal);
    titled(`${found.id} ${found.name}`);
    fill(page.heading, found.id, " ", h("span", { class: "muted" }, found.name));
    fill(
      body,
      h("p", { class: "lead" }, name(found.summary)),
      h(
        "div",
        { class: "split" },
        panel("about-title", "About", h("div", { class: "prose pad" }, markdown(found.text))),
        h(
          "div",
          { class: "stack" },
          panel("facts-title", "Facts", facts(found, now.total)),
        ),
      ),
    );
    page.restore();
  }
  load().catch((error) => unavailable(body, error, "rules", "All rules"));
}

/** The table of all rules with how much each finds now. */
export function rules(page) {
  const place = h("div");
  fill(
    page.root,
    page.title("Rules"),
    h("section", { class: "panel", "aria-label": "Rules" }, place),
  );
  loading(place, async () => {
    const [all, now] = await Promise.all([
      get("/api/rules", {}, page.signal),
      get("/api/findings/facets", {}, page.signal),
    ]);
    const counts = new Map(now.rules.map((found) => [found.rule, found.count]));
    all.sort((a, b) => (counts.get(b.id) ?? 0) - (counts.get(a.id) ?? 0) || (a.id < b.id ? -1 : 1));
    if (all.length === 0) return empty("There are no rules");
    requestAnimationFrame(() => page.restore());
    const table = h(
        "table",
        h("caption", { class: "hidden" }, "All rules, those that find most first"),
        h(
          "thead",
          h(
            "tr",
            ["Rule", "What it checks", "Fix", "Findings now"].map((title, at) =>
              h("th", { scope: "col", class: at === 3 ? "number" : null }, title),
            ),
          ),
        ),
        h(
          "tbody",
          all.map((one) =>
            h(
              "tr",
              h(
                "td",
                h("a", { href: href(`rules/${one.id}`) }, h("strong", one.id), " ", one.name),
              ),
              h("td", { class: "main-cell" }, name(one.summary)),
              h("td", one.fix),
              h(
                "td",
                { class: "number" },
                counts.get(one.id)
                  ? h("a", { href: findingsAt({ rule: one.id }) }, number(counts.get(one.id)))
                  : h("span", { class: "muted" }, "none"),
              ),
            ),
          ),
        ),
      );
    sortable(table);
    return h(
      "div",
      { class: "table-scroll", role: "group", "aria-label": "Rules", tabindex: "0" },
      table,
    );
  });
}
