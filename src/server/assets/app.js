// Puts the dashboard together: the frame around the pages, what they share, and the table of pages.

import { closed } from "./access.js";
import { adoptToken } from "./api.js";
import "./connection.js";
import { fill, h, name } from "./dom.js";
import { compact } from "./format.js";
import { icon } from "./icons.js";
import { help } from "./keys.js";
import { refreshActions } from "./parts.js";
import { again, covered, go, href, start, titledBy } from "./router.js";
import { isOpen, live, onChange, readStatus, runs, state } from "./state.js";
import { tellEvents } from "./news.js";
import { toast } from "./toasts.js";
import { compare } from "./views/compare.js";
import { findings } from "./views/findings.js";
import { audit, pageHistory } from "./views/history.js";
import { missing } from "./views/missing.js";
import { overview } from "./views/overview.js";
import { recommendation, recommendations } from "./views/recommendations.js";
import { rule, rules } from "./views/rule.js";
import { settings } from "./views/settings.js";
import { trends } from "./views/trends.js";
import { validation } from "./views/validation.js";
import { validations } from "./views/validations.js";
import { workflow } from "./views/workflow.js";
import { workflows } from "./views/workflows.js";

/** Pages of the navigation: address, title, drawing, title where there is little room, and the other
 * addresses that belong to it. */
const PAGES = [
  ["", "Overview", "overview", "Overview", ""],
  ["findings", "Findings", "findings", "Findings", "rules"],
  ["workflows", "Workflows", "workflows", "Runs", ""],
  ["validations", "Validations", "validations", "Pages", "pages history"],
  ["recommendations", "Recommendations", "recommendations", "Review", "audit"],
  ["trends", "Trends", "trends", "Trends", ""],
  ["settings", "Settings", "settings", "Settings", ""],
];

function frame() {
  const links = PAGES.map(([path, title, drawing, short, others]) =>
    h(
      "a",
      { href: href(path), "data-section": others ? `${path} ${others}` : path },
      icon(drawing),
      h("span", { class: "nav-title" }, title),
      h("span", { class: "nav-short" }, short),
      path === "recommendations" && h("span", { class: "nav-count", id: "waiting" }),
    ),
  );
  fill(document.getElementById("nav"), links);
  document.getElementById("help").addEventListener("click", help);
  const search = /** @type {HTMLFormElement} */ (document.getElementById("search"));
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    const path = /** @type {HTMLInputElement} */ (search.elements.namedItem("path"));
    const text = path.value.trim();
    if (text) go(href("validations", { path: /[*?[]/.test(text) ? text : `*${text}*` }));
  });
}

/** @param {import("./state.js").Change} change */
function keepUp({ events, status, stats, live: connection, other }) {
  if (other) {
    toast({
      title: "This is another run history now",
      text: "the page shows what it holds",
    });
    again();
  }
  if (connection) covered(live.state === "denied" ? closed : null);
  if (events.some((event) => event.type.startsWith("workflow_"))) {
    const open = [...runs.values()].filter(isOpen);
    titledBy({
      progress:
        open.length === 1 ? `${open[0].percent} %` : open.length > 1 ? `${open.length} runs` : "",
    });
  }
  if (status || stats || connection) {
    const blocked = document.getElementById("blocked");
    blocked.textContent = state.blocked;
    // Of a lost connection the pill tells.
    blocked.classList.toggle("hidden", state.status?.writable !== false);
    refreshActions();
  }
  if (status && state.isOther) {
    toast({
      title: "The server is another version now",
      text: "reload this page to get what belongs to it",
    });
  }
  if (status && state.status) {
    const { root, version } = state.status;
    const directory = root.split(/[\\/]/).pop();
    titledBy({ directory });
    fill(
      document.getElementById("project"),
      h("span", { class: "project-name", title: root }, name(directory)),
      h("span", { class: "muted" }, `version ${version}`),
    );
  }
  if (stats && state.stats) {
    const waiting = state.stats.recommendations.proposed ?? 0;
    fill(
      document.getElementById("waiting"),
      waiting > 0 ? [compact(waiting), h("span", { class: "hidden" }, " to review")] : [],
    );
  }
}

adoptToken();
frame();
onChange(keepUp);
onChange(tellEvents);
start(
  [
    ["", overview],
    ["workflows", workflows],
    ["workflows/:id", workflow],
    ["workflows/:id/compare", compare],
    ["findings", findings],
    ["rules", rules],
    ["rules/:id", rule],
    ["pages/**", validation],
    ["history/**", pageHistory],
    ["audit", audit],
    ["recommendations/:id", recommendation],
    ["validations", validations],
    ["validations/:id", validation],
    ["recommendations", recommendations],
    ["trends", trends],
    ["settings", settings],
    ["*", missing],
  ],
  document.getElementById("main"),
);
readStatus();
live.start();
