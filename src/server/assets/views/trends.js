// How findings went from run to run, and where they are now: by rule and by folder.

import { get } from "../api.js";
import { legend, trendChart } from "../chart.js";
import { fill, h, name } from "../dom.js";
import { day, number, plural, total } from "../format.js";
import { empty, firstSteps, loading, panel, select, when } from "../parts.js";
import { href } from "../router.js";
import { onChange } from "../state.js";

const KINDS = ["batch", "check", "enhance", "undo", "watch"];
const ROWS = 20;

/** Without the runs over a part of the project only: beside the others they would look like progress. */
function whole(points, runs) {
  const files = new Map(runs.map((run) => [run.id, run.total]));
  const most = Math.max(...points.map((point) => files.get(point.workflow) ?? 0));
  return points.filter((point) => (files.get(point.workflow) ?? most) * 2 >= most);
}

/** Bars as long as their counts; `open` leads further. */
function bars(items, caption) {
  const most = Math.max(1, ...items.map((item) => item.count));
  return h(
    "ul",
    { class: "bars", "aria-label": caption },
    items.slice(0, ROWS).map((item) => {
      const bar = h("span", { class: "bar-fill", "data-severity": item.severity ?? null });
      bar.style.inlineSize = `${item.count ? Math.max(1, (100 * item.count) / most) : 0}%`;
      return h(
        "li",
        h("a", { class: "bar-name", href: item.href }, name(item.name)),
        h("span", { class: "bar-track", "aria-hidden": "true" }, bar),
        h("span", { class: "bar-count" }, number(item.count)),
      );
    }),
  );
}

function numbers(points) {
  const rows = [...points]
    .reverse()
    .slice(0, 50)
    .map((point) =>
      h(
        "tr",
        h("td", h("a", { href: href(`workflows/${point.workflow}`) }, when(point.ended_us))),
        ["errors", "warnings", "infos"].map((field) =>
          h("td", { class: "number" }, number(point.counts[field])),
        ),
      ),
    );
  return h(
    "details",
    { class: "numbers" },
    h("summary", "The numbers"),
    h(
      "div",
      { class: "table-scroll", role: "group", "aria-label": "The numbers", tabindex: "0" },
      h(
        "table",
        h("caption", { class: "hidden" }, "Findings of each run, newest first"),
        h(
          "thead",
          h(
            "tr",
            ["Run", "Errors", "Warnings", "Remarks"].map((title) =>
              h("th", { scope: "col" }, title),
            ),
          ),
        ),
        h("tbody", rows),
      ),
    ),
  );
}

export function trends(page) {
  if (!("kind" in page.query)) page.query = { kind: "batch", ...page.query };
  const chart = h("div");
  const byRule = h("div");
  const byFolder = h("div");
  const controls = h("div", { class: "filters" });
  const note = h("p", { class: "chart-note muted" });
  let waiting = null;

  const set = (field) => (value) => {
    const query = { ...page.query, [field]: value };
    page.remember(query);
    if (field === "kind") page.query.kind = value;
    load();
  };
  const address = (change) =>
    href(
      "trends",
      Object.fromEntries(Object.entries({ ...page.query, ...change }).filter(([, value]) => value)),
    );

  function loadChart() {
    const { kind, rule, folder } = page.query;
    return loading(chart, async () => {
      const [all, runs] = await Promise.all([
        get("/api/trends", { kind, rule, folder, limit: 200 }, page.signal),
        get("/api/workflows", { kind, limit: 1000 }, page.signal),
      ]);
      const points = page.query.parts ? all : whole(all, runs.items);
      if (points.length === 0)
        return empty(
          "No completed run fits",
          h("p", "Each completed run becomes a point."),
          !rule && !folder && firstSteps(),
        );
      const tell = (point) =>
        fill(
          note,
          point
            ? `${day(point.ended_us)}: ${plural(point.counts.errors, "error")}, ${plural(point.counts.warnings, "warning")}, ${plural(point.counts.infos, "remark")}`
            : `${plural(points.length, "run")}; ${change(points)}`,
        );
      tell(null);
      return [
        trendChart(points, tell),
        h("div", { class: "chart-foot" }, note, legend()),
        numbers(points),
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

  function loadRules() {
    return loading(byRule, async () => {
      const found = await get("/api/findings/rules", { path: page.query.folder }, page.signal);
      fillControls(found.map(({ rule }) => rule));
      if (found.length === 0)
        return h("p", { class: "muted pad" }, "Nothing is found at the moment.");
      return bars(
        found.map(({ rule, severity, count }) => ({
          name: rule,
          severity,
          count,
          href: address({ rule }),
        })),
        "Findings by rule",
      );
    });
  }

  function loadFolders() {
    return loading(byFolder, async () => {
      const { folder = "" } = page.query;
      const found = await get("/api/findings/folders", { path: folder }, page.signal);
      const up =
        folder &&
        h(
          "p",
          { class: "up" },
          h(
            "a",
            { href: address({ folder: folder.split("/").slice(0, -1).join("/") }) },
            "↑ ",
            folder.includes("/") ? name(folder.split("/").slice(0, -1).join("/")) : "whole project",
          ),
        );
      const below = found.filter((item) => total(item.counts) > 0);
      if (below.length === 0)
        return [up, h("p", { class: "muted pad" }, "Nothing is found at the moment.")];
      return [
        up,
        bars(
          below.map((item) => ({
            name: item.is_folder ? `${item.name}/` : item.name,
            count: total(item.counts),
            href: item.is_folder
              ? address({ folder: item.path })
              : href("validations", { path: item.path, current: "true" }),
          })),
          "Findings by folder",
        ),
      ];
    });
  }

  function fillControls(rules) {
    const { kind, rule, folder } = page.query;
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
      h("label", { class: "check" }, parts, h("span", "with runs over a part")),
      folder &&
        h(
          "span",
          { class: "chip" },
          "in ",
          name(`${folder}/`),
          h("a", { href: address({ folder: "" }), "aria-label": "Whole project" }, "×"),
        ),
    );
  }

  function load() {
    loadChart();
    loadRules();
    loadFolders();
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
        panel("folders-title", "By folder, now", byFolder),
      ),
    ),
  );
  load();
}
