// Keyboard shortcuts: those of all pages, and those that the page in sight adds.

import { h } from "./dom.js";
import { go, href } from "./router.js";

const KEY = "validator.shortcuts";
const PAGES = {
  o: "",
  f: "findings",
  w: "workflows",
  v: "validations",
  r: "recommendations",
  t: "trends",
  s: "settings",
};
const GLOBAL = [
  ["/", "find pages by path"],
  [
    "g then o f w v r t s",
    "overview, findings, workflows, validations, recommendations, trends, settings",
  ],
  ["?", "this list"],
  ["Esc", "close what is open, and the newest note"],
];

let local = [];
let leader = 0;

export const areOn = () => localStorage.getItem(KEY) !== "off";
export const turn = (on) => (on ? localStorage.removeItem(KEY) : localStorage.setItem(KEY, "off"));

/** Keys of a page: `[key, what it does, action]`, until the page is left. */
export function keys(list, signal) {
  local = list;
  signal.addEventListener("abort", () => (local = local === list ? [] : local));
}

export function help() {
  const close = () => {
    dialog.close();
    dialog.remove();
  };
  const all = [...local.map(([key, about]) => [key, about]), ...GLOBAL];
  const dialog = h(
    "dialog",
    { "aria-label": "Shortcuts", oncancel: close },
    h("h2", "Shortcuts"),
    h(
      "dl",
      { class: "facts keys" },
      all.map(([key, about]) => [
        h(
          "dt",
          key.split(" ").map((part) => (part === "then" ? " then " : h("kbd", part))),
        ),
        h("dd", about),
      ]),
    ),
    h("div", { class: "buttons" }, h("button", { type: "button", onclick: close }, "Close")),
  );
  document.body.append(dialog);
  dialog.showModal();
}

const isTyping = (target) =>
  target.matches?.("input:not([type=checkbox]):not([type=radio]), select, textarea");

document.addEventListener("keydown", (event) => {
  if (
    !areOn() ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    isTyping(event.target) ||
    document.querySelector("dialog[open]")
  )
    return;
  if (Date.now() - leader < 1500) {
    leader = 0;
    const page = PAGES[event.key];
    if (page !== undefined) {
      event.preventDefault();
      return go(href(page));
    }
  }
  const own = local.find(([key]) => key === event.key);
  if (own) {
    event.preventDefault();
    own[2]();
  } else if (event.key === "g") {
    leader = Date.now();
  } else if (event.key === "?") {
    help();
  } else if (event.key === "/") {
    event.preventDefault();
    /** @type {HTMLElement} */ (document.querySelector("#search input")).focus();
  }
});
