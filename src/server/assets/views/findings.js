// All findings: what is found where, counted by everything that they can be filtered by. Rows and
// counts are made by the server, so there may be as many as there like.

import { get } from "../api.js";
import { fill, h, message, name, path } from "../dom.js";
import { exportLinks } from "../export.js";
import { detail } from "../findings/detail.js";
import { facets } from "../findings/facets.js";
import { findingsAt, inWords, params } from "../findings/filters.js";
import { plural } from "../format.js";
import { keys } from "../keys.js";
import { LazyRows } from "../lazylist.js";
import { empty, firstSteps, select, toDetail } from "../parts.js";
import { href } from "../router.js";
import { onChange, state } from "../state.js";
import { say } from "../toasts.js";
import { VirtualList } from "../vlist.js";

const ORDERS = [
  ["path", "pages by path"],
  ["rule", "by rule"],
];
const PART = 200;
const ROW = 48;
const TYPING = 250;

/** A row of the list: what is wrong, of which rule, where. */
function cells(row, choose, isByRule) {
  const where = h(
    "span",
    { class: "finding-where" },
    h("span", { class: "from-end" }, path(row.path)),
    h("span", { class: "finding-at" }, `:${row.line}`),
  );
  const rule = h("span", { class: "tag" }, name(row.rule));
  return [
    h(
      "button",
      { type: "button", class: "finding-open", onclick: choose },
      h(
        "span",
        { class: "finding-what" },
        h(
          "span",
          { class: "count", "data-severity": row.severity },
          h("span", { class: "hidden" }, row.severity),
        ),
        message(row.message),
      ),
      h(
        "span",
        { class: "finding-line2" },
        isByRule ? [rule, where] : [where, rule],
        row.rejected && h("span", { class: "tag", "data-kind": "review" }, "rejected"),
        row.fix &&
          h("span", { class: "tag", "data-kind": row.fix }, row.fix === "safe" ? "fix" : "fix?"),
      ),
    ),
  ];
}

/** The list of findings, of which only the parts in sight are here. */
function findingList(page, ask, choose) {
  let current = -1;
  const rows = new LazyRows({ ask, changed: (from, to) => list.redraw(from, to) });
  const list = new VirtualList({
    label: "Findings",
    columns: [{ id: "finding", title: "Finding" }],
    height: ROW,
    headless: true,
    signal: page.signal,
    at: (index) => rows.at(index),
    mark: (_row, index) => (index === current ? "chosen" : ""),
    row: (row, index) =>
      row
        ? cells(row, () => choose(index, { byHand: true }), page.query.by === "rule")
        : [h("span", { class: "muted" }, "…")],
  });
  return {
    rows,
    list,
    get current() {
      return current;
    },
    select: (index) => {
      const before = current;
      current = index;
      list.redraw(before, before + 1);
      list.redraw(index, index + 1);
    },
  };
}

export function findings(page) {
  const facetPlace = h("div", { class: "facets" });
  const sum = h("h2", { id: "findings-title" });
  const chips = h("div", { class: "filter-chips" });
  const none = h("div", { hidden: true });
  let round = 0;
  let waiting = null;
  const menu = h("div", { id: "export-menu", popover: "auto", "aria-label": "Export" });
  const offer = h(
    "button",
    { type: "button", popovertarget: "export-menu", onclick: () => drawMenu() },
    "Export…",
  );
  const shown = findingList(page, askFor, choose);
  const viewer = detail(page, () => shown.list.redraw(shown.current, shown.current + 1));
  const facetList = facets(facetPlace, set);
  const board = h(
    "div",
    { class: "findings-board" },
    h(
      "section",
      { class: "panel findings-list", "aria-labelledby": "findings-title" },
      h("header", { class: "panel-head" }, sum),
      shown.list.element,
      none,
    ),
    viewer.element,
  );

  function askFor(offset, limit, around) {
    const order = page.query.by ?? "worst";
    return get(
      "/api/findings/search",
      { ...params(page.query), order, offset, limit, around },
      page.signal,
    );
  }

  /** Takes other filters; what is chosen stays chosen only where the address says so. */
  function set(query, options) {
    page.remember(query, options);
    load();
  }

  function choose(index, { focus = false, reveal = true, first = false, byHand = false } = {}) {
    const row = shown.rows.at(index);
    if (!row) return;
    shown.select(index);
    viewer.show(row);
    if (!first) page.remember({ ...page.query, at: row.fingerprint }, { replace: true });
    if (reveal) shown.list.reveal(index);
    if (byHand) toDetail(viewer.element);
    if (focus) shown.list.rowAt(index)?.querySelector("button").focus({ preventScroll: true });
  }

  function move(by) {
    const next = Math.min(shown.rows.total - 1, Math.max(0, shown.current + by));
    choose(next, { focus: true });
  }

  async function load() {
    clearTimeout(waiting);
    round += 1;
    const mine = round;
    const { at } = page.query;
    drawChips();
    // What is chosen next is chosen besides what was chosen just now.
    facetList.update(page.query);
    shown.rows.clear();
    const counted = get("/api/findings/facets", params(page.query), page.signal);
    // If the list fails, nobody waits for the counts.
    counted.catch(() => {});
    try {
      const found = await askFor(0, PART, at);
      if (mine !== round) return;
      draw(found);
      const all = await counted;
      if (mine !== round) return;
      facetList.update(page.query, all);
      const words = `${plural(all.total, "finding")} on ${plural(all.pages, "page")}`;
      fill(sum, words);
      say(words);
    } catch (error) {
      if (error.name === "AbortError" || mine !== round) return;
      fill(sum, "Findings");
      shown.list.element.hidden = true;
      none.hidden = false;
      fill(none, empty(error.message, error.hint && h("p", error.hint)));
    }
  }

  function draw(found) {
    shown.rows.take(found);
    shown.select(-1);
    shown.list.element.hidden = found.total === 0;
    viewer.element.hidden = found.total === 0;
    none.hidden = found.total > 0;
    fill(sum, plural(found.total, "finding"));
    shown.list.update(found.total, { fresh: true });
    if (found.total === 0) return void fill(none, nothing());
    const { top } = page.kept ?? {};
    if (top) shown.list.element.scrollTop = top;
    else if (found.at === null) shown.list.element.scrollTop = 0;
    page.restore();
    choose(found.at ?? found.offset, { reveal: !top, first: true });
  }

  function nothing() {
    if (inWords(page.query).length > 0)
      return empty(
        "No finding fits these filters",
        h("p", h("a", { href: href("findings") }, "Show all findings")),
      );
    if (state.stats?.validations > 0)
      return empty("Nothing is found", h("p", "All pages that were checked passed."));
    return empty("Nothing has been checked yet", firstSteps());
  }

  function drawMenu() {
    const all = inWords(page.query);
    fill(
      menu,
      h("strong", sum.textContent),
      h("p", { class: "muted" }, all.length > 0 ? all.map(([, words]) => words).join(", ") : "all"),
      exportLinks("/api/findings/export", "findings", () => params(page.query)),
    );
  }

  function drawChips() {
    const all = inWords(page.query);
    fill(
      chips,
      all.map(([key, words]) => {
        const rest = { ...page.query, [key]: "", at: "" };
        return h(
          "span",
          { class: "chip" },
          name(words),
          h("a", { href: findingsAt(rest), "aria-label": `Without ${words}` }, "×"),
        );
      }),
      all.length > 1 ? h("a", { class: "clear", href: href("findings") }, "Clear all") : [],
    );
    chips.hidden = all.length === 0;
  }

  const search = searchField(page, set);
  const order = select("Order", "worst pages first", ORDERS, page.query.by, (by) =>
    set({ ...page.query, by }),
  );
  const drawer = h("details", { class: "panel facet-drawer" }, h("summary", "Filters"), facetPlace);
  const wide = matchMedia("(min-width: 1101px)");
  const fold = () => drawer.toggleAttribute("open", wide.matches);
  wide.addEventListener("change", fold, { signal: page.signal });
  fold();
  page.keeps(() => ({ top: shown.list.element.scrollTop }));
  // The formats may be known only after the menu was opened.
  onChange(({ status }) => {
    if (status && menu.matches(":popover-open")) drawMenu();
  }, page.signal);
  keepUp(page, () => {
    clearTimeout(waiting);
    waiting = setTimeout(load, 1000);
  });
  page.signal.addEventListener("abort", () => clearTimeout(waiting));
  keys(
    [
      ["j", "next finding", () => move(1)],
      ["k", "finding before", () => move(-1)],
      ["d", "the rule's page", () => viewer.press("d")],
      ["r", "reject it, or restore it", () => viewer.press("r")],
      ["c", "copy path:line", () => viewer.press("c")],
      ["o", "open in the editor", () => viewer.press("o")],
      ["f", "look for words", () => search.querySelector("input").focus()],
    ],
    page.signal,
  );
  fill(
    page.root,
    page.title("Findings", h("div", { class: "buttons" }, offer), menu),
    h("div", { class: "filters" }, search, order, chips),
    h("div", { class: "findings-page" }, drawer, board),
  );
  load();
}

/** Words to look for, which filter while they are typed. */
function searchField(page, set) {
  let typing = null;
  const field = h("input", {
    type: "search",
    placeholder: "in message, path and rule",
    value: page.query.text ?? "",
    autocomplete: "off",
    spellcheck: "false",
  });
  const take = (options) => {
    clearTimeout(typing);
    const text = field.value.trim();
    if (text !== (page.query.text ?? "")) set({ ...page.query, text, at: "" }, options);
  };
  field.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => take({ replace: Boolean(page.query.text) }), TYPING);
  });
  field.addEventListener("change", () => take());
  page.signal.addEventListener("abort", () => clearTimeout(typing));
  return h("label", { class: "field grow" }, h("span", "Text"), field);
}

/** Counts again after runs and decisions, unless somebody is reading. */
function keepUp(page, changed) {
  onChange(({ events, reset }) => {
    const touched = events.some(
      ({ type }) =>
        ["workflow_completed", "validation_created", "recommendation_rejected"].includes(type),
    );
    if (reset || (touched && !document.activeElement?.closest(".findings-board"))) changed();
  }, page.signal);
}
