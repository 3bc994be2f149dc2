// The results of single pages: the newest of each, in an order, or all that there were.

import { get } from "../api.js";
import { fill, h, name, path } from "../dom.js";
import { plural } from "../format.js";
import { LazyRows } from "../lazylist.js";
import { badge, counts, empty, firstSteps, input, loading, select, when } from "../parts.js";
import { encodePath, href } from "../router.js";
import { orderHeads, sortedByServer } from "../sortable.js";
import { onChange } from "../state.js";
import { findingsAt } from "../findings/filters.js";
import { VirtualList } from "../vlist.js";

const STATUSES = ["passed", "warned", "failed", "unreadable"];
const ORDERS = { worst: "worst first", path: "by path", newest: "checked last first" };
const PART = 200;
const MOST = 1000;
const COLUMNS = [
  { id: "status", title: "Result" },
  { id: "path", title: "Page" },
  { id: "found", title: "Findings" },
  { id: "review", title: "Review" },
  { id: "when", title: "Checked" },
];

/** What heads sort by, and whether upward first. */
const SORTS = {
  path: { order: "path", isUp: true },
  found: { order: "worst", isUp: false },
  when: { order: "newest", isUp: false },
};

/** What a result found, leading there. */
function found(one) {
  if (one.error) return h("span", { class: "muted" }, name(one.error));
  return counts(one.counts, true);
}

const reviewed = (one) => (one.review ? badge(one.review) : h("span", { class: "muted" }, "–"));

function nothing({ status, path: where }) {
  return status || where
    ? empty(
        "No page fits these filters",
        h("p", h("a", { href: href("validations") }, "Show all pages")),
      )
    : empty("No page has been checked yet", firstSteps());
}

/** The newest result of each page; only the rows in sight are here. */
function newest(page, place) {
  const ask = (offset, limit) => {
    const { status, path: where, order, reverse } = page.query;
    return get("/api/pages", { status, path: where, order, reverse, offset, limit }, page.signal);
  };
  const rows = new LazyRows({ ask, changed: (from, to) => list.redraw(from, to) });
  const list = new VirtualList({
    label: "Pages",
    columns: COLUMNS,
    height: 32,
    signal: page.signal,
    at: (index) => rows.at(index),
    row: (one) =>
      one
        ? [
            badge(one.status),
            h(
              "a",
              { class: "from-end", href: href(`pages/${encodePath(one.path)}`) },
              path(one.path),
            ),
            one.error
              ? found(one)
              : h(
                  "a",
                  {
                    class: "plain",
                    href: findingsAt({ path: one.path.replace(/[*?[]/g, "[$&]") }),
                  },
                  found(one),
                ),
            reviewed(one),
            when(one.ts_us),
          ]
        : ["…", "", "", "", ""],
  });
  list.element.classList.add("pages-list");
  const columns = Object.entries(SORTS).map(([key, sort]) => {
    const { title } = COLUMNS.find(({ id }) => id === key);
    return { head: list.head(key), title, ...sort };
  });
  const tell = orderHeads(page, columns, { usual: "worst", load: () => page.sorted() });
  const load = () =>
    loading(place, async () => {
      tell();
      const first = await ask(0, PART);
      rows.clear();
      rows.take(first);
      list.update(first.total, { fresh: true });
      page.tellSum(plural(first.total, "page"));
      if (first.total === 0) return nothing(page.query);
      return list.element;
    }).then(() => {
      const { top } = page.kept ?? {};
      if (top) list.element.scrollTop = top;
      page.restore();
    });
  return { load, usual: "worst", kept: () => ({ top: list.element.scrollTop }) };
}

/** All results, in an order, more on request. */
function all(page, place) {
  const body = h("tbody");
  const more = h(
    "button",
    { type: "button", class: "more", onclick: () => load(next) },
    "Show more",
  );
  const results = h(
    "table",
    h("caption", { class: "hidden" }, "Validations"),
    h(
      "thead",
      h(
        "tr",
        COLUMNS.map(({ id, title }) =>
          h("th", { scope: "col", class: id === "found" ? "number" : null }, title),
        ),
      ),
    ),
    body,
  );
  const orders = Object.fromEntries(
    COLUMNS.filter(({ id }) => SORTS[id]).map(({ id, title }) => [title, SORTS[id]]),
  );
  const arranged = sortedByServer(page, results, orders, {
    usual: "newest",
    load: () => page.sorted(),
  });
  const table = h(
    "div",
    { class: "table-scroll", role: "group", "aria-label": "Validations", tabindex: "0" },
    results,
  );
  const row = (one) =>
    h(
      "tr",
      h("td", badge(one.status)),
      h(
        "td",
        { class: "main-cell" },
        h("a", { href: href(`validations/${one.id}`) }, path(one.path)),
      ),
      h("td", { class: "number" }, found(one)),
      h("td", reviewed(one)),
      h("td", when(one.ts_us)),
    );
  let next = null;
  const load = (after) =>
    loading(place, async () => {
      const { status, path: where, order = "newest", reverse } = page.query;
      const limit = after ? 100 : Math.min(MOST, Math.max(100, page.kept?.rows ?? 0));
      const found = await get(
        "/api/validations",
        { status, path: where, order, reverse, after, limit },
        page.signal,
      );
      if (!after) fill(body);
      body.append(...found.items.map(row));
      arranged();
      next = found.next;
      more.hidden = !next;
      page.tellSum(`${body.childElementCount}${next ? "+" : ""} results`);
      return body.childElementCount > 0 ? [table, more] : nothing(page.query);
    }).then(() => page.restore());
  return {
    load: () => load(),
    usual: "newest",
    kept: () => ({ rows: body.childElementCount }),
  };
}

export function validations(page) {
  const place = h("div");
  const sum = h("span", { class: "muted" });
  page.tellSum = (text) => fill(sum, text);
  const fresh = h("button", {
    type: "button",
    class: "jump inline",
    hidden: true,
    onclick: () => load(),
  });
  const kinds = { newest: newest(page, place), all: all(page, place) };
  const kind = () => kinds[page.query.all ? "all" : "newest"];
  let news = 0;
  const orders = h("span", { class: "contents" });
  const drawOrders = () => {
    const { usual } = kind();
    const others = Object.entries(ORDERS).filter(([order]) => order !== usual);
    fill(
      orders,
      select("Order", ORDERS[usual], others, page.query.order, (order) => {
        page.remember({ ...page.query, order, reverse: "" });
        load();
      }),
    );
  };
  page.sorted = () => load();

  async function load() {
    news = 0;
    fresh.hidden = true;
    drawOrders();
    await kind().load();
  }

  const filter = (field) => (value) => {
    page.remember({ ...page.query, [field]: value });
    load();
  };
  page.keeps(() => kind().kept());
  onChange(({ events, reset }) => {
    if (reset) return void load();
    news += events.filter((event) => event.type === "validation_created").length;
    if (news === 0) return;
    if (place.querySelector(".empty")) return void load();
    fresh.hidden = false;
    fill(fresh, `${plural(news, "new result")} ↑`);
  }, page.signal);
  fill(
    page.root,
    page.title("Validations"),
    h(
      "div",
      { class: "filters" },
      input("Path", "docs/ or *.md", page.query.path, filter("path")),
      select("Result", "any result", STATUSES, page.query.status, filter("status")),
      select(
        "Which",
        "newest of each page",
        [["true", "all results"]],
        page.query.all,
        (all) => {
          page.remember({ ...page.query, all, order: "", reverse: "" });
          load();
        },
      ),
      orders,
      sum,
      fresh,
    ),
    h("section", { class: "panel", "aria-label": "Results" }, place),
  );
  load();
}
