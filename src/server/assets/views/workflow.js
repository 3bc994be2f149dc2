// One run: how far it is, and each file's result as it comes.

import { get } from "../api.js";
import { controls } from "../controls.js";
import { fill, h, name, path } from "../dom.js";
import { exportLinks } from "../export.js";
import { actor, duration, number, plural, scope, total } from "../format.js";
import { keys } from "../keys.js";
import { badge, bars, counts, loading, progress, unavailable, when } from "../parts.js";
import { findingsAt } from "../findings/filters.js";
import { go, href, titled } from "../router.js";
import { sortHead } from "../sortable.js";
import { follow, isOpen, latest, onChange } from "../state.js";
import { VirtualList } from "../vlist.js";

const COLUMNS = [
  { id: "status", title: "Result" },
  { id: "path", title: "Page" },
  { id: "found", title: "Findings" },
];
const WORST = { unreadable: 0, failed: 1, warned: 2, passed: 3 };

const worst = (a, b) => WORST[b.status] - WORST[a.status] || total(a.counts) - total(b.counts);
/** How two pages compare, upward. */
const SORTS = {
  status: worst,
  found: worst,
  path: (a, b) => (a.path < b.path ? -1 : 1),
  order: (a, b) => a.id - b.id,
};

/** What an event says of a file, in the shape of a validation. */
function fromEvent(event) {
  const { path, status, counts, error } = event.data;
  return { id: event.validation_id, path, status, counts, error };
}

function files(page, id) {
  const known = new Map();
  let shown = [];
  /** What is sorted by, and how: `order` is that in which pages were checked. */
  let by = { key: "found", direction: "descending" };
  let only = "";
  const list = new VirtualList({
    label: "Results by page",
    columns: COLUMNS,
    signal: page.signal,
    at: (index) => shown[index],
    mark: (file) => file.status,
    row: (file) => [
      badge(file.status),
      h("a", { class: "from-end", href: href(`validations/${file.id}`) }, path(file.path)),
      file.error ? h("span", { class: "muted" }, name(file.error)) : counts(file.counts, true),
    ],
  });
  const sum = h("span", { class: "muted" });
  const none = h("p", { class: "muted pad" }, "Results come here one by one.");
  const order = h(
    "button",
    {
      type: "button",
      class: "quiet toggle",
      "aria-pressed": "true",
      onclick: () => {
        const isWorst = by.key === "found" && by.direction === "descending";
        sortBy(isWorst ? "order" : "found", isWorst ? "ascending" : "descending");
      },
    },
    "Worst first",
  );
  const flawed = h(
    "button",
    {
      type: "button",
      class: "quiet toggle",
      "aria-pressed": "false",
      onclick: () => {
        only = only ? "" : "flawed";
        flawed.setAttribute("aria-pressed", String(only !== ""));
        arrange();
      },
    },
    "Only with findings",
  );

  const tells = Object.fromEntries(
    COLUMNS.map(({ id, title }) => [
      id,
      sortHead(list.head(id), title, {
        isUp: id === "path",
        sort: (direction) => sortBy(id, direction),
      }),
    ]),
  );

  function sortBy(key, direction) {
    by = { key, direction };
    for (const { id } of COLUMNS) tells[id](id === key ? direction : "none");
    order.setAttribute("aria-pressed", String(key === "found" && direction === "descending"));
    arrange();
  }

  function arrange() {
    shown = [...known.values()];
    if (only) shown = shown.filter((file) => file.status !== "passed");
    const sign = by.direction === "ascending" ? 1 : -1;
    shown.sort((a, b) => sign * SORTS[by.key](a, b) || a.id - b.id);
    list.update(shown.length, { fresh: true });
    fill(
      sum,
      known.size > 0
        ? only
          ? `${number(shown.length)} of ${plural(known.size, "page")}`
          : plural(known.size, "page")
        : "",
      isLoading && " · loading…",
    );
    list.element.hidden = shown.length === 0;
    none.hidden = shown.length > 0;
  }

  // Sorting ten thousand rows with every frame would be felt.
  let arranging = null;
  function arrangeSoon() {
    arranging ??= setTimeout(
      () => {
        arranging = null;
        arrange();
      },
      known.size < 500 ? 50 : 250,
    );
  }
  page.signal.addEventListener("abort", () => clearTimeout(arranging));

  let isLoading = false;
  async function load() {
    let after;
    isLoading = true;
    do {
      const found = await get(
        "/api/validations",
        { workflow: id, limit: 1000, after },
        page.signal,
      );
      for (const file of found.items) known.set(file.id, file);
      after = found.next;
      isLoading = Boolean(after);
      arrange();
    } while (after);
  }

  function take(event) {
    known.set(event.validation_id, fromEvent(event));
    arrangeSoon();
  }

  function step(by) {
    const at = shown.findIndex((file) => file.status !== "passed");
    if (at >= 0 && by) go(href(`validations/${shown[at].id}`));
  }

  sortBy("found", "descending");
  const element = h(
    "section",
    { class: "panel files", "aria-labelledby": "files-title" },
    h(
      "header",
      { class: "panel-head" },
      h("h2", { id: "files-title" }, "Pages"),
      sum,
      h("span", { class: "push" }),
      flawed,
      order,
    ),
    list.element,
    none,
  );
  return { element, load, take, first: () => step(1) };
}

function exports(id) {
  return h(
    "section",
    { class: "panel export", "aria-labelledby": "export-title" },
    h("header", { class: "panel-head" }, h("h2", { id: "export-title" }, "Export")),
    exportLinks(`/api/workflows/${id}/export`, id),
  );
}

function rules(id, page) {
  const place = h("div");
  const load = () =>
    loading(place, async () => {
      const found = await get("/api/findings/rules", { workflow: id }, page.signal);
      if (found.length === 0) return h("p", { class: "muted pad" }, "Nothing was found.");
      return bars(
        found.map(({ rule, severity, count }) => ({
          name: rule,
          severity,
          count,
          href: findingsAt({ run: id, rule, severity }),
        })),
        "Findings by rule",
      );
    });
  const element = h(
    "section",
    { class: "panel", "aria-labelledby": "rules-title" },
    h("header", { class: "panel-head" }, h("h2", { id: "rules-title" }, "Findings by rule")),
    place,
  );
  return { element, load };
}

/** What changed since the run before, leading to all of it. */
function changes(id, page) {
  const element = h("section", { class: "panel", "aria-labelledby": "change-title", hidden: true });
  const load = async () => {
    const compared = await get(`/api/workflows/${id}/changes`, { limit: 1 }, page.signal);
    const link = h(
      "a",
      { href: href(`workflows/${id}/compare`) },
      compared ? "Details" : "Choose a run",
    );
    element.hidden = false;
    fill(
      element,
      h(
        "header",
        { class: "panel-head" },
        h("h2", { id: "change-title" }, "Since the run before"),
        h("span", { class: "push" }),
        link,
      ),
      compared
        ? h(
            "p",
            { class: "changes" },
            h(
              "a",
              {
                class: "change",
                "data-kind": compared.new ? "bad" : "plain",
                href: findingsAt({ run: id, since: compared.before, new: "true" }),
              },
              h("strong", number(compared.new)),
              " new",
            ),
            h(
              "a",
              {
                class: "change",
                "data-kind": compared.resolved ? "good" : "plain",
                href: findingsAt({ run: compared.before, since: id, new: "true" }),
              },
              h("strong", number(compared.resolved)),
              " resolved",
            ),
            h(
              "a",
              {
                class: "change",
                href: findingsAt({ run: id, since: compared.before, new: "false" }),
              },
              h("strong", number(compared.unchanged)),
              " unchanged",
            ),
          )
        : h("p", { class: "muted pad" }, "There is no earlier run over the same directory."),
    );
  };
  return { element, load };
}

export function workflow(page) {
  const { id } = page.params;
  const pill = h("span");
  const facts = h("dl", { class: "facts inline" });
  const banner = h("div");
  const buttons = controls(id);
  const side = h("div", { class: "stack" });
  const list = files(page, id);
  const byRule = rules(id, page);
  const since = changes(id, page);
  let run = null;
  let bar = null;

  function show() {
    fill(
      pill,
      badge(run.state),
      run.requested && isOpen(run)
        ? h("span", { class: "muted" }, ` ${run.requested} requested`)
        : null,
    );
    bar.update(run);
    buttons.update(run);
    const took = (run.ended_us ?? Date.now() * 1000) - (run.started_us ?? run.created_us);
    const rows = [
      [
        "Findings",
        total(run.counts)
          ? h("a", { class: "plain", href: findingsAt({ run: id }) }, counts(run.counts))
          : counts(run.counts),
      ],
      [run.ended_us ? "Took" : "Running for", duration(took)],
      ["Started", when(run.started_us ?? run.created_us)],
      ["By", name(actor(run.actor))],
      ["Id", h("code", run.id)],
    ];
    const { family, types } = run.what ?? {};
    if (family) rows.push(["Family", name(family)]);
    if (types?.length > 0) rows.push(["Types", name(types.join(", "))]);
    fill(
      facts,
      rows.map(([key, value]) => h("div", h("dt", key), h("dd", value))),
    );
    if (run.state === "FAILED")
      fill(
        banner,
        h(
          "p",
          { class: "banner bad" },
          run.message ? name(run.message) : "The run could not go on.",
        ),
      );
    else if (run.state === "COMPLETED" && total(run.counts) === 0)
      fill(banner, h("p", { class: "banner good" }, `All ${plural(run.total, "page")} passed.`));
    else fill(banner);
  }

  async function load() {
    run = latest(await get(`/api/workflows/${id}`, {}, page.signal));
    titled(`${run.kind} ${scope(run)}`);
    bar ??= progress(run, "progress of the run");
    const kind = run.kind.charAt(0).toUpperCase() + run.kind.slice(1);
    fill(page.heading, kind, " ", h("span", { class: "muted" }, name(scope(run))));
    fill(
      body,
      h(
        "section",
        { class: "panel hero", "aria-label": "Progress" },
        h("div", { class: "hero-top" }, pill, buttons.element),
        bar.element,
        facts,
      ),
      banner,
      h("div", { class: "split" }, list.element, side),
    );
    fill(side, since.element, byRule.element, exports(id));
    show();
    await list.load();
    page.restore();
    if (!isOpen(run)) ended();
  }

  function ended() {
    byRule.load();
    since.load().catch(() => {});
  }

  const body = h("div", { class: "stack" });
  fill(
    page.root,
    h(
      "nav",
      { class: "crumbs", "aria-label": "Breadcrumb" },
      h("a", { href: href("workflows") }, "Workflows"),
    ),
    page.title("Workflow"),
    body,
  );
  onChange(({ events, reset, status }) => {
    if (reset)
      return void load().catch((error) => unavailable(body, error, "workflows", "All workflows"));
    if (status && run) fill(side, since.element, byRule.element, exports(id));
    let moved = false;
    for (const event of events) {
      if (event.workflow_id !== id) continue;
      if (event.type === "validation_created") list.take(event);
      if (!event.type.startsWith("workflow_") || !run) continue;
      const wasOpen = isOpen(run);
      follow(run, event);
      moved = true;
      if (wasOpen && !isOpen(run)) ended();
    }
    if (moved) show();
  }, page.signal);
  const clock = setInterval(() => run && isOpen(run) && show(), 1000);
  page.signal.addEventListener("abort", () => clearInterval(clock));
  keys([["n", "first page with findings", list.first]], page.signal);
  load().catch((error) => unavailable(body, error, "workflows", "All workflows"));
}
