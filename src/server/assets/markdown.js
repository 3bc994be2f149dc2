// The little of Markdown that the pages of rules are written in, as elements: paragraphs, lists,
// code, and examples that are good or bad.

import { h, name, visible } from "./dom.js";

/** Text with code in back-quotes and addresses in angle brackets, which are text: nothing leads out. */
function inline(text) {
  return text
    .split(/(`[^`]+`|<https:[^>]+>)/)
    .map((part) =>
      /^(`.+`|<https:.+>)$/.test(part) ? h("code", name(part.slice(1, -1))) : name(part),
    );
}

const VERDICTS = { bad: "Bad", good: "Good" };

function example(info, lines) {
  const verdict = VERDICTS[info.split(/\s+/)[1]];
  return h(
    "figure",
    { class: "example", "data-verdict": verdict?.toLowerCase() ?? null },
    verdict && h("figcaption", verdict),
    h(
      "pre",
      { tabindex: "0", "aria-label": verdict ? `${verdict} example` : "Example" },
      h("code", lines.map(visible).join("\n")),
    ),
  );
}

/** Elements for a text. */
export function markdown(text) {
  const made = [];
  let paragraph = [];
  let items = [];
  let fence = null;
  const flush = () => {
    if (paragraph.length > 0) made.push(h("p", inline(paragraph.join(" "))));
    if (items.length > 0)
      made.push(
        h(
          "ul",
          { class: "dots" },
          items.map((item) => h("li", inline(item))),
        ),
      );
    paragraph = [];
    items = [];
  };
  for (const line of text.split("\n")) {
    const mark = /^(`{3,})(.*)$/.exec(line);
    if (fence) {
      if (mark && mark[1].length >= fence.ticks && mark[2].trim() === "") {
        made.push(example(fence.info, fence.lines));
        fence = null;
      } else fence.lines.push(line);
    } else if (mark) {
      flush();
      fence = { ticks: mark[1].length, info: mark[2].trim(), lines: [] };
    } else if (line.trim() === "") flush();
    else if (/^#+ /.test(line)) {
      flush();
      made.push(h("h3", inline(line.replace(/^#+ /, ""))));
    } else if (/^[-*] /.test(line)) items.push(line.slice(2));
    else if (items.length > 0) items[items.length - 1] += ` ${line.trim()}`;
    else paragraph.push(line);
  }
  flush();
  return made;
}
