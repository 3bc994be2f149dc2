// A file's text with the places of findings marked.

import { h, name } from "./dom.js";

/** Lines that are shown at once; of longer files, those around the chosen place. */
const MOST = 1500;
const AROUND = 200;

/** The line cut at the places; columns count characters, not units of UTF-16. */
function pieces(text, marks) {
  if (marks.length === 0) return [name(text)];
  const characters = Array.from(text);
  const cuts = new Set([0, characters.length]);
  for (const { from, to } of marks)
    cuts.add(Math.min(from, characters.length)).add(Math.min(to, characters.length));
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(0, -1).map((from, at) => {
    const part = name(characters.slice(from, places[at + 1]).join(""));
    const mark = marks.find((mark) => mark.from <= from && from < mark.to);
    return mark
      ? h("mark", { "data-severity": mark.severity, "data-finding": String(mark.index) }, part)
      : part;
  });
}

/** Where a finding lies on a line, in characters from 0. */
function onLine(finding, number, length) {
  const from = finding.line === number ? finding.column - 1 : 0;
  const to = finding.end_line === number ? finding.end_column - 1 : length;
  return { from, to: Math.max(to, from + 1), severity: finding.severity, index: finding.index };
}

/** The text as numbered lines; `findings` are marked, `near` is the line to show. */
export function source(text, findings, near = 1) {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  if (lines.at(-1) === "") lines.pop();
  const byLine = new Map();
  for (const finding of findings) {
    for (
      let line = finding.line;
      line <= Math.min(finding.end_line, finding.line + 50);
      line += 1
    ) {
      if (!byLine.has(line)) byLine.set(line, []);
      byLine.get(line).push(finding);
    }
  }
  const whole = lines.length <= MOST;
  const first = whole ? 1 : Math.max(1, near - AROUND);
  const last = whole ? lines.length : Math.min(lines.length, near + AROUND);
  const rows = [];
  for (let number = first; number <= last; number += 1) {
    const here = byLine.get(number) ?? [];
    const line = lines[number - 1];
    const marks = here.map((finding) => onLine(finding, number, Array.from(line).length + 1));
    const worst = here.some((finding) => finding.severity === "error")
      ? "error"
      : here[0]?.severity;
    rows.push(
      h(
        "span",
        { class: "line", "data-line": String(number), "data-severity": worst ?? null },
        h("span", { class: "line-number" }, String(number)),
        h("span", { class: "line-text" }, pieces(line.padEnd(marks.length > 0 ? 1 : 0), marks)),
      ),
    );
  }
  return {
    element: h(
      "pre",
      { class: "source", tabindex: "0", "aria-label": "The page's text" },
      h("code", rows),
    ),
    has: (line) => line >= first && line <= last,
    note: whole ? "" : `lines ${first} to ${last} of ${lines.length}`,
  };
}
