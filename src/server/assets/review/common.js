// Recommendations as both the page of a validation and the bulk review show them, and decisions.

import { get, post } from "../api.js";
import { diff } from "../diff.js";
import { fill, h, message, name } from "../dom.js";
import { plural } from "../format.js";
import { ask } from "../parts.js";
import { toast } from "../toasts.js";

export async function approve(recommendation) {
  return post(`/api/recommendations/${recommendation.id}/approve`, {
    overrule: recommendation.state === "rejected",
  });
}

/** What the person says of a rejection; nothing if they left it. */
export const askWhy = (what) =>
  ask({
    title: `Reject ${what}?`,
    text: "What is rejected no longer counts and is not proposed again while the rejection holds.",
    fields: [
      {
        name: "reason",
        label: "Reason (optional)",
        placeholder: "why it is fine as it is",
      },
      { name: "until", label: "Until (optional; otherwise for good)", type: "date" },
    ],
    confirm: "Reject",
    kind: "danger",
  });

export async function reject(recommendation) {
  const why = await askWhy(`“${recommendation.instruction}”`);
  return why && post(`/api/recommendations/${recommendation.id}/reject`, why);
}

/** Tells what came of deciding about many. */
export function tellDecided(decided, word) {
  const { done, refused, left_out, left_out_reason } = decided;
  toast({
    kind: refused.length > 0 ? "plain" : "good",
    title: `${plural(done.length, "recommendation")} ${word}`,
    text: [
      refused.length > 0 && `${refused.length} could not be: ${refused[0].message}`,
      left_out > 0 && `${left_out} left out: ${left_out_reason}`,
    ]
      .filter(Boolean)
      .join("; "),
  });
}

/** Tells what came of applying. */
export function tellApplied(report) {
  const applied = report.files.reduce((sum, file) => sum + file.applied.length, 0);
  const stale = report.files.reduce((sum, file) => sum + file.stale.length, 0);
  const refused = report.files.flatMap((file) => file.refused_changes);
  const failed = report.files.filter((file) => file.error);
  const notes = [
    stale && `${stale} outdated`,
    refused.length > 0 &&
      `${plural(refused.length, "change")} refused: ${[...new Set(refused.map(({ reason }) => reason))].join(", ")}`,
    failed.length > 0 && failed.map((file) => `${file.path}: ${file.error}`).join("; "),
  ];
  const pages = report.files.filter((file) => file.applied.length > 0).length;
  toast({
    kind: failed.length > 0 ? "bad" : "good",
    title: `${plural(applied, "recommendation")} applied to ${plural(pages, "page")}`,
    text: notes.filter(Boolean).join("; "),
  });
}

/** The changes that are refused, with the reasons. */
export function refusals(changes) {
  return h(
    "ul",
    { class: "refusals" },
    changes.map(({ line, message: words, reason }) =>
      h("li", message(`line ${line}: ${words}: ${reason}`)),
    ),
  );
}

/** What it would make of its file. */
export async function preview(recommendation, signal) {
  if (recommendation.state === "applied")
    return h("p", { class: "muted" }, "It is applied: the page reads so now.");
  const found = await get(`/api/recommendations/${recommendation.id}/preview`, {}, signal);
  if (found.stale)
    return h("p", { class: "banner warn" }, "The page has changed since; validate it again.");
  if (found.refused_changes.length === 0) return diff(found.diff);
  const none = found.applied_changes === 0;
  return h(
    "div",
    h(
      "p",
      { class: "banner warn" },
      none
        ? "Nothing would be written: all changes are refused."
        : `${found.applied_changes} of ${found.changes} changes would be written; the others are refused:`,
    ),
    refusals(found.refused_changes),
    found.diff ? diff(found.diff) : null,
  );
}

/** Takes back what was decided about these. */
export async function reconsider(ids) {
  const decided = await post("/api/recommendations/reconsider", { ids });
  toast({
    kind: decided.refused.length > 0 ? "plain" : "good",
    title: `${plural(decided.done.length, "decision")} undone`,
    text:
      decided.refused.length > 0
        ? `${decided.refused.length} could not be: ${decided.refused[0].message}`
        : "",
  });
}

/** Whether something was applied that could be undone, as far as is known; `changed` is called when
 * that may be otherwise. */
export function undoable(signal, changed) {
  let known = null;
  return {
    reason: () => (known === false ? "nothing to undo" : ""),
    /** Pages were just written: what was known before does not count any more. */
    written() {
      known = null;
      changed();
    },
    async read() {
      known = await get("/api/undo", {}, signal).then(
        (runs) => runs.length > 0,
        () => null,
      );
      changed();
    },
  };
}

/** Takes back what was applied last. */
export async function undo() {
  const runs = await get("/api/undo");
  const last = runs.at(-1);
  if (!last) throw Object.assign(new Error("nothing to undo"), { hint: "" });
  const list = h(
    "ul",
    last.paths.slice(0, 8).map((path) => h("li", name(path))),
  );
  if (last.paths.length > 8) list.append(h("li", `and ${last.paths.length - 8} more`));
  const sure = await ask({
    title: `Undo the last change, of ${plural(last.paths.length, "page")}?`,
    text: list,
    confirm: "Undo",
  });
  if (!sure) return null;
  const undone = await post("/api/undo");
  toast({
    kind: "good",
    title: `${plural(undone.paths.length, "page")} restored`,
    text:
      undone.merged.length > 0
        ? `edits made since are kept in ${plural(undone.merged.length, "page")}; validated again`
        : "byte for byte as before; validated again",
  });
  return undone;
}

/** `4 places on line 15`, or the lines that are told. */
function places(changes) {
  const lines = [...new Set(changes.map(({ line }) => line))];
  const count = changes.length;
  if (count === 1) return `line ${lines[0]}`;
  if (lines.length === 1) return `${count} places on line ${lines[0]}`;
  const shown = lines.slice(0, 4).join(", ");
  const rest = lines.length > 4 ? " …" : "";
  return lines.length === count
    ? `lines ${shown}${rest}`
    : `${count} places on lines ${shown}${rest}`;
}

/** What to do, without the rule that stands beside it anyway. */
export function brief({ instruction, rule, changes }) {
  const found = new RegExp(`^(?:apply the fix(?:es)? of )?${rule} \\((.*?)\\)`).exec(instruction);
  return found ? `${found[1]} · ${places(changes)}` : instruction;
}

/** What a recommendation is, in one line, and why. */
export function describe(recommendation) {
  const parts = [
    h("span", { class: "tag" }, name(recommendation.rule)),
    h(
      "span",
      { class: "tag", "data-kind": recommendation.safety },
      recommendation.safety === "safe" ? "safe" : "needs review",
    ),
    h(
      "span",
      { class: "muted" },
      `${plural(recommendation.changes.length, "change")} · ${Math.round(recommendation.confidence * 100)} % sure`,
    ),
  ];
  return h("p", { class: "described" }, parts);
}

export function decision(recommendation) {
  const { reason, decided_by, until } = recommendation;
  if (!reason && !decided_by) return null;
  return fill(
    h("p", { class: "muted" }),
    [
      reason && name(`“${reason}”`),
      decided_by && ` by ${decided_by}`,
      until && ` until ${until}`,
    ].filter(Boolean),
  );
}
