// Rows of a long list that are on the server: those in sight are asked for, in parts.

const PART = 200;

/** `ask(offset, limit)` gives `{ total, offset, items }`; `changed` is called when rows came. */
export class LazyRows {
  constructor({ ask, changed }) {
    this.ask = ask;
    this.changed = changed;
    this.clear();
  }

  clear() {
    this.total = 0;
    this.rows = new Map();
    this.asked = new Set();
    /** Answers to what was asked before are not wanted any more. */
    this.round = (this.round ?? 0) + 1;
  }

  /** Takes in what the server gave. */
  take({ total, offset, items }) {
    this.total = total;
    items.forEach((item, at) => {
      this.rows.set(offset + at, item);
    });
  }

  /** The row at a place, if it is here; else it is asked for. */
  at(index) {
    const row = this.rows.get(index);
    if (!row && index < this.total) this.want(Math.floor(index / PART));
    return row ?? null;
  }

  async want(part) {
    if (this.asked.has(part)) return;
    this.asked.add(part);
    const { round } = this;
    try {
      const found = await this.ask(part * PART, PART);
      if (round !== this.round) return;
      this.take(found);
      this.changed(found.offset, found.offset + found.items.length);
    } catch {
      this.asked.delete(part);
    }
  }
}
