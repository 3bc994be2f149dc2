// Tables that are sorted by a click on their heads, in the page where it has all rows and else by the
// server, and whose rows become cards on phones.

import { fill, h } from "./dom.js";

const WEIGHTS = { error: 1e12, warning: 1e6, info: 1 };

/** What a cell is sorted by: findings by the worst, times, numbers, else words. */
function value(cell) {
  const counts = [...cell.querySelectorAll(".count[data-severity]")];
  if (counts.length > 0 || cell.querySelector(".counts"))
    return counts.reduce(
      (sum, one) =>
        sum + WEIGHTS[one.dataset.severity] * Number(one.firstChild.data.replaceAll(",", "")),
      0,
    );
  const time = cell.querySelector("time");
  if (time) return Date.parse(time.dateTime);
  const text = cell.dataset.sort ?? cell.textContent.trim();
  if (/^(none|–|)$/.test(text)) return -1;
  return /^[\d,.]+( |$)/.test(text) ? Number.parseFloat(text.replaceAll(",", "")) : text.toLowerCase();
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

/** A head that says how its column is sorted; `sort(direction)` is called with the next one. */
export function sortHead(head, title, { isUp = false, sort }) {
  let direction = "none";
  const button = h(
    "button",
    {
      type: "button",
      class: "sort",
      onclick: () => {
        const first = isUp ? "ascending" : "descending";
        const other = isUp ? "descending" : "ascending";
        sort(direction === first ? other : first);
      },
    },
    title,
  );
  fill(head, button);
  const tell = (now) => {
    direction = now;
    head.setAttribute("aria-sort", now);
  };
  tell("none");
  return tell;
}

/**
 * Heads of a list of which the page has a part: a click asks the server for another order, which is
 * in the address. Gives what tells the heads which one that is.
 *
 * @param {any} page
 * @param {{ head: Element, title: string, order: string, isUp?: boolean }[]} columns
 * @param {{ usual: string, load: () => void }} list what the order is if the address has none
 */
export function orderHeads(page, columns, { usual, load }) {
  const tells = columns.map(({ head, title, order, isUp = false }) => {
    const sort = (direction) => {
      const reverse = (direction === "descending") === isUp ? "true" : "";
      page.remember({ ...page.query, order: order === usual ? "" : order, reverse });
      load();
    };
    const tell = sortHead(head, title, { isUp, sort });
    return (now, reverse) => {
      const isDown = Boolean(reverse) === isUp;
      tell(order !== now ? "none" : isDown ? "descending" : "ascending");
    };
  });
  return () => {
    const { order = usual, reverse } = page.query;
    for (const tell of tells) tell(order, reverse);
  };
}

/** On phones a row of the table is a card, in which each cell says what it is. Gives what does so
 * again after rows came. */
export function cards(table) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const titles = heads.map((head) => head.textContent);
  for (const part of [table.tHead, body]) part.setAttribute("role", "rowgroup");
  for (const head of heads) head.setAttribute("role", "columnheader");
  table.setAttribute("role", "table");
  const again = () => {
    for (const row of table.rows) row.setAttribute("role", "row");
    for (const row of body.rows)
      for (const [at, cell] of [...row.cells].entries()) {
        cell.setAttribute("role", "cell");
        cell.setAttribute("data-label", titles[at] ?? "");
      }
  };
  again();
  return again;
}

/** Makes the heads of a table sort its rows, all of which are in it; `done` is called when they are. */
export function sortable(table, done = () => {}) {
  cards(table);
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const sort = (at, direction) => {
    const sign = direction === "ascending" ? 1 : -1;
    const rows = [...body.rows].map((row) => [value(row.cells[at]), row]);
    rows.sort(([a], [b]) => sign * compare(a, b));
    body.append(...rows.map(([, row]) => row));
    done();
  };
  const tells = heads.map((head, at) =>
    sortHead(head, head.textContent, {
      isUp: !head.classList.contains("number"),
      sort: (direction) => {
        tells.forEach((tell, index) => {
          tell(index === at ? direction : "none");
        });
        sort(at, direction);
      },
    }),
  );
}

/** The same of a table of which the page has a part: `orders` are those of its heads, by their titles,
 * and whether upward first. Gives what is to be called after rows came. */
export function sortedByServer(page, table, orders, list) {
  const heads = [...table.tHead.rows[0].cells];
  const again = cards(table);
  const columns = heads
    .filter((head) => orders[head.textContent])
    .map((head) => ({ head, title: head.textContent, ...orders[head.textContent] }));
  const tell = orderHeads(page, columns, list);
  return () => {
    again();
    tell();
  };
}
