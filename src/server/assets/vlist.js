// A list of any length of which only the rows in sight are in the page. All rows have one height.

import { h } from "./dom.js";

const BEYOND = 8;

/**
 * @typedef {object} Layout
 * @property {string} label
 * @property {{ id: string, title: string }[]} columns
 * @property {(item: any, index: number) => any[]} row
 * @property {(index: number) => any} at
 * @property {(item: any, index: number) => string} [mark]
 * @property {boolean} [headless] whether the head is there only for those who do not see
 * @property {number} [height]
 * @property {AbortSignal} [signal]
 */

/**
 * `columns` names the cells, `row(item, index)` gives their contents, `at(index)` an item. `mark`
 * may give a row's class.
 */
export class VirtualList {
  /** @param {Layout} layout */
  constructor({ label, columns, row, at, mark = () => "", height = 28, headless = false, signal }) {
    this.columns = columns;
    this.row = row;
    this.at = at;
    this.mark = mark;
    this.height = height;
    this.headless = headless;
    this.count = 0;
    this.rows = new Map();
    this.body = h("div", { class: "vlist-body", role: "rowgroup" });
    const head = h(
      "div",
      { class: headless ? "hidden" : "vlist-head", role: "row", "aria-rowindex": "1" },
      columns.map((column) =>
        h("span", { role: "columnheader", class: `cell-${column.id}` }, column.title),
      ),
    );
    this.heads = head;
    this.table = h(
      "div",
      { class: "vlist-table", role: "table", "aria-label": label },
      h("div", { role: "rowgroup", class: "vlist-headgroup" }, head),
      this.body,
    );
    this.element = h(
      "div",
      { class: "vlist", tabindex: "0", role: "group", "aria-label": `${label}, scrolls` },
      this.table,
    );
    this.element.addEventListener("scroll", () => this.draw(), { passive: true });
    // Asking the element for its height would make the browser lay out the page in between.
    this.client = 0;
    this.resizes = new ResizeObserver(([entry]) => {
      this.client = entry.contentRect.height;
      this.draw();
    });
    this.resizes.observe(this.element);
    signal?.addEventListener("abort", () => this.resizes.disconnect());
  }

  /** The head of a column. */
  head(id) {
    return this.heads.querySelector(`.cell-${id}`);
  }

  /** Draws `count` rows, at the end if it is to; those in sight are made again only where `fresh`. */
  update(count, { fresh = false, end = false } = {}) {
    this.count = count;
    this.body.style.height = `${count * this.height}px`;
    this.table.setAttribute("aria-rowcount", String(count + 1));
    if (fresh) {
      for (const node of this.rows.values()) node.remove();
      this.rows.clear();
    }
    if (end) this.toEnd();
    else this.draw();
  }

  draw(top = this.element.scrollTop) {
    const first = Math.max(0, Math.floor(top / this.height) - BEYOND);
    const last = Math.min(this.count, Math.ceil((top + this.client) / this.height) + BEYOND);
    for (const [index, node] of this.rows) {
      const inSight = index >= first && index < last;
      // A row in which somebody is stays where it is.
      if (index >= this.count || (!inSight && !node.contains(document.activeElement))) {
        node.remove();
        this.rows.delete(index);
      }
    }
    const fragment = document.createDocumentFragment();
    for (let index = first; index < last; index += 1) {
      if (!this.rows.has(index)) fragment.append(this.make(index));
    }
    this.body.append(fragment);
  }

  make(index) {
    const item = this.at(index);
    const cells = this.row(item, index);
    const node = h(
      "div",
      {
        class: `vlist-row ${this.mark(item, index)}`,
        role: "row",
        "aria-rowindex": String(index + 2),
      },
      this.columns.map((column, at) =>
        h("span", { role: "cell", class: `cell-${column.id}` }, cells[at]),
      ),
    );
    node.style.transform = `translateY(${index * this.height}px)`;
    node.style.blockSize = `${this.height}px`;
    this.rows.set(index, node);
    return node;
  }

  /** Makes the rows of this part again, those of them that are in the page. */
  redraw(from, to) {
    for (let index = from; index < to; index += 1) {
      const node = this.rows.get(index);
      if (!node) continue;
      const hadFocus = node.contains(document.activeElement);
      this.rows.delete(index);
      const made = this.make(index);
      node.replaceWith(made);
      if (hadFocus) made.querySelector("button, a")?.focus({ preventScroll: true });
    }
  }

  /** The same for all rows from here on up to the place `to`; only those in the page cost anything. */
  redrawFrom(from, to) {
    for (const index of [...this.rows.keys()])
      if (index >= from && index < to) this.redraw(index, index + 1);
  }

  rowAt(index) {
    return this.rows.get(index) ?? null;
  }

  /** Scrolls as far as the row needs to be in sight. */
  reveal(index) {
    const top = index * this.height;
    const room = this.element.clientHeight - (this.headless ? 0 : this.height);
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (top + this.height > this.element.scrollTop + room)
      this.element.scrollTop = top + this.height - room;
    this.draw();
  }

  /** Where it is scrolled to when the last row is in sight; the head is as high as a row. */
  get end() {
    const rows = this.count + (this.headless ? 0 : 1);
    return Math.max(0, rows * this.height - this.client);
  }

  get isAtEnd() {
    return this.element.scrollTop >= this.end - this.height;
  }

  toEnd() {
    const { end } = this;
    this.draw(end);
    this.element.scrollTop = end;
  }
}
