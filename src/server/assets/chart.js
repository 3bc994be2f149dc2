// A drawing of findings over time, one band for each severity.

import { h, svg } from "./dom.js";
import { day, number, plural, total } from "./format.js";

const HEIGHT = 240;
const LEFT = 64;
const RIGHT = 12;
const BOTTOM = 24;
const TOP = 12;
const BANDS = ["errors", "warnings", "infos"];
/** Dates beneath the drawing stand at least so far apart. */
const APART = 120;

/** A round number at or above the value, not far above, whose quarters are whole. */
function ceiling(value) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(4, value) / 4));
  return (
    [4, 6, 8, 10, 12, 16, 20, 24, 32, 40]
      .map((step) => step * unit)
      .find((step) => step >= value && (step / 4) % 1 === 0) ?? value
  );
}

/** Where on the axis a moment lies; runs at one moment share the middle. */
function timeScale(points, width, left = LEFT, right = RIGHT) {
  const [first, last] = [points[0].ended_us, points.at(-1).ended_us];
  const room = width - left - right;
  if (last === first) return () => left + room / 2;
  return (us) => left + ((us - first) / (last - first)) * room;
}

function grid(top, y, width) {
  return [0, 0.25, 0.5, 0.75, 1].map((part) => [
    svg("line", {
      class: "grid-line",
      x1: LEFT,
      x2: width - RIGHT,
      y1: y(top * part),
      y2: y(top * part),
    }),
    svg(
      "text",
      { class: "axis", x: LEFT - 8, y: y(top * part) + 4, "text-anchor": "end" },
      number(top * part),
    ),
  ]);
}

function bands(points, x, y) {
  const below = points.map(() => 0);
  return BANDS.map((band) => {
    const lower = points.map((point, index) => `${x(point.ended_us)},${y(below[index])}`);
    points.forEach((point, index) => {
      below[index] += point.counts[band];
    });
    const upper = points.map((point, index) => `${x(point.ended_us)},${y(below[index])}`);
    return svg("polygon", {
      class: `band ${band}`,
      points: [...upper, ...lower.reverse()].join(" "),
    });
  });
}

/** Dates of the first and the last run, and of those between that have room. */
function dates(points, x, width) {
  const made = [];
  let free = -Infinity;
  const last = points.length - 1;
  const end = x(points[last].ended_us);
  points.forEach((point, index) => {
    const at = x(point.ended_us);
    const isEnd = index === last && index > 0;
    if (!isEnd && (at < free || (index > 0 && at > end - APART))) return;
    free = at + APART;
    const anchor = isEnd && at > width - APART ? "end" : at < LEFT + 40 ? "start" : "middle";
    made.push(
      svg(
        "text",
        { class: "axis", x: at, y: HEIGHT - 6, "text-anchor": anchor },
        day(point.ended_us),
      ),
    );
  });
  return made;
}

/** `points` are runs, oldest first; `choose` is called with one that is pointed at. */
export function trendChart(points, choose) {
  // The drawing is about as wide as the page, so that its words stay as large.
  const room = document.documentElement.clientWidth;
  const width = room < 600 ? 400 : Math.max(760, Math.round((room - 300) / 1.35));
  const top = ceiling(Math.max(4, ...points.map((point) => total(point.counts))));
  const x = timeScale(points, width);
  const y = (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);
  const line = svg("polyline", {
    class: "trend-line",
    points: points.map((point) => `${x(point.ended_us)},${y(total(point.counts))}`).join(" "),
  });
  const dots =
    points.length <= 60
      ? points.map((point) =>
          svg("circle", {
            class: "trend-dot",
            cx: x(point.ended_us),
            cy: y(total(point.counts)),
            r: 2.5,
          }),
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
  const [first, last] = [points[0], points.at(-1)];
  const drawing = svg(
    "svg",
    {
      viewBox: `0 0 ${width} ${HEIGHT}`,
      class: "chart",
      role: "img",
      "aria-label": `Findings over ${plural(points.length, "run")}: ${number(total(first.counts))} at first, ${number(total(last.counts))} last`,
    },
    grid(top, y, width),
    bands(points, x, y),
    line,
    dots,
    cursor,
    dates(points, x, width),
  );
  const nearest = (at) =>
    points.reduce((best, point) =>
      Math.abs(x(point.ended_us) - at) < Math.abs(x(best.ended_us) - at) ? point : best,
    );
  drawing.addEventListener("pointermove", (event) => {
    const box = drawing.getBoundingClientRect();
    const point = nearest(((event.clientX - box.left) / box.width) * width);
    cursor.setAttribute("x1", x(point.ended_us));
    cursor.setAttribute("x2", x(point.ended_us));
    cursor.setAttribute("visibility", "visible");
    choose(point);
  });
  drawing.addEventListener("pointerleave", () => {
    cursor.setAttribute("visibility", "hidden");
    choose(null);
  });
  return drawing;
}

/** A small line of findings over time, beside a text that says the same. */
export function sparkline(points) {
  const [width, height] = [120, 24];
  const most = Math.max(1, ...points.map((point) => total(point.counts)));
  const x = timeScale(points, width, 2, 2);
  const place = (point) =>
    `${x(point.ended_us)},${height - 2 - (total(point.counts) / most) * (height - 4)}`;
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: "sparkline", "aria-hidden": "true" },
    svg("polyline", { class: "trend-line", points: points.map(place).join(" ") }),
  );
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
