// Line drawings on a grid of 16.

import { svg } from "./dom.js";

const PATHS = {
  overview: "M2 2.5h5v6H2zM9 2.5h5v3.5H9zM9 8.5h5v5H9zM2 11h5v2.5H2z",
  workflows: "M3 3.5h10M3 8h10M3 12.5h6M12 11v3l2.5-1.5z",
  validations: "M4 1.5h5.5L12.5 5v9.5H4zM9 1.5V5h3.5M6 9.5l1.5 1.5L10.5 8",
  recommendations: "M2.5 4.5l1.5 1.5 2.5-3M2.5 11l1.5 1.5 2.5-3M9 4.5h5M9 11h5",
  trends: "M2 2v12h12M4.5 10.5l3-3.5 2.5 2 4-5",
  settings: "M2 4.5h7M12 4.5h2M2 11.5h2M7 11.5h7M10.5 3v3M5.5 10v3",
  findings: "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9zM10.5 10.5L14 14M7 5v2.5M7 9.3v.1",
  check: "M3 8.5l3.5 3.5L13 4.5",
  cross: "M4 4l8 8M12 4l-8 8",
  warn: "M8 2.5l6 11H2zM8 6.5v3.5M8 11.5v.5",
  play: "M5 3.5l7 4.5-7 4.5z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  stop: "M4.5 4.5h7v7h-7z",
  idea: "M8 2v3M8 11v3M2 8h3M11 8h3M4 4l2 2M10 10l2 2M12 4l-2 2M6 10l-2 2",
  pen: "M3 13l.5-3L10.5 3l2.500 2.500-7 7z",
  dot: "M8 8h.01",
};

export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" },
    svg("path", { d: PATHS[name] ?? PATHS.dot }),
  );
}
