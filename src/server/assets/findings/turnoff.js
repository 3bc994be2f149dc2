// How a rule is switched off: here, in a directory, everywhere. It is shown to be copied into
// `validator.yaml`; nothing is written from here.

import { fill, h } from "../dom.js";
import { copy } from "../parts.js";

/** A path as a pattern that means only itself. */
const literal = (path) => path.replace(/[*?[\]{}\\!#]/g, "\\$&");

const override = (files, rule) =>
  `overrides:\n  - files: [${JSON.stringify(files)}]\n    rules: { ${rule}: off }\n`;

function choices({ path, finding }) {
  const { rule } = finding;
  const directory = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  const isMarkdown = /\.(md|mdx|markdown)$/i.test(path);
  return [
    isMarkdown && [
      "on this line",
      "In the page, above the line",
      `<!-- validator-disable-next-line ${rule} -->\n`,
    ],
    ["on this page", "In validator.yaml", override(literal(path), rule)],
    directory && ["in this directory", "In validator.yaml", override(`${literal(directory)}/**`, rule)],
    ["everywhere", "In validator.yaml", `rules:\n  ${rule}: off\n`],
  ].filter(Boolean);
}

/** A part that opens: the change of `validator.yaml` that turns the finding's rule off. */
export function turnOff(row) {
  const list = choices({ path: row.path, finding: row });
  const where = h("p", { class: "muted" });
  const text = h("pre", { class: "snippet", tabindex: "0", "aria-label": "The change" });
  const buttons = list.map(([label], at) =>
    h("button", { type: "button", class: "small toggle", onclick: () => choose(at) }, label),
  );
  const button = h(
    "button",
    { type: "button", class: "small", onclick: () => copy(text.textContent, button) },
    "Copy",
  );
  function choose(at) {
    buttons.forEach((one, index) => {
      one.setAttribute("aria-pressed", String(index === at));
    });
    fill(where, `${list[at][1]}:`);
    fill(text, list[at][2]);
  }
  choose(0);
  return h(
    "details",
    { class: "turn-off" },
    h("summary", `Turn ${row.rule} off…`),
    h("div", { class: "buttons" }, buttons),
    h("div", { class: "snippet-head" }, where, button),
    text,
  );
}
