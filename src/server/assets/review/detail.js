// One recommendation: what it would change, and the buttons to decide.

import { fill, h, name, path } from "../dom.js";
import { action, badge, loading } from "../parts.js";
import { encodePath, href } from "../router.js";
import { rendered } from "./rendered.js";
import { isViewed, markViewed } from "./viewed.js";
import { approve, brief, decision, describe, preview, reject } from "./common.js";

/** A reason why nothing can be decided in this state, unless it can. */
const unless = (recommendation, states) => () =>
  states.includes(recommendation.state) ? "" : `it is ${recommendation.state}`;

/** A box to tick when one has looked at it; `viewed()` is called then. */
function viewedBox({ id }, viewed) {
  const box = h("input", {
    type: "checkbox",
    "data-viewed": "",
    checked: isViewed(id),
    onchange: () => {
      markViewed(id, box.checked);
      viewed(id);
    },
  });
  return h("label", { class: "check", "aria-keyshortcuts": "v" }, box, h("span", "Viewed"));
}

/** Shows a recommendation in `place`; `decideOne(how)` decides about it, `viewed(id)` is called when
 * it was marked. */
export function showRecommendation(place, recommendation, signal, { decideOne, viewed }) {
  if (!recommendation)
    return void fill(place, h("p", { class: "muted pad" }, "Nothing is chosen."));
  const changes = h("div", { class: "card-diff" });
  loading(changes, () => preview(recommendation, signal));
  fill(
    place,
    [
      h(
        "header",
        { class: "card-head" },
        h("div", h("h2", name(brief(recommendation))), describe(recommendation)),
        badge(recommendation.state),
        h(
          "div",
          { class: "buttons" },
          viewedBox(recommendation, viewed),
          action("Approve", () => decideOne(approve), {
            key: "a",
            unless: unless(recommendation, ["proposed", "rejected"]),
          }),
          action("Reject…", () => decideOne(reject), {
            key: "r",
            unless: unless(recommendation, ["proposed", "approved", "refused"]),
          }),
        ),
      ),
      h(
        "p",
        { class: "review-page" },
        h(
          "a",
          { href: href(`pages/${encodePath(recommendation.path)}`) },
          path(recommendation.path),
        ),
      ),
      recommendation.rationale && h("p", { class: "rationale" }, name(recommendation.rationale)),
      decision(recommendation),
      changes,
      recommendation.state !== "applied" && rendered(recommendation, signal),
    ].filter(Boolean),
  );
}
