// Notes in the bottom right corner, and what screen readers are told.

import { fill, h } from "./dom.js";

const MOST = 3;
const STAYS = 5000;
const place = document.getElementById("toasts");
const spoken = { status: document.getElementById("say"), alert: document.getElementById("alert") };

let saying = null;
let said = 0;
/** One sentence for screen readers, at most every five seconds; the newest counts. */
export function say(text) {
  clearTimeout(saying);
  saying = setTimeout(
    () => {
      said = Date.now();
      fill(spoken.status, text);
    },
    Math.max(250, said + STAYS - Date.now()),
  );
}

/** `kind` is `good`, `bad` or `plain`; bad news stays until it is closed. */
export function toast({ kind = "plain", title, text = "", link = null, sort = "" }) {
  const close = () => node.remove();
  // The newest of a sort takes the place of the one before; the sort `end` that of all ends.
  if (sort)
    for (const old of place.querySelectorAll(`[data-sort="${sort}"], [data-sort^="${sort} "]`))
      old.remove();
  const node = h(
    "div",
    { class: `toast ${kind}`, "data-sort": sort || null },
    h("div", { class: "toast-text" }, h("strong", title), text && h("p", text), link),
    h(
      "button",
      { type: "button", class: "quiet icon", "aria-label": "Close", onclick: close },
      "×",
    ),
  );
  place.append(node);
  while (place.childElementCount > MOST) place.firstElementChild.remove();
  if (kind === "bad") {
    fill(spoken.alert, [title, text].filter(Boolean).join(": "));
    return;
  }
  say([title, text].filter(Boolean).join(": "));
  let timer = setTimeout(close, STAYS);
  const hold = () => clearTimeout(timer);
  const release = () => (timer = setTimeout(close, STAYS / 2));
  for (const [start, end] of [
    ["pointerenter", "pointerleave"],
    ["focusin", "focusout"],
  ]) {
    node.addEventListener(start, hold);
    node.addEventListener(end, release);
  }
}

/** A refusal, with what to do about it. */
export function tellError(error) {
  if (error.name === "AbortError") return;
  toast({ kind: "bad", title: error.message, text: error.hint ?? "" });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]"))
    place.lastElementChild?.remove();
});
