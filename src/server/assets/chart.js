// A drawing of findings over runs, one band for each severity.

import { h, svg } from "./dom.js";
import { day, number, plural, total } from "./format.js";

const HEIGHT = 220;
const LEFT = 48;
const BOTTOM = 24;
const TOP = 12;
const BANDS = ["errors", "warnings", "infos"];

/** A round number at or above the value whose quarters are whole, so that the axis reads well. */
function ceiling(value) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(4, value) / 4));
  return [4, 8, 12, 20, 40].map((step) => step * unit).find((step) => step >= value) ?? value;
}

/** `points` are runs, oldest first; `choose` is called with one that is pointed at. */
export function trendChart(points, choose) {
  // A narrow page has a narrow drawing, so that its words stay as large.
  const width = document.documentElement.clientWidth < 600 ? 380 : 760;
  const top = ceiling(Math.max(4, ...points.map((point) => total(point.counts))));
  const step = points.length > 1 ? (width - LEFT - 16) / (points.length - 1) : 0;
  const x = (index) => (points.length > 1 ? LEFT + index * step : (LEFT + width) / 2);
  const y = (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => [
    svg("line", {
      class: "grid-line",
      x1: LEFT,
      x2: width - 8,
      y1: y(top * part),
      y2: y(top * part),
    }),
    svg(
      "text",
      { class: "axis", x: LEFT - 8, y: y(top * part) + 4, "text-anchor": "end" },
      number(top * part),
    ),
  ]);
  const below = points.map(() => 0);
  const bands = BANDS.map((band) => {
    const lower = points.map((_, index) => `${x(index)},${y(below[index])}`);
    points.forEach((point, index) => {
      below[index] += point.counts[band];
    });
    const upper = points.map((_, index) => `${x(index)},${y(below[index])}`);
    return svg("polygon", {
      class: `band ${band}`,
      points: [...upper, ...lower.reverse()].join(" "),
    });
  });
  const line = svg("polyline", {
    class: "trend-line",
    points: points.map((point, index) => `${x(index)},${y(total(point.counts))}`).join(" "),
  });
  const dots =
    points.length <= 60
      ? points.map((point, index) =>
          svg("circle", { class: "trend-dot", cx: x(index), cy: y(total(point.counts)), r: 2.5 }),
        )
      : [];
  const cursor = svg("line", {
    class: "cursor",
    x1: 0,
    x2: 0,
    y1: TOP,
    y2: HEIGHT - BOTTOM,
    visibility: "hidden",
  });
  const ends = [
    [0, "start"],
    [points.length - 1, "end"],
  ]
    .slice(0, points.length > 1 ? 2 : 1)
    .map(([index, anchor]) =>
      svg(
        "text",
        {
          class: "axis",
          x: x(index),
          y: HEIGHT - 6,
          "text-anchor": points.length > 1 ? anchor : "middle",
        },
        day(points[index].ended_us),
      ),
    );
  const first = points[0];
  const last = points.at(-1);
  const drawing = svg(
    "svg",
    {
      viewBox: `0 0 ${width} ${HEIGHT}`,
      class: "chart",
      role: "img",
      "aria-label": `Findings over ${plural(points.length, "run")}: ${number(total(first.counts))} at first, ${number(total(last.counts))} last`,
    },
    grid,
    bands,
    line,
    dots,
    cursor,
    ends,
  );
  drawing.addEventListener("pointermove", (event) => {
    const box = drawing.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * width;
    const index = Math.min(
      points.length - 1,
      Math.max(0, Math.round(step ? (at - LEFT) / step : 0)),
    );
    cursor.setAttribute("x1", x(index));
    cursor.setAttribute("x2", x(index));
    cursor.setAttribute("visibility", "visible");
    choose(points[index]);
  });
  drawing.addEventListener("pointerleave", () => {
    cursor.setAttribute("visibility", "hidden");
    choose(null);
  });
  return drawing;
}

/** What the bands' colours stand for. */
export function legend() {
  return h(
    "ul",
    { class: "legend" },
    [
      ["error", "errors"],
      ["warning", "warnings"],
      ["info", "remarks"],
    ].map(([severity, text]) => h("li", { "data-severity": severity }, text)),
  );
}
