// Recommendations as both the page of a validation and the bulk review show them, and decisions.

import { get, post } from "./api.js";
import { fill, h, name } from "./dom.js";
import { plural } from "./format.js";
import { ask, diff } from "./parts.js";
import { toast } from "./toasts.js";

export async function approve(recommendation) {
  return post(`/api/recommendations/${recommendation.id}/approve`, {
    overrule: recommendation.state === "rejected",
  });
}

/** What the person says of a rejection; nothing if they left it. */
export const askWhy = (what) =>
  ask({
    title: `Reject ${what}?`,
    text: "What is rejected is not proposed again while the rejection holds.",
    fields: [
      {
        name: "reason",
        label: "Reason (may be left empty)",
        placeholder: "for those who come after you",
      },
      { name: "until", label: "Holds until (for ever if left empty)", type: "date" },
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

/** What it would make of its file. */
export async function preview(recommendation, signal) {
  if (recommendation.state === "applied")
    return h("p", { class: "muted" }, "It is applied: the page reads so now.");
  const found = await get(`/api/recommendations/${recommendation.id}/preview`, {}, signal);
  if (found.stale)
    return h("p", { class: "banner warn" }, "The page has changed since; validate it again.");
  if (found.refused_changes.length === 0) return diff(found.diff);
  return h(
    "div",
    h(
      "p",
      { class: "banner warn" },
      `${found.applied_changes} of ${found.changes} changes would be made; the others are refused:`,
    ),
    h(
      "ul",
      found.refused_changes.map(({ line, message, reason }) =>
        h("li", name(`line ${line}: ${message}: ${reason}`)),
      ),
    ),
    found.diff ? diff(found.diff) : null,
  );
}

/** Takes back what was applied last. */
export async function undo() {
  const runs = await get("/api/undo");
  const last = runs.at(-1);
  if (!last) throw Object.assign(new Error("there is nothing to take back"), { hint: "" });
  const list = h(
    "ul",
    last.paths.slice(0, 8).map((path) => h("li", name(path))),
  );
  if (last.paths.length > 8) list.append(h("li", `and ${last.paths.length - 8} more`));
  const sure = await ask({
    title: "Take back what was applied last?",
    text: list,
    confirm: "Take it back",
  });
  if (!sure) return null;
  const undone = await post("/api/undo");
  toast({
    kind: "good",
    title: `${plural(undone.paths.length, "page")} taken back`,
    text:
      undone.merged.length > 0
        ? `edits made since are kept in ${plural(undone.merged.length, "page")}; validated again`
        : "byte for byte as before; validated again",
  });
  return undone;
}

/** What to do, without what stands beside it anyway. */
export function brief({ instruction, rule }) {
  const at = instruction.indexOf(`${rule} (`);
  return at < 0 ? instruction : instruction.slice(at + rule.length + 1).replace(/^\((.*?)\)/, "$1");
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
