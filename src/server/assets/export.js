// Links that save a report, one for each format.

import { download, query } from "./api.js";
import { fill, h } from "./dom.js";
import { state } from "./state.js";
import { tellError } from "./toasts.js";

/** `address` is asked for the report, with the format added to `params()`; `called` is the file's
 * name without its end. */
export function exportLinks(address, called, params = () => ({})) {
  const { formats = [], formats_with_suppressed: able = [] } = state.status ?? {};
  const list = h("ul", { class: "chips" });
  const box = h("input", { type: "checkbox", onchange: () => draw() });
  const save = async (event, from, format) => {
    event.preventDefault();
    try {
      await download(from, `${called}.${format}`);
    } catch (error) {
      tellError(error);
    }
  };
  const link = (format) => {
    const from = () => query(address, { ...params(), format, show_suppressed: box.checked });
    return h(
      "a",
      {
        href: from(),
        download: `${called}.${format}`,
        onclick: (event) => save(event, from(), format),
      },
      format,
    );
  };
  // Other formats have no mark for what does not count.
  const draw = () =>
    fill(
      list,
      (box.checked ? able : formats).map((format) => h("li", link(format))),
    );
  draw();
  return [
    list,
    h(
      "label",
      { class: "check", title: "Marked as such, in formats that can" },
      box,
      h("span", "With rejected and baseline findings"),
    ),
  ];
}
