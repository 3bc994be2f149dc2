// What is recommended for one page, with diffs and the buttons to decide.

import { h, name } from "../dom.js";
import { plural } from "../format.js";
import { action, badge, loading } from "../parts.js";
import { approve, brief, decision, describe, preview, reject } from "./common.js";

/** So many diffs are shown unasked. */
const OPENED = 3;

/** One recommendation with its diff and the buttons to decide. */
function card(page, recommendation, open, refresh) {
  const changes = h("div", { class: "card-diff" });
  const show = () =>
    changes.childElementCount === 0 && loading(changes, () => preview(recommendation, page.signal));
  const details = h(
    "details",
    { open, ontoggle: () => details.open && show() },
    h("summary", "What would change"),
    changes,
  );
  if (open) show();
  const unless = (states) => () =>
    states.includes(recommendation.state) ? "" : `it is ${recommendation.state}`;
  const yes = action(
    "Approve",
    async () => {
      await approve(recommendation);
      await refresh();
    },
    { kind: "small", unless: unless(["proposed", "rejected"]) },
  );
  const no = action(
    "Reject…",
    async () => {
      if (await reject(recommendation)) await refresh();
    },
    { kind: "small", unless: unless(["proposed", "approved", "refused"]) },
  );
  return h(
    "article",
    { class: "card", "data-recommendation": String(recommendation.id) },
    h(
      "header",
      { class: "card-head" },
      h("div", h("h3", name(brief(recommendation))), describe(recommendation)),
      badge(recommendation.state),
      h("div", { class: "buttons" }, yes, no),
    ),
    recommendation.rationale && h("p", { class: "rationale" }, name(recommendation.rationale)),
    decision(recommendation),
    details,
  );
}

export function recommended(page, found, refresh) {
  const list = found.recommendations;
  const cards =
    list.length === 0
      ? h("p", { class: "muted pad" }, "Nothing is proposed for this page.")
      : list.map((one, at) => card(page, one, at < OPENED && one.state !== "applied", refresh));
  return h(
    "section",
    { class: "panel", "aria-labelledby": "recommended-title" },
    h(
      "header",
      { class: "panel-head" },
      h("h2", { id: "recommended-title" }, "Recommendations"),
      h("span", { class: "muted" }, plural(list.length, "recommendation")),
    ),
    h("div", { class: "cards" }, cards),
  );
}
