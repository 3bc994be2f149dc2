// Links that save a report, one for each format.

import { download, query } from "./api.js";
import { h } from "./dom.js";
import { state } from "./state.js";
import { tellError } from "./toasts.js";

/** `address` is asked for the report, with the format added to `params()`; `called` is the file's
 * name without its end. */
export function exportLinks(address, called, params = () => ({})) {
  const formats = state.status?.formats ?? [];
  const save = async (event, format) => {
    event.preventDefault();
    try {
      await download(query(address, { ...params(), format }), `${called}.${format}`);
    } catch (error) {
      tellError(error);
    }
  };
  return h(
    "ul",
    { class: "chips" },
    formats.map((format) =>
      h(
        "li",
        h(
          "a",
          {
            href: query(address, { ...params(), format }),
            download: `${called}.${format}`,
            onclick: (event) => save(event, format),
          },
          format,
        ),
      ),
    ),
  );
}
