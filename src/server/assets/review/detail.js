// One recommendation: what it would change, and the buttons to decide.

import { fill, h, name, path } from "../dom.js";
import { action, badge, loading } from "../parts.js";
import { encodePath, href } from "../router.js";
import { approve, brief, decision, describe, preview, reject } from "./common.js";

/** A reason why nothing can be decided in this state, unless it can. */
const unless = (recommendation, states) => () =>
  states.includes(recommendation.state) ? "" : `it is ${recommendation.state}`;

/** Shows a recommendation in `place`; `decideOne(how)` decides about it. */
export function showRecommendation(place, recommendation, signal, decideOne) {
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
    ].filter(Boolean),
  );
}
