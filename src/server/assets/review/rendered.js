// A page's excerpt before and after a change, as readers see it. The frames have no rights: nothing in
// them runs, loads or leads anywhere.

import { get } from "../api.js";
import { fill, h } from "../dom.js";
import { loading } from "../parts.js";

// The server made this HTML of the page's Markdown, with the page's own HTML as text.
const policy = globalThis.trustedTypes?.createPolicy("excerpt", { createHTML: (html) => html });

function frame(title, html) {
  const element = document.createElement("iframe");
  element.setAttribute("sandbox", "");
  element.setAttribute("title", title);
  element.srcdoc = policy ? policy.createHTML(html) : html;
  return h("figure", { class: "excerpt" }, h("figcaption", title), element);
}

/** A part that opens: what readers see before and after a recommendation is applied. */
export function rendered(recommendation, signal) {
  const place = h("div");
  const load = async () => {
    const address = `/api/recommendations/${recommendation.id}/rendered`;
    const { before, after, same } = await get(address, {}, signal);
    return h(
      "div",
      same && h("p", { class: "muted" }, "Readers see no difference."),
      h("div", { class: "excerpts" }, frame("Before", before), frame("After", after)),
    );
  };
  const details = h(
    "details",
    {
      class: "rendered",
      ontoggle: () => details.open && place.childElementCount === 0 && loading(place, load),
    },
    h("summary", "Rendered page"),
    place,
  );
  fill(place);
  return details;
}
