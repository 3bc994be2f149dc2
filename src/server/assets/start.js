// What there is to do: beside the current state, on the overview.

import { get } from "./api.js";
import { sparkline } from "./chart.js";
import { fill, h, path } from "./dom.js";
import { findingsAt } from "./findings/filters.js";
import { number, plural } from "./format.js";
import { bars, loading, panel } from "./parts.js";
import { href } from "./router.js";
import { onChange } from "./state.js";

const WORST = 6;
/** Counting goes over all findings, so not with every event. */
const PACE = 3000;

function task(count, words, address, kind = "") {
  return h(
    "li",
    { class: "task", "data-kind": kind },
    h("a", { href: address }, h("span", { class: "task-count" }, number(count)), h("span", words)),
  );
}

/** What could be done next, the most urgent first. */
function tasks({ facets, safe, review, approved, unreadable }) {
  const list = [
    unreadable > 0 &&
      task(
        unreadable,
        `${unreadable === 1 ? "page" : "pages"} could not be read`,
        href("validations", { status: "unreadable" }),
        "bad",
      ),
    facets.severities.errors > 0 &&
      task(
        facets.severities.errors,
        `${facets.severities.errors === 1 ? "error" : "errors"} to look at`,
        findingsAt({ severity: "error" }),
        "bad",
      ),
    facets.changes?.new > 0 &&
      task(facets.changes.new, "new since the run before", findingsAt({ new: "true" }), "warn"),
    approved > 0 &&
      task(
        approved,
        "approved, to be applied",
        href("recommendations", { state: "approved" }),
        "good",
      ),
    safe > 0 &&
      task(
        safe,
        `safe ${safe === 1 ? "fix" : "fixes"} can be approved now`,
        href("recommendations", { state: "proposed", safety: "safe" }),
        "good",
      ),
    review > 0 &&
      task(
        review,
        `${review === 1 ? "fix needs" : "fixes need"} review`,
        href("recommendations", { state: "proposed", safety: "review" }),
      ),
  ].filter(Boolean);
  if (list.length === 0)
    return h("p", { class: "muted pad" }, "Nothing to do: all pages that were checked passed.");
  return h("ul", { class: "tasks" }, list);
}

/** What came and went with the newest run. */
function change({ compared, facets, trend }) {
  if (!compared || !facets.changes) return null;
  const { before, after } = compared;
  const part = (count, word, kind, address) =>
    h(
      "a",
      { href: address, class: "change", "data-kind": count > 0 ? kind : "plain" },
      h("strong", number(count)),
      ` ${word}`,
    );
  return h(
    "p",
    { class: "changes" },
    h("span", { class: "muted" }, "Newest run:"),
    part(facets.changes.new, "new", "bad", findingsAt({ new: "true" })),
    part(
      compared.resolved,
      "resolved",
      "good",
      findingsAt({ run: before, since: after, new: "true" }),
    ),
    h("a", { href: href(`workflows/${after}/compare`) }, "Compare"),
    trend.length > 2 &&
      h(
        "a",
        {
          href: href("trends"),
          class: "spark",
          "aria-label": `Trend of the last ${trend.length} runs`,
          title: `Findings of the last ${trend.length} runs`,
        },
        sparkline(trend),
      ),
  );
}

/** What came and went since the project's baseline was written. */
function sinceBaseline({ baseline }) {
  if (!baseline) return null;
  const fresh = h("strong", number(baseline.new));
  return h(
    "p",
    { class: "changes", "data-since": "baseline" },
    h("span", { class: "muted" }, "Since the baseline:"),
    h(
      "a",
      {
        href: findingsAt({ baselined: "false" }),
        class: "change",
        "data-kind": baseline.new > 0 ? "bad" : "plain",
      },
      fresh,
      " new",
    ),
    h(
      "span",
      { class: "change", "data-kind": baseline.resolved > 0 ? "good" : "plain" },
      h("strong", number(baseline.resolved)),
      " resolved",
    ),
  );
}

/** What dead links lead to: what most pages link to is mended first. */
function deadLinks(targets) {
  return h(
    "ul",
    { class: "dead-links" },
    targets.map(({ target, pages, count }) =>
      h(
        "li",
        h(
          "a",
          { href: findingsAt({ type: "links", target }) },
          h("span", { class: "from-end" }, path(target)),
          h("span", { class: "dead-pages" }, plural(pages, "page")),
          h("span", { class: "muted" }, plural(count, "link")),
        ),
      ),
    ),
  );
}

async function newestChange(runs, signal) {
  for (const run of runs.items) {
    const compared = await get(`/api/workflows/${run.id}/changes`, { limit: 1 }, signal);
    if (compared) return compared;
  }
  return null;
}

async function ask(signal) {
  const count = (query) => get("/api/recommendations/count", query, signal);
  const [facets, targets, proposed, approved, pages, runs, trend] = await Promise.all([
    get("/api/findings/facets", {}, signal),
    get("/api/findings/targets", { rejected: "false", limit: WORST }, signal),
    count({ state: "proposed" }),
    count({ state: "approved" }),
    get("/api/pages", { status: "unreadable", limit: 1 }, signal),
    get("/api/workflows", { kind: "batch", state: "COMPLETED", limit: 3 }, signal),
    get("/api/trends", { kind: "batch", limit: 30 }, signal),
  ]);
  return {
    facets,
    targets,
    trend,
    safe: proposed.safe,
    review: proposed.review,
    approved: approved.safe + approved.review,
    unreadable: pages.total,
    compared: await newestChange(runs, signal),
  };
}

export function startHere(page) {
  const next = h("div");
  const rules = h("div");
  const directories = h("div");
  const links = h("div");
  const dead = panel("dead-links", "Dead links by pages that link there", links);
  dead.classList.add("dead-panel");
  dead.hidden = true;
  const element = h(
    "div",
    { class: "start", hidden: true },
    panel("next-title", "Start here", next),
    panel("worst-rules", "Worst rules", rules),
    panel("worst-directories", "Worst directories", directories),
    dead,
  );
  const none = () => h("p", { class: "muted pad" }, "Nothing is found.");
  async function load() {
    await loading(next, async () => {
      const found = await ask(page.signal);
      fill(
        rules,
        found.facets.rules.length > 0
          ? bars(
              found.facets.rules.slice(0, WORST).map(({ rule, name, severity, count }) => ({
                name: `${rule} ${name}`,
                severity,
                count,
                href: findingsAt({ rule }),
              })),
              "Rules that find most",
              WORST,
            )
          : none(),
      );
      fill(
        directories,
        found.facets.directories.length > 0
          ? bars(
              found.facets.directories.slice(0, WORST).map(({ path, is_directory, count }) => ({
                name: is_directory ? `${path}/` : path,
                count,
                href: findingsAt({ path: is_directory ? `${path}/` : path.replace(/[*?[]/g, "[$&]") }),
              })),
              "Directories and pages with most findings",
              WORST,
            )
          : none(),
      );
      dead.hidden = found.targets.length === 0;
      fill(links, deadLinks(found.targets));
      return [tasks(found), change(found), sinceBaseline(found.facets)].filter(Boolean);
    });
  }
  let waiting = null;
  let at = 0;
  onChange(({ stats, first, reset }) => {
    if (!stats && !first && !reset) return;
    waiting ??= setTimeout(
      () => {
        waiting = null;
        at = Date.now();
        load();
      },
      Math.max(first || at === 0 ? 0 : 300, at + PACE - Date.now()),
    );
  }, page.signal);
  page.signal.addEventListener("abort", () => clearTimeout(waiting));
  load();
  return {
    element,
    /** Shows it only where something was checked. */
    show: (on) => {
      element.hidden = !on;
    },
  };
}
