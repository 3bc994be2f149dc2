// What was found on one page, beside its text.

import { fill, h, message, name } from "../dom.js";
import { editorLink } from "../editor.js";
import { counts, empty } from "../parts.js";
import { source } from "../source.js";
import { toLine } from "./detail.js";
import { findingsAt } from "./filters.js";

/** A path as a pattern that means only itself. */
export const literal = (path) => path.replace(/[*?[]/g, "[$&]");

/** The list of findings; choosing one shows its place. */
function findingList(findings, choose) {
  if (findings.length === 0)
    return {
      element: h("p", { class: "muted pad" }, "Nothing was found on this page."),
      mark: () => {},
    };
  const buttons = findings.map((finding, at) =>
    h(
      "button",
      {
        type: "button",
        class: "finding",
        "data-severity": finding.severity,
        onclick: () => choose(at),
      },
      h("span", { class: "finding-line" }, String(finding.line)),
      h(
        "span",
        { class: "finding-text" },
        message(finding.message),
        h(
          "span",
          { class: "finding-rule muted" },
          h("span", { class: "hidden" }, `${finding.severity}, `),
          name(finding.rule),
          finding.rejected ? " · rejected" : "",
          finding.fix ? " · has a fix" : "",
        ),
      ),
    ),
  );
  return {
    element: h(
      "ol",
      { class: "findings" },
      buttons.map((button) => h("li", button)),
    ),
    mark: (at) =>
      buttons.forEach((button, index) => {
        if (index === at) button.setAttribute("aria-current", "true");
        else button.removeAttribute("aria-current");
      }),
    focus: (at) => buttons[at]?.focus(),
  };
}

/** Findings beside the text; the one with the fingerprint `at` is chosen first. */
export function findingsAndSource(page, found, now, at) {
  let chosen = -1;
  let shown = null;
  const place = h("div", { class: "source-place" });
  const note = h("span", { class: "muted" });
  const draw = (near) => {
    if (now.error)
      return void fill(place, empty(now.error.message, now.error.hint && h("p", now.error.hint)));
    shown = source(now.text, now.changed ? [] : found.findings, near);
    fill(place, shown.element);
    fill(note, shown.note);
  };
  const choose = (at, isFirst = false) => {
    chosen = at;
    const finding = found.findings[at];
    list.mark(at);
    if (!isFirst) page.remember({ ...page.query, at: finding.fingerprint }, { replace: true });
    if (now.error) return;
    if (!shown.has(finding.line)) draw(finding.line);
    for (const mark of place.querySelectorAll(".chosen")) mark.classList.remove("chosen");
    const row = toLine(shown.element, finding.line);
    row?.classList.add("chosen");
    for (const mark of row?.querySelectorAll(`[data-finding="${finding.index}"]`) ?? [])
      mark.classList.add("chosen");
  };
  const list = findingList(found.findings, (at) => choose(at));
  const first = Math.max(
    0,
    found.findings.findIndex(({ fingerprint }) => fingerprint === at),
  );
  draw(found.findings[first]?.line ?? 1);
  const move = (by) => {
    if (found.findings.length === 0) return;
    choose(Math.min(found.findings.length - 1, Math.max(0, chosen + by)));
    list.focus(chosen);
  };
  requestAnimationFrame(
    () => page.signal.aborted || found.findings.length === 0 || choose(first, true),
  );
  return {
    move,
    chosen: () => found.findings[chosen],
    element: h(
      "div",
      { class: "split source-split" },
      h(
        "section",
        { class: "panel", "aria-labelledby": "findings-title" },
        h(
          "header",
          { class: "panel-head" },
          h("h2", { id: "findings-title" }, "Findings"),
          counts(found.counts),
          h("span", { class: "push" }),
          found.findings.length > 0 &&
            h("a", { href: findingsAt({ path: literal(found.path) }) }, "Filter"),
        ),
        list.element,
      ),
      h(
        "section",
        { class: "panel", "aria-labelledby": "source-title" },
        h(
          "header",
          { class: "panel-head" },
          h("h2", { id: "source-title" }, "Text"),
          note,
          now.changed && h("span", { class: "badge", "data-kind": "stale" }, "changed since"),
          h("span", { class: "push" }),
          editorLink(found.path, found.findings[first], {}, page.signal),
        ),
        place,
      ),
    ),
  };
}
