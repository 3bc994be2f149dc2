// Which events are worth a note in the corner or a sentence aloud. While the page catches up with
// what it missed there is one note in the end, not one for each.

import { h } from "./dom.js";
import { number, plural, scope, total } from "./format.js";
import { href } from "./router.js";
import { live, runs } from "./state.js";
import { say, toast } from "./toasts.js";

const ENDS = {
  workflow_completed: ["good", "completed"],
  workflow_failed: ["bad", "failed"],
  workflow_cancelled: ["plain", "cancelled"],
};

function tellEnd(event) {
  const [kind, word] = ENDS[event.type];
  const run = runs.get(event.workflow_id) ?? { what: {}, total: event.data.total };
  const found = total(event.data.counts);
  const text =
    event.data.message ??
    (event.type === "workflow_completed"
      ? `${scope(run)}: ${found ? plural(found, "finding") : "nothing found"}`
      : "");
  toast({
    kind,
    sort: event.data.kind === "watch" ? "end watch" : `end ${event.workflow_id}`,
    title: `${event.data.kind} ${word}`,
    text,
    link: h("a", { href: href(`workflows/${event.workflow_id}`) }, "Show the run"),
  });
}

/** Applying from here is told by its answer, which says more. */
const isTold = (event) =>
  event.data.kind === "enhance" && event.actor === "web" && event.type === "workflow_completed";

/** When runs ended in the last seconds: of many there is one note. */
const LATELY = 10_000;
let lately = [];

let away = { events: 0, runs: 0 };
let wasLive = false;

const isEnd = (event) => event.type in ENDS;

/** @param {import("./state.js").Change} change */
export function tellEvents({ events, missed = 0 }) {
  const isLive = live.state === "live";
  // What happened while the page was loading was not missed.
  if (wasLive) {
    away.events += missed;
    away.runs += events.slice(0, missed).filter(isEnd).length;
  }
  wasLive ||= isLive;
  if (!isLive) return;
  tellMissed();
  tellNews(events.slice(missed));
}

function tellNews(events) {
  const ends = events.filter(isEnd);
  lately = lately.filter((at) => Date.now() - at < LATELY);
  lately.push(...ends.map(() => Date.now()));
  if (ends.length > 0 && lately.length > 3)
    toast({
      kind: "good",
      sort: "end",
      title: `${number(lately.length)} runs ended`,
      text: "the list of workflows has them",
    });
  else ends.filter((event) => !isTold(event)).forEach(tellEnd);
  const failed = events.filter((event) => event.data.status === "failed").length;
  const told = events.filter((event) => event.type !== "workflow_progress").length;
  if (ends.length === 0 && told > 0) {
    say(`${plural(told, "new event")}${failed ? `, ${plural(failed, "page")} with errors` : ""}`);
  }
}

function tellMissed() {
  if (away.events > 0) {
    toast({
      title: `Caught up: ${plural(away.events, "event")}`,
      text: away.runs ? `${plural(away.runs, "run")} ended meanwhile` : "",
    });
  }
  away = { events: 0, runs: 0 };
}
