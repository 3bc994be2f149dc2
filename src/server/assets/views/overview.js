// The current state, what runs now, and what happens.

import { fill, h, name } from "../dom.js";
import { feed, openRuns } from "../feed.js";
import { duration, number, plural, scope, total } from "../format.js";
import { keys } from "../keys.js";
import { badge, counts, empty, firstSteps, progress, when } from "../parts.js";
import { href } from "../router.js";
import { onChange, sortedRuns, state } from "../state.js";
import { controls } from "../controls.js";
import { findingsAt } from "../findings/filters.js";
import { startHere } from "../start.js";

const RECENT = 6;

function tile(title, value, note, address) {
  return h(
    "a",
    { class: "tile", href: address },
    h("span", { class: "tile-title" }, title),
    h("span", { class: "tile-value" }, value),
    h("span", { class: "tile-note" }, note),
  );
}

function tiles() {
  const { stats } = state;
  if (!stats)
    return ["Open findings", "Waiting for review", "Running", "Files checked"].map((title) =>
      tile(title, "–", "", href("")),
    );
  const { findings, files, validations, workflows, recommendations } = stats;
  const open = openRuns().length;
  const approved = recommendations.approved ?? 0;
  return [
    tile(
      "Open findings",
      number(total(findings)),
      total(findings) ? counts(findings) : "nothing found",
      findingsAt({}),
    ),
    tile(
      "Waiting for review",
      number(recommendations.proposed ?? 0),
      approved
        ? `${number(approved)} approved, not applied`
        : plural(recommendations.applied ?? 0, "applied", "applied"),
      href("recommendations", { state: "proposed" }),
    ),
    tile(
      "Running",
      number(open),
      plural(workflows.COMPLETED ?? 0, "run completed", "runs completed"),
      href("workflows", open > 0 ? { state: "RUNNING" } : {}),
    ),
    tile("Files checked", number(files), plural(validations, "validation"), href("validations")),
  ];
}

/** Runs that are open, each with a bar that moves. */
function running(page) {
  const place = h("div", { class: "running" });
  const shown = new Map();
  /** @param {import("../state.js").Change} change */
  const update = ({ events, first, reset, named }) => {
    if (!first && !reset && !named && !events.some((event) => event.type.startsWith("workflow_")))
      return;
    const open = openRuns();
    for (const [id, card] of shown) {
      if (!open.some((run) => run.id === id)) {
        card.element.remove();
        shown.delete(id);
      }
    }
    for (const run of open) {
      if (!shown.has(run.id)) {
        const card = runCard(run);
        shown.set(run.id, card);
        place.append(card.element);
      }
      shown.get(run.id).update(run);
    }
    place.hidden = open.length === 0;
  };
  onChange(update, page.signal);
  update({ events: [], first: true });
  return place;
}

function runCard(run) {
  const bar = progress(run, `progress of ${run.kind}`);
  const state = h("span");
  const title = h("a", { href: href(`workflows/${run.id}`), class: "run-title" });
  const buttons = controls(run.id);
  return {
    element: h(
      "article",
      { class: "run" },
      h("div", { class: "run-head" }, title, state),
      bar.element,
      buttons.element,
    ),
    update: (run) => {
      fill(title, `${run.kind} · `, name(scope(run)));
      fill(state, badge(run.state));
      bar.update(run);
      buttons.update(run);
    },
  };
}

function recent() {
  const ended = sortedRuns()
    .filter((run) => run.ended_us)
    .slice(0, RECENT);
  if (ended.length === 0)
    return empty("No runs yet", h("p", "Runs show here with how far they are."));
  return h(
    "ul",
    { class: "recent" },
    ended.map((run) =>
      h(
        "li",
        badge(run.state),
        h("a", { href: href(`workflows/${run.id}`) }, `${run.kind} · `, name(scope(run))),
        h(
          "span",
          { class: "recent-facts muted" },
          total(run.counts) > 0
            ? h("a", { class: "plain", href: findingsAt({ run: run.id }) }, counts(run.counts))
            : counts(run.counts),
          h("span", duration(run.ended_us - (run.started_us ?? run.created_us))),
          when(run.ended_us),
        ),
      ),
    ),
  );
}

export function overview(page) {
  const numbers = h("div", { class: "tiles" });
  const ended = h("div");
  const news = feed(page);
  const start = startHere(page);
  fill(news.none, empty("Nothing has happened yet", firstSteps()));
  /** @param {import("../state.js").Change} change */
  const update = ({ events = [], first, stats, reset, status }) => {
    if (
      stats ||
      first ||
      reset ||
      events.some(
        (event) => event.type !== "workflow_progress" && event.type.startsWith("workflow_"),
      )
    )
      fill(numbers, tiles());
    start.show(state.stats?.validations > 0);
    if (
      first ||
      reset ||
      status ||
      stats ||
      events.some(
        (event) => event.type.startsWith("workflow_") && event.type !== "workflow_progress",
      )
    )
      fill(ended, recent());
  };
  onChange(update, page.signal);
  update({ stats: true });
  fill(
    page.root,
    page.title("Overview"),
    numbers,
    start.element,
    h(
      "div",
      { class: "split feed-split" },
      news.element,
      h(
        "section",
        { class: "panel", "aria-labelledby": "runs-title" },
        h(
          "header",
          { class: "panel-head" },
          h("h2", { id: "runs-title" }, "Workflows"),
          h("span", { class: "push" }),
          h("a", { href: href("workflows") }, "All"),
        ),
        running(page),
        ended,
      ),
    ),
  );
  keys(
    [
      ["f", "follow the feed, or stop following", news.toggle],
      ["j", "next event", () => news.move(1)],
      ["k", "event before", () => news.move(-1)],
    ],
    page.signal,
  );
}
