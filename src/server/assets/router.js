// Pages have real addresses: links within the dashboard change the page without loading it anew.

import { fill, h } from "./dom.js";

const BASE = "/dashboard";
let routes = [];
let main = null;
let current = null;

/** A page that is being shown: where to draw, what its address says, and when it is over. */
class Page {
  constructor(params, root) {
    this.params = params;
    this.root = root;
    this.query = Object.fromEntries(new URLSearchParams(location.search));
    this.over = new AbortController();
    this.signal = this.over.signal;
  }

  /** The heading that people and screen readers land on. */
  title(text, ...beside) {
    document.title = `${text} · validator`;
    this.heading = h("h1", { tabindex: "-1" }, text);
    return h(
      "header",
      { class: "page-head" },
      this.heading,
      beside.length > 0 && h("div", { class: "page-actions" }, beside),
    );
  }

  /** Writes filters into the address, so that it can be copied and reloaded. */
  remember(query) {
    this.query = Object.fromEntries(Object.entries(query).filter(([, value]) => value));
    const text = new URLSearchParams(this.query).toString();
    history.replaceState(null, "", location.pathname + (text ? `?${text}` : ""));
  }
}

/** The address of a page. */
export const href = (path, query) => {
  const text = query ? new URLSearchParams(query).toString() : "";
  return `${BASE}/${path}${text ? `?${text}` : ""}`;
};

export function go(address, { focus = true } = {}) {
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
  show(focus);
}

function find(pathname) {
  const parts = pathname
    .replace(/\/+$/, "")
    .slice(BASE.length + 1)
    .split("/")
    .map(decodeURIComponent);
  for (const [pattern, view] of routes) {
    const expected = pattern.split("/");
    if (expected.length !== parts.length) continue;
    const params = {};
    const fits = expected.every((part, at) => {
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
  const root = h("div", { class: "page" });
  let found = null;
  try {
    found = find(location.pathname);
  } catch {
    // An address that is not well-formed leads nowhere.
  }
  const [view, params] = found ?? [routes.find(([pattern]) => pattern === "*")[1], {}];
  current = new Page(params, root);
  fill(main, root);
  view(current);
  const [, , section = ""] = location.pathname.split("/");
  /** @type {NodeListOf<HTMLElement>} */
  const links = document.querySelectorAll("nav a[data-section]");
  for (const link of links) {
    if (link.dataset.section === section) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (focus) {
    scrollTo(0, 0);
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
  show(false);
}
