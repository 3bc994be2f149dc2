// Tables that are sorted by a click on their heads, and whose rows become cards on phones.

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

/** Makes the heads of a table sort its rows; `done` is called when they are. Gives what sorts again
 * after rows came. */
export function sortable(table, done = () => {}) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const titles = heads.map((head) => head.textContent);
  /** On phones a row is a card, in which each cell says what it is. */
  const label = () => {
    for (const row of body.rows)
      for (const [at, cell] of [...row.cells].entries()) {
        cell.setAttribute("role", "cell");
        cell.setAttribute("data-label", titles[at] ?? "");
      }
  };
  for (const part of [table.tHead, body]) part.setAttribute("role", "rowgroup");
  table.setAttribute("role", "table");
  let by = null;
  const again = () => {
    label();
    for (const row of table.rows) row.setAttribute("role", "row");
    if (!by) return;
    const { at, direction } = by;
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
        by = { at, direction };
        again();
      },
    }),
  );
  for (const head of heads) head.setAttribute("role", "columnheader");
  again();
  return again;
}
