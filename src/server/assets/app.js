// Puts the dashboard together: the frame around the pages, what they share, and the table of pages.

import { adoptToken } from "./api.js";
import "./connection.js";
import { fill, h, name } from "./dom.js";
import { number } from "./format.js";
import { icon } from "./icons.js";
import { help } from "./keys.js";
import { refreshActions } from "./parts.js";
import { go, href, start } from "./router.js";
import { live, onChange, readStatus, state } from "./state.js";
import { tellEvents } from "./news.js";
import { toast } from "./toasts.js";
import { missing } from "./views/missing.js";
import { overview } from "./views/overview.js";
import { recommendations } from "./views/recommendations.js";
import { settings } from "./views/settings.js";
import { trends } from "./views/trends.js";
import { validation } from "./views/validation.js";
import { validations } from "./views/validations.js";
import { workflow } from "./views/workflow.js";
import { workflows } from "./views/workflows.js";

const PAGES = [
  ["", "Overview", "overview"],
  ["workflows", "Workflows", "workflows"],
  ["validations", "Validations", "validations"],
  ["recommendations", "Recommendations", "recommendations", "Review"],
  ["trends", "Trends", "trends"],
  ["settings", "Settings", "settings"],
];

function frame() {
  const links = PAGES.map(([path, title, drawing, short = title]) =>
    h(
      "a",
      { href: href(path), "data-section": path },
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
function keepUp({ status, stats, live: connection }) {
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
    const folder = root.split(/[\\/]/).pop();
    fill(
      document.getElementById("project"),
      h("span", { class: "project-name", title: root }, name(folder)),
      h("span", { class: "muted" }, `version ${version}`),
    );
  }
  if (stats && state.stats) {
    const waiting = state.stats.recommendations.proposed ?? 0;
    fill(
      document.getElementById("waiting"),
      waiting > 0 ? [number(waiting), h("span", { class: "hidden" }, " to review")] : [],
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
