// A unified diff as lines, or side by side: white space that would be invisible is drawn, and what changed within a
// line is marked.

import { fill, h, visible } from "./dom.js";

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
function sides({ removed, added }) {
  const isPaired = removed.length === added.length;
  const whole = (text) => [[text, false]];
  const marked = isPaired ? removed.map((text, at) => stretches(text, added[at])) : [];
  return [
    removed.map((text, at) => line("removed", "-", isPaired ? marked[at][0] : whole(text))),
    added.map((text, at) => line("added", "+", isPaired ? marked[at][1] : whole(text))),
  ];
}

const END = "no line break at the end of the page";
const endLine = () => line("end", "", [[END, false]]);

/** The parts of a unified diff: lines that both have, and blocks that changed. */
function blocks(text) {
  const found = [];
  let open = null;
  const lines = text.split("\n").filter((row, at) => at > 1 && row !== "");
  lines.forEach((row, at) => {
    const kind = KINDS[row[0]] ?? "same";
    const content = row.slice(1).replace(/\r$/, "");
    if (kind === "removed" || kind === "added") {
      if (!open || (kind === "removed" && open.added.length > 0)) {
        open = { removed: [], added: [], ends: { removed: false, added: false } };
        found.push(open);
      }
      open[kind].push(content);
    } else if (kind === "end") {
      const side = KINDS[lines[at - 1]?.[0]];
      if (side === "removed" || side === "added") open.ends[side] = true;
      else found.push({ kind: "end", sign: "", content: END });
    } else {
      open = null;
      found.push({ kind, sign: row[0], content });
    }
  });
  return found;
}

/** One line below the other. */
function unified(parts) {
  return parts.flatMap((part) => {
    if (part.kind) return [line(part.kind, part.sign, [[part.content, false]])];
    const [removed, added] = sides(part);
    return [
      ...removed,
      ...(part.ends.removed ? [endLine()] : []),
      ...added,
      ...(part.ends.added ? [endLine()] : []),
    ];
  });
}

/** What was, and beside it what would be. */
function beside(parts) {
  const row = (left, right) =>
    h("span", { class: "pair" }, left ?? h("span", { class: "line none" }), right ?? h("span", { class: "line none" }));
  return parts.flatMap((part) => {
    if (part.kind === "place") return [line(part.kind, part.sign, [[part.content, false]])];
    if (part.kind) {
      const same = () => line(part.kind, part.sign, [[part.content, false]]);
      return [row(same(), same())];
    }
    const [removed, added] = sides(part);
    if (part.ends.removed) removed.push(endLine());
    if (part.ends.added) added.push(endLine());
    const most = Math.max(removed.length, added.length);
    return Array.from({ length: most }, (_, at) => row(removed[at], added[at]));
  });
}

const wide = matchMedia("(min-width: 1400px)");
/** The parts of each diff, to draw it again when the window becomes wide or narrow. */
const drawnParts = new WeakMap();

function draw(element) {
  const parts = drawnParts.get(element);
  element.classList.toggle("beside", wide.matches);
  fill(element, h("code", wide.matches ? beside(parts) : unified(parts)));
}

wide.addEventListener("change", () => {
  for (const element of document.querySelectorAll("pre.diff"))
    if (drawnParts.has(element)) draw(element);
});

/** A unified diff, with signs as well as colours; on wide screens side by side. */
export function diff(text) {
  const element = h("pre", { class: "diff", tabindex: "0", "aria-label": "What would change" });
  drawnParts.set(element, blocks(text));
  draw(element);
  return element;
}
