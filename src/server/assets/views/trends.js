// How findings went from run to run, and where they are now: by rule and by directory.

import { get } from "../api.js";
import { legend as severities, trendChart } from "../chart.js";
import { fill, h, name } from "../dom.js";
import { findingsAt } from "../findings/filters.js";
import { day, number, plural, total } from "../format.js";
import { icon } from "../icons.js";
import { bars, empty, firstSteps, loading, panel, select, when } from "../parts.js";
import { href } from "../router.js";
import { sortable } from "../sortable.js";
import { onChange, state } from "../state.js";

const KINDS = ["batch", "check", "enhance", "undo", "watch"];
const ROWS = 20;
/** Runs that are drawn: the newest. */
const POINTS = 200;

/** Without the runs over a part of the project only: beside the others they would look like progress. */
function whole(points, runs) {
  const files = new Map(runs.map((run) => [run.id, run.total]));
  const most = Math.max(...points.map((point) => files.get(point.workflow) ?? 0));
  return points.filter((point) => (files.get(point.workflow) ?? most) * 2 >= most);
}

/** Leads to the same page with another rule or directory, so that the drawing is of that alone. */
const narrowed = (address, label) =>
  h("a", { class: "narrow", href: address, "aria-label": label, title: label }, icon("trends"));

const SEVERITIES = [
  ["errors", "error"],
  ["warnings", "warning"],
  ["infos", "info"],
];

/** The same as a table; `of` are the filters that the numbers are of. */
function numbers(points, of) {
  const rows = [...points].reverse().map((point) =>
    h(
      "tr",
      h("td", h("a", { href: href(`workflows/${point.workflow}`) }, when(point.ended_us))),
      SEVERITIES.map(([field, severity]) =>
        h(
          "td",
          { class: "number" },
          point.counts[field] > 0
            ? h(
                "a",
                { href: findingsAt({ ...of, run: point.workflow, severity }) },
                number(point.counts[field]),
              )
            : number(0),
        ),
      ),
    ),
  );
  const table = h(
    "table",
    h("caption", { class: "hidden" }, "Findings of each run"),
    h(
      "thead",
      h(
        "tr",
        ["Run", "Errors", "Warnings", "Remarks"].map((title) =>
          h("th", { scope: "col", class: "number" }, title),
        ),
      ),
    ),
    h("tbody", rows),
  );
  sortable(table);
  return h(
    "details",
    { class: "numbers" },
    h("summary", "The numbers"),
    h(
      "div",
      { class: "table-scroll", role: "group", "aria-label": "The numbers", tabindex: "0" },
      table,
    ),
  );
}

export function trends(page) {
  // Addresses of earlier versions say `folder`.
  const { folder, ...query } = page.query;
  page.query = { kind: "batch", ...(folder && { directory: folder }), ...query };
  const chart = h("div");
  const byRule = h("div");
  const byDirectory = h("div");
  const controls = h("div", { class: "filters" });
  const note = h("p", { class: "chart-note muted" });
  let waiting = null;

  const set = (field) => (value) => {
    page.remember({ ...page.query, [field]: value });
    if (field === "kind") page.query.kind = value;
    load();
  };
  const address = (change) =>
    href(
      "trends",
      Object.fromEntries(Object.entries({ ...page.query, ...change }).filter(([, value]) => value)),
    );

  function loadChart() {
    const { kind, rule, directory } = page.query;
    return loading(chart, async () => {
      const [all, runs] = await Promise.all([
        get("/api/trends", { kind, rule, directory, limit: POINTS }, page.signal),
        get("/api/workflows", { kind, limit: 1000 }, page.signal),
      ]);
      const points = page.query.parts ? all : whole(all, runs.items);
      if (points.length === 0)
        return empty(
          state.stats?.validations > 0 ? "No completed run fits" : "No completed run yet",
          h("p", "Each completed run becomes a point."),
          !rule && !directory && firstSteps(),
        );
      const tell = (point) =>
        fill(
          note,
          point
            ? `${day(point.ended_us)}: ${plural(point.counts.errors, "error")}, ${plural(point.counts.warnings, "warning")}, ${plural(point.counts.infos, "remark")}`
            : `${all.length === POINTS ? "the newest " : ""}${plural(points.length, "run")}; ${change(points)}`,
        );
      tell(null);
      return [
        trendChart(points, tell),
        h("div", { class: "chart-foot" }, note, severities()),
        numbers(points, { rule, path: directory ? `${directory}/` : "" }),
      ];
    });
  }

  function change(points) {
    if (points.length < 2) return "one more run makes a line";
    const by = total(points.at(-1).counts) - total(points.at(-2).counts);
    return by === 0
      ? "the last one found as many as the one before"
      : `the last one found ${number(Math.abs(by))} ${by < 0 ? "fewer" : "more"} than the one before`;
  }

  /** How many findings of the newest results there are, by rule and by directory, of what is chosen. */
  async function loadBars() {
    const { rule, directory } = page.query;
    const path = directory ? `${directory}/` : "";
    const counted = get("/api/findings/facets", { rule, path }, page.signal);
    await Promise.all([
      loading(byRule, async () => {
        const found = await counted;
        fillControls(found.rules.map(({ rule }) => rule));
        const rules = rule ? found.rules.filter((one) => one.rule === rule) : found.rules;
        if (rules.length === 0)
          return h("p", { class: "muted pad" }, "Nothing is found at the moment.");
        return [
          severities(),
          bars(
            rules.map(({ rule, name, severity, count }) => ({
              name: `${rule} ${name}`,
              rule,
              severity,
              count,
              href: findingsAt({ rule, path }),
            })),
            "Findings by rule",
            ROWS,
            (item) => narrowed(address({ rule: item.rule }), `Trend of ${item.rule}`),
          ),
        ];
      }),
      loading(byDirectory, async () => [up(), directoryBars(await counted, rule)].filter(Boolean)),
    ]);
    page.restore();
  }

  function directoryBars(found, rule) {
    if (found.directories.length === 0)
      return h("p", { class: "muted pad" }, "Nothing is found at the moment.");
    return bars(
      found.directories.map((one) => ({
        name: one.path.slice(one.path.lastIndexOf("/") + 1) + (one.is_directory ? "/" : ""),
        directory: one.is_directory ? one.path : "",
        count: one.count,
        href: findingsAt({
          rule,
          path: one.is_directory ? `${one.path}/` : one.path.replace(/[*?[]/g, "[$&]"),
        }),
      })),
      "Findings by directory",
      ROWS,
      (item) =>
        item.directory
          ? narrowed(address({ directory: item.directory }), `Trend of ${item.directory}/`)
          : h("span"),
    );
  }

  function up() {
    const { directory = "" } = page.query;
    const above = directory.split("/").slice(0, -1).join("/");
    return (
      directory &&
      h(
        "p",
        { class: "up" },
        h("a", { href: address({ directory: above }) }, "↑ ", above ? name(above) : "whole project"),
      )
    );
  }

  function fillControls(rules) {
    const { kind, rule, directory } = page.query;
    const known = [...new Set([...rules, rule].filter(Boolean))].sort();
    const parts = h("input", {
      type: "checkbox",
      checked: Boolean(page.query.parts),
      onchange: () => set("parts")(parts.checked ? "true" : ""),
    });
    fill(
      controls,
      select("Runs", "of any kind", KINDS, kind, set("kind")),
      select("Rule", "any rule", known, rule, set("rule")),
      h("label", { class: "check" }, parts, h("span", "includes partial runs")),
      directory &&
        h(
          "span",
          { class: "chip" },
          "in ",
          name(`${directory}/`),
          h("a", { href: address({ directory: "" }), "aria-label": "Whole project" }, "×"),
        ),
    );
  }

  function load() {
    loadChart();
    loadBars();
  }

  onChange(({ events, reset }) => {
    if (!reset && !events.some((event) => event.type === "workflow_completed")) return;
    clearTimeout(waiting);
    waiting = setTimeout(load, 500);
  }, page.signal);
  page.signal.addEventListener("abort", () => clearTimeout(waiting));
  fillControls([]);
  fill(
    page.root,
    page.title("Trends"),
    controls,
    h(
      "div",
      { class: "stack" },
      panel("chart-title", "Findings from run to run", chart),
      h(
        "div",
        { class: "split even" },
        panel("rules-title", "By rule, now", byRule),
        panel("directories-title", "By directory, now", byDirectory),
      ),
    ),
  );
  load();
}
