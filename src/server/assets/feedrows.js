// What the feed shows: every event, or one line for all of a kind that belongs to one run, so that
// ten thousand results do not bury a decision.

/** Kinds of news, by which the feed can be filtered. */
export const KINDS = {
  runs: "Runs",
  results: "Results",
  proposals: "Recommendations",
  decisions: "Decisions",
};

const FOLDED = new Set(["validation_created", "recommendation_created", "workflow_progress"]);

export function kindOf({ type }) {
  if (type.startsWith("workflow_")) return "runs";
  if (type === "validation_created") return "results";
  return type === "recommendation_created" ? "proposals" : "decisions";
}

/** Rows made of events: `{ event, count, failed, kind }`. */
export class FeedRows {
  constructor() {
    this.folds = true;
    this.only = "";
    this.clear();
  }

  clear() {
    this.rows = [];
    /** The open line of each run and type. */
    this.open = new Map();
    /** The first row that is not as it was drawn. */
    this.changed = 0;
  }

  get length() {
    return this.rows.length;
  }

  at(index) {
    return this.rows[index];
  }

  add(event) {
    const kind = kindOf(event);
    if (this.only && kind !== this.only) return;
    const failed = ["failed", "unreadable"].includes(event.data.status) ? 1 : 0;
    const key = `${event.workflow_id}:${event.type}`;
    if (this.folds && event.workflow_id && FOLDED.has(event.type)) {
      const known = this.open.get(key);
      if (known !== undefined) {
        const row = this.rows[known];
        row.event = event;
        row.count += 1;
        row.failed += failed;
        this.changed = Math.min(this.changed, known);
        return;
      }
      this.open.set(key, this.rows.length);
    }
    this.changed = Math.min(this.changed, this.rows.length);
    this.rows.push({ event, kind, count: 1, failed });
  }

  /** Makes all rows again from the events. */
  remake(events) {
    this.clear();
    for (let index = 0; index < events.length; index += 1) this.add(events.at(index));
  }
}
