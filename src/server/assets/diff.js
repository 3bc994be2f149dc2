// A unified diff as lines: white space that would be invisible is drawn, and what changed within a
// line is marked.

import { h, visible } from "./dom.js";

const KINDS = { "+": "added", "-": "removed", "@": "place", "\\": "end" };
/** Comparing two lines takes as many steps as their parts multiplied. */
const MOST_STEPS = 250_000;

/** The parts of a line that are compared: words, runs of white space, single signs. */
const parts = (text) => text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];

/** Which parts two lines have in common: pairs of their places. */
function common(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  )
    end += 1;
  const pairs = Array.from({ length: start }, (_, at) => [at, at]);
  const [rows, columns] = [a.length - start - end, b.length - start - end];
  if (rows * columns <= MOST_STEPS) pairs.push(...longest(a, b, start, rows, columns));
  for (let at = end; at > 0; at -= 1) pairs.push([a.length - at, b.length - at]);
  return pairs;
}

/** The longest common parts of the middles of two lines. */
function longest(a, b, start, rows, columns) {
  const width = columns + 1;
  const lengths = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i -= 1)
    for (let j = columns - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        a[start + i] === b[start + j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
  const pairs = [];
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (a[start + i] === b[start + j]) {
      pairs.push([start + i, start + j]);
      i += 1;
      j += 1;
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return pairs;
}

/** The changed stretches of two lines, each as a list of `[text, has changed]`. */
function stretches(before, after) {
  const [a, b] = [parts(before), parts(after)];
  const pairs = common(a, b);
  const same = [new Set(pairs.map(([i]) => i)), new Set(pairs.map(([, j]) => j))];
  return [a, b].map((list, side) => {
    const joined = [];
    list.forEach((part, at) => {
      const changed = !same[side].has(at);
      const last = joined.at(-1);
      if (last && last[1] === changed) last[0] += part;
      else joined.push([part, changed]);
    });
    return joined;
  });
}

/** The text with the white space at its end drawn. */
function drawn(text, isEnd) {
  const kept = isEnd ? text.trimEnd() : text;
  const blank = text.slice(kept.length);
  return [
    visible(kept),
    blank &&
      h(
        "span",
        { class: "blank", title: "white space at the end of the line" },
        visible(blank.replaceAll(" ", "·")),
      ),
  ];
}

function line(kind, sign, pieces) {
  return h(
    "span",
    { class: `line ${kind}` },
    h("span", { class: "sign" }, sign),
    h(
      "bdi",
      pieces.map(([text, changed], at) => {
        const content = drawn(text, kind !== "place" && at === pieces.length - 1);
        return changed ? h("mark", { class: "changed" }, content) : content;
      }),
    ),
  );
}

/** Lines that were removed and those in their place, held against each other one by one. */
function block(removed, added) {
  const whole = (text) => [[text, false]];
  const pairs = removed.length === added.length;
  const sides = pairs ? removed.map((text, at) => stretches(text, added[at])) : [];
  return [
    ...removed.map((text, at) => line("removed", "-", pairs ? sides[at][0] : whole(text))),
    ...added.map((text, at) => line("added", "+", pairs ? sides[at][1] : whole(text))),
  ];
}

/** A unified diff, with signs as well as colours. */
export function diff(text) {
  const rows = [];
  let removed = [];
  let added = [];
  const flush = () => {
    rows.push(...block(removed, added));
    removed = [];
    added = [];
  };
  const lines = text.split("\n").filter((row, at) => at > 1 && row !== "");
  lines.forEach((row, at) => {
    const kind = KINDS[row[0]] ?? "same";
    const content = row.slice(1).replace(/\r$/, "");
    if (kind === "removed") {
      if (added.length > 0) flush();
      removed.push(content);
    } else if (kind === "added") added.push(content);
    else if (kind === "end") {
      // Belongs to the line above, which is not written before its block is complete.
      const isOfRemoved = lines[at - 1]?.[0] === "-";
      if (!isOfRemoved) flush();
      rows.push(line("end", "", [["no line break at the end of the page", false]]));
    } else {
      flush();
      rows.push(line(kind, row[0], [[content, false]]));
    }
  });
  flush();
  return h(
    "pre",
    { class: "diff", tabindex: "0", "aria-label": "What would change" },
    h("code", rows),
  );
}
