// The list of runs; those that are open move, and new ones wait behind a button.

import { get } from "../api.js";
import { fill, h, name } from "../dom.js";
import { findingsAt } from "../findings/filters.js";
import { actor, duration, plural, scope, total } from "../format.js";
import { badge, counts, empty, firstSteps, loading, progress, select, when } from "../parts.js";
import { href } from "../router.js";
import { sortedByServer } from "../sortable.js";
import { follow, latest, onChange } from "../state.js";

const STATES = ["PENDING", "RUNNING", "PAUSED", "COMPLETED", "FAILED", "CANCELLED"];
const KINDS = ["batch", "check", "enhance", "undo", "watch"];
/** What heads sort by, and whether upward first. */
const ORDERS = {
  State: { order: "state", isUp: true },
  Run: { order: "kind", isUp: true },
  Progress: { order: "largest" },
  Findings: { order: "worst" },
  Started: { order: "newest" },
  Took: { order: "longest" },
  By: { order: "actor", isUp: true },
};

function row(run) {
  const bar = progress(run, `progress of ${run.kind} ${run.id}`);
  const cells = {
    state: h("td"),
    found: h("td", { class: "number" }),
    started: h("td"),
    took: h("td", { class: "number" }),
  };
  const element = h(
    "tr",
    cells.state,
    h(
      "td",
      { class: "main-cell" },
      h("a", { href: href(`workflows/${run.id}`) }, h("strong", run.kind), " ", name(scope(run))),
    ),
    h("td", { class: "wide" }, bar.element),
    cells.found,
    cells.started,
    cells.took,
    h("td", { class: "muted" }, name(actor(run.actor))),
  );
  const update = () => {
    fill(cells.state, badge(run.state));
    fill(
      cells.found,
      total(run.counts)
        ? h("a", { class: "plain", href: findingsAt({ run: run.id }) }, counts(run.counts, true))
        : counts(run.counts),
    );
    fill(cells.started, when(run.started_us ?? run.created_us));
    fill(
      cells.took,
      run.ended_us && run.started_us ? duration(run.ended_us - run.started_us) : "–",
    );
    bar.update(run);
  };
  update();
  return { run, element, update };
}

export function workflows(page) {
  const rows = new Map();
  const news = new Set();
  let next = null;
  const body = h("tbody");
  const place = h("div");
  const table = h(
    "table",
    h("caption", { class: "hidden" }, "Workflows"),
    h(
      "thead",
      h(
        "tr",
        ["State", "Run", "Progress", "Findings", "Started", "Took", "By"].map((title) =>
          h("th", { scope: "col", class: /Prog|Find|Took/.test(title) ? "number" : null }, title),
        ),
      ),
    ),
    body,
  );
  const arranged = sortedByServer(page, table, ORDERS, { usual: "newest", load: () => load() });
  const more = h(
    "button",
    { type: "button", class: "more", onclick: () => load(next) },
    "Show more",
  );
  const fresh = h("button", {
    type: "button",
    class: "jump inline",
    hidden: true,
    onclick: () => load(),
  });

  async function load(after) {
    await loading(place, async () => {
      const limit = after ? 100 : Math.min(1000, Math.max(100, page.kept?.rows ?? 0));
      const found = await get("/api/workflows", { ...page.query, after, limit }, page.signal);
      if (!after) {
        rows.clear();
        news.clear();
        fresh.hidden = true;
        fill(body);
      }
      for (const run of found.items) {
        // One that is under way may have moved since.
        if (rows.has(run.id)) continue;
        const made = row(latest(run));
        rows.set(run.id, made);
        body.append(made.element);
      }
      arranged();
      next = found.next;
      more.hidden = !next;
      if (rows.size > 0)
        return [
          h(
            "div",
            { class: "table-scroll", role: "group", "aria-label": "Workflows", tabindex: "0" },
            table,
          ),
          more,
        ];
      return page.query.state || page.query.kind
        ? empty(
            "No run fits these filters",
            h("p", h("a", { href: href("workflows") }, "Show all runs")),
          )
        : empty("No runs yet", firstSteps());
    });
    page.restore();
  }
  page.keeps(() => ({ rows: rows.size }));

  const filter = (field) => (value) => {
    page.remember({ ...page.query, [field]: value });
    load();
  };
  onChange(({ events, reset }) => {
    if (reset) return load();
    const touched = new Set();
    for (const event of events) {
      if (!event.type.startsWith("workflow_")) continue;
      const known = rows.get(event.workflow_id);
      if (known) {
        follow(known.run, event);
        touched.add(known);
      } else if (event.type === "workflow_started") {
        news.add(event.workflow_id);
      }
    }
    for (const known of touched) known.update();
    if (news.size === 0) return;
    // With nothing under the pointer yet, there is nothing that could jump.
    if (rows.size === 0 || !body.matches(":hover")) return void load();
    fresh.hidden = false;
    fill(fresh, `${plural(news.size, "new run")} ↑`);
  }, page.signal);
  fill(
    page.root,
    page.title("Workflows"),
    h(
      "div",
      { class: "filters" },
      select("State", "any state", STATES, page.query.state, filter("state")),
      select("Kind", "any kind", KINDS, page.query.kind, filter("kind")),
      fresh,
    ),
    h("section", { class: "panel", "aria-label": "Runs" }, place),
  );
  load();
}
