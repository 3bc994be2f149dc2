// Decisions about many recommendations: how many of which kind they are about is said before, and
// what came of them stays to be read.

import { get, post } from "../api.js";
import { fill, h, message, name, path } from "../dom.js";
import { number, plural } from "../format.js";
import { ask } from "../parts.js";
import { encodePath, href } from "../router.js";
import { askWhy, tellApplied, tellDecided } from "./common.js";

const noun = (count, kind = "") => plural(count, `${kind}recommendation`);

/** The filters in words, for a dialogue. */
function inWords({ rule, path: where, safety, state }) {
  const words = [
    rule && `rule ${rule}`,
    where && `in ${where}`,
    safety && (safety === "safe" ? "safe ones only" : "those to review only"),
    state && state !== "proposed" && `state ${state}`,
  ].filter(Boolean);
  return words.length > 0 ? `Filters: ${words.join(", ")}.` : "No filters: the whole project.";
}

/** How many of each safety a decision would be about, and for how many pages. */
async function count(target, state) {
  if (target.filter) return get("/api/recommendations/count", { ...target.filter, state });
  const safe = target.chosen.filter(({ safety }) => safety === "safe").length;
  const pages = new Set(target.chosen.map((one) => one.path)).size;
  return { safe, review: target.chosen.length - safe, pages };
}

/** What is sent: the chosen ones of a safety, or all that fit the filters. */
function body(target, safety) {
  if (target.filter) return { filter: { ...target.filter, safety } };
  const ids = target.chosen.filter((one) => one.safety === safety).map(({ id }) => id);
  return { ids };
}

const isSomething = (sent) => !sent.ids || sent.ids.length > 0;

/** Approves the safe ones, and those to review if the box is ticked. `target` is
 * `{ filter }` or `{ chosen }`. Gives which were, or nothing if it was left. */
export async function approveMany(target) {
  const state = target.filter?.state ?? "proposed";
  const found = await count(target, state);
  const isOfReview = target.filter?.safety === "review";
  if (found.safe + found.review === 0) {
    tellDecided({ done: [], refused: [], left_out: 0 }, "approved");
    return null;
  }
  /** @param {{ review?: boolean }} [values] */
  const words = ({ review = false } = {}) => {
    const many = (isOfReview ? 0 : found.safe) + (review || isOfReview ? found.review : 0);
    return `Approve ${number(many)}`;
  };
  const sure = await ask({
    title: isOfReview
      ? `Approve ${noun(found.review)} to review on ${plural(found.pages, "page")}?`
      : `Approve ${noun(found.safe, "safe ")} on ${plural(found.pages, "page")}?`,
    text: h(
      "div",
      target.filter && h("p", inWords(target.filter)),
      h("p", { class: "muted" }, "Nothing is written until they are applied."),
    ),
    fields:
      !isOfReview && found.review > 0
        ? [
            {
              name: "review",
              type: "checkbox",
              label:
                found.review === 1
                  ? "also the one that needs review"
                  : `also the ${number(found.review)} that need review`,
            },
          ]
        : [],
    confirm: words(),
    told: words,
  });
  if (!sure) return null;
  const safeties = isOfReview ? ["review"] : sure.review ? ["safe", "review"] : ["safe"];
  const sum = { done: [], refused: [], left_out: sure.review || isOfReview ? 0 : found.review };
  sum.left_out_reason = "they need review";
  for (const safety of safeties) {
    const sent = body(target.filter ? { filter: { ...target.filter, state } } : target, safety);
    if (!isSomething(sent)) continue;
    const decided = await post("/api/recommendations/approve", sent);
    sum.done.push(...decided.done);
    sum.refused.push(...decided.refused);
  }
  tellDecided(sum, "approved");
  return sum.done;
}

/** Rejects all of them, after a reason was asked for. */
export async function rejectMany(target) {
  const state = target.filter?.state ?? "proposed";
  const found = await count(target, state);
  const many = found.safe + found.review;
  const parts = [
    found.safe && `${number(found.safe)} safe`,
    found.review && `${number(found.review)} to review`,
  ];
  const why = await askWhy(
    `${noun(many)} on ${plural(found.pages, "page")} (${parts.filter(Boolean).join(", ") || "none"})`,
  );
  if (!why) return null;
  const sent = target.filter
    ? { filter: { ...target.filter, state } }
    : { ids: target.chosen.map(({ id }) => id) };
  const decided = await post("/api/recommendations/reject", { ...sent, ...why });
  tellDecided(decided, "rejected");
  return decided.done;
}

/** Applies what is approved, while `during` shows that; gives what came of it, or nothing if it was
 * left. */
export async function applyMany(filter, during) {
  const { state: _, ...rest } = filter;
  const found = await get("/api/recommendations/count", { ...rest, state: "approved" });
  const many = found.safe + found.review;
  const sure = await ask({
    title: `Apply ${noun(many, "approved ")} to ${plural(found.pages, "page")}?`,
    text: h(
      "div",
      h("p", inWords(rest)),
      found.review > 0 && h("p", `${number(found.review)} of them needed review.`),
      h(
        "p",
        { class: "muted" },
        "The pages are written and checked again. Changes that would alter the rendered page are refused. Undo restores the pages.",
      ),
    ),
    confirm: `Apply ${number(many)}`,
  });
  if (!sure) return null;
  const report = await during(() => post("/api/enhance", { filter: rest }));
  tellApplied(report);
  return report;
}

/** What came of applying, to stay on the page: what was not written, and why. */
export function outcome(report, close) {
  const changes = report.files.reduce((sum, file) => sum + (file.changes ?? 0), 0);
  const written = report.files.reduce((sum, file) => sum + (file.applied_changes ?? 0), 0);
  const pages = report.files.filter((file) => file.applied.length > 0).length;
  const bad = report.files.filter(
    (file) => file.refused_changes.length > 0 || file.error || file.stale.length > 0,
  );
  const about = (file) => [
    file.refused_changes.map(({ line, message: words, reason }) =>
      h("li", message(`line ${line}: ${words}: ${reason}`)),
    ),
    file.stale.length > 0 && h("li", "the page has changed since it was checked"),
    file.error && h("li", name(file.error)),
  ];
  return h(
    "section",
    { class: "panel outcome", role: "status", "aria-label": "What was applied" },
    h(
      "header",
      { class: "panel-head" },
      h(
        "h2",
        `${number(written)} of ${plural(changes, "change")} applied on ${plural(pages, "page")}`,
      ),
      h("span", { class: "push" }),
      report.workflow && h("a", { href: href(`workflows/${report.workflow}`) }, "Show the run"),
      h("button", { type: "button", class: "quiet", onclick: close }, "Close"),
    ),
    bad.length > 0 &&
      h(
        "div",
        { class: "outcome-list" },
        h("p", { class: "muted" }, `Not written, on ${plural(bad.length, "page")}:`),
        bad.map((file) =>
          h(
            "div",
            h("a", { href: href(`pages/${encodePath(file.path)}`) }, path(file.path)),
            h("ul", { class: "refusals" }, about(file)),
          ),
        ),
      ),
  );
}

/** A place for what came of applying. */
export function outcomePlace() {
  const element = h("div");
  return {
    element,
    show: (report) =>
      report &&
      fill(
        element,
        outcome(report, () => fill(element)),
      ),
  };
}
