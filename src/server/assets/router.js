// Pages have real addresses: links within the dashboard change the page without loading it anew.
// What a page shows besides its address (rows, where it is scrolled to) is kept with its entry in
// the browser's history, so that Back leads to the same place.

import { fill, h } from "./dom.js";

const BASE = "/dashboard";
/** Browsers refuse to change an entry more often than some twenty times a second. */
const SAVED_AFTER = 150;
let routes = [];
let main = null;
let current = null;
let cover = null;
let saving = null;

history.scrollRestoration = "manual";

/** A page that is being shown: where to draw, what its address says, and when it is over. */
class Page {
  constructor(params, root, kept) {
    this.params = params;
    this.root = root;
    this.query = Object.fromEntries(new URLSearchParams(location.search));
    /** What the page kept when it was left; none if it is new. */
    this.kept = kept;
    this.over = new AbortController();
    this.signal = this.over.signal;
  }

  /** The heading that people and screen readers land on. */
  title(text, ...beside) {
    titled(text);
    this.heading = h("h1", { tabindex: "-1" }, text);
    return h(
      "header",
      { class: "page-head" },
      this.heading,
      beside.length > 0 && h("div", { class: "page-actions" }, beside),
    );
  }

  /** Writes filters into the address, so that it can be copied and reloaded; Back leads to those
   * before. `replace` is for what changes with every key. */
  remember(query, { replace = false } = {}) {
    this.query = Object.fromEntries(Object.entries(query).filter(([, value]) => value));
    const text = new URLSearchParams(this.query).toString();
    const address = location.pathname + (text ? `?${text}` : "");
    if (address === location.pathname + location.search) return;
    if (replace) history.replaceState(history.state, "", address);
    else {
      save();
      history.pushState(null, "", address);
    }
  }

  /** `what` gives what is to be kept when the page is left. */
  keeps(what) {
    this.what = what;
  }

  /** Scrolls to where the page was left; once, when there is something to scroll. */
  restore() {
    const { scroll } = this.kept ?? {};
    this.kept = null;
    if (scroll) scrollTo(0, scroll);
  }
}

let project = "";
let subject = "";
let doing = "";

function entitle() {
  document.title = [doing, subject, project || "validator"].filter(Boolean).join(" · ");
}

/** What the tab says: what is shown, of which project, and how far a run is. */
export function titled(text) {
  subject = text;
  entitle();
}

/** @param {{ directory?: string, progress?: string }} parts */
export function titledBy({ directory, progress }) {
  project = directory ?? project;
  doing = progress ?? doing;
  entitle();
}

/** The address of a page. */
export const href = (path, query) => {
  const kept = Object.entries(query ?? {}).filter(([, value]) => value);
  const text = new URLSearchParams(kept).toString();
  return `${BASE}/${path}${text ? `?${text}` : ""}`;
};

/** A path of a file as a part of an address. */
export const encodePath = (path) => path.split("/").map(encodeURIComponent).join("/");

function save() {
  clearTimeout(saving);
  saving = null;
  if (!current || current.signal.aborted) return;
  const kept = { scroll: scrollY, ...current.what?.() };
  history.replaceState({ kept }, "");
}

export function go(address, { focus = true, replace = false } = {}) {
  if (replace) history.replaceState(null, "", address);
  else if (address !== location.pathname + location.search) {
    save();
    history.pushState(null, "", address);
  }
  show(focus);
}

/** Shows the page at the address anew. */
export const again = () => show(false);

/** Shows this in the place of whatever page there is, or, without anything, the page again. */
export function covered(by) {
  const was = cover;
  cover = by;
  if (by || was) show(false);
}

function find(pathname) {
  const parts = pathname
    .replace(/\/+$/, "")
    .slice(BASE.length + 1)
    .split("/")
    .map(decodeURIComponent);
  for (const [pattern, view] of routes) {
    const expected = pattern.split("/");
    const takesRest = expected.at(-1) === "**";
    if (takesRest ? expected.length > parts.length : expected.length !== parts.length) continue;
    const params = {};
    const fits = expected.every((part, at) => {
      if (part === "**") {
        params.path = parts.slice(at).join("/");
        return params.path !== "";
      }
      if (!part.startsWith(":")) return part === parts[at];
      params[part.slice(1)] = parts[at];
      return parts[at] !== "";
    });
    if (fits) return [view, params];
  }
  return null;
}

function show(focus) {
  current?.over.abort();
  clearTimeout(saving);
  saving = null;
  const root = h("div", { class: "page" });
  let found = null;
  try {
    found = find(location.pathname);
  } catch {
    // An address that is not well-formed leads nowhere.
  }
  const [view, params] = found ?? [routes.find(([pattern]) => pattern === "*")[1], {}];
  const kept = history.state?.kept ?? null;
  current = new Page(params, root, kept);
  fill(main, root);
  if (cover) cover(current);
  else view(current);
  const [, , section = ""] = location.pathname.split("/");
  /** @type {NodeListOf<HTMLElement>} */
  const links = document.querySelectorAll("nav a[data-section]");
  for (const link of links) {
    const sections = link.dataset.section.split(" ");
    if (sections.includes(section)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (focus) {
    if (!kept) scrollTo(0, 0);
    current.heading?.focus({ preventScroll: true });
  }
}

/** `table` is a list of pattern and view; `*` is the view for addresses that lead nowhere. */
export function start(table, element) {
  routes = table;
  main = element;
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = target.closest?.("a[href]");
    const plain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.hasAttribute("download")) return;
    const address = link.getAttribute("href");
    if (!address.startsWith(BASE)) return;
    event.preventDefault();
    go(address);
  });
  addEventListener("popstate", () => show(true));
  addEventListener(
    "scroll",
    () => {
      saving ??= setTimeout(save, SAVED_AFTER);
    },
    { passive: true, capture: true },
  );
  addEventListener("pagehide", save);
  show(false);
}
