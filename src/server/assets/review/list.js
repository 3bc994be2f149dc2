// The list of recommendations: which is looked at, which are chosen.

import { fill, h, name, path } from "../dom.js";
import { number } from "../format.js";
import { badge } from "../parts.js";
import { brief } from "./common.js";
import { isViewed, viewedOf } from "./viewed.js";

function row(recommendation, { choose, open }) {
  const box = h("input", {
    type: "checkbox",
    "aria-label": `Choose ${recommendation.rule} in ${recommendation.path}`,
    onchange: () => choose(recommendation.id, box.checked),
  });
  const button = h(
    "button",
    { type: "button", class: "review-open", onclick: () => open(recommendation.id) },
    h(
      "span",
      { class: "review-what" },
      h("span", { class: "tag" }, name(recommendation.rule)),
      name(brief(recommendation)),
    ),
    h(
      "span",
      { class: "review-where" },
      h("span", { class: "from-end" }, path(recommendation.path)),
      recommendation.safety !== "safe" &&
        h("span", { class: "tag", "data-kind": "review" }, "needs review"),
      recommendation.state !== "proposed" && badge(recommendation.state),
    ),
  );
  const viewed = isViewed(recommendation.id);
  return h("li", { class: "review-row", "data-seen": viewed ? "" : null }, h("label", { class: "review-box" }, box), button);
}

/** `show(recommendation)` is called with the one that is looked at, `tell()` when another choice
 * was made, `opened()` when one was pointed at. */
export function reviewList({ show, tell, opened }) {
  const rows = new Map();
  const chosen = new Set();
  let order = [];
  let current = -1;
  /** How many there are on the server. */
  let total = 0;
  const element = h("ul", { class: "review-list", "aria-label": "Recommendations" });
  const sum = h("span", { class: "muted" });
  const all = h("input", {
    type: "checkbox",
    "aria-label": "Select all that are listed",
    onchange: () => {
      const on = all.checked;
      for (const { id } of order) mark(id, on);
      changed();
    },
  });
  const box = h("label", { class: "check" }, all, h("span", "All"));
  const handlers = {
    choose: (id, on) => {
      mark(id, on);
      changed();
    },
    open: (id) => {
      look(order.findIndex((one) => one.id === id));
      opened();
    },
  };

  function mark(id, on) {
    if (on) chosen.add(id);
    else chosen.delete(id);
    const input = rows.get(id)?.querySelector("input");
    if (input) input.checked = on;
  }

  function changed() {
    const listed =
      total > order.length ? `${number(order.length)} of ${number(total)}` : number(order.length);
    const viewed = viewedOf(order.map(({ id }) => id));
    fill(
      sum,
      chosen.size > 0 ? `${number(chosen.size)} of ${listed} chosen` : `${listed} listed`,
      viewed > 0 && ` · ${number(viewed)} viewed`,
    );
    all.checked = order.length > 0 && chosen.size === order.length;
    all.indeterminate = chosen.size > 0 && chosen.size < order.length;
    tell();
  }

  function made(recommendation) {
    const element = row(recommendation, handlers);
    rows.set(recommendation.id, element);
    return element;
  }

  function look(at) {
    current = Math.min(order.length - 1, Math.max(0, at));
    const recommendation = order[current];
    for (const [id, element] of rows) {
      const open = element.querySelector(".review-open");
      if (id === recommendation?.id) open.setAttribute("aria-current", "true");
      else open.removeAttribute("aria-current");
    }
    show(recommendation);
  }

  function move(by) {
    look(current + by);
    rows.get(order[current]?.id)?.querySelector(".review-open").focus();
  }

  /** Puts a recommendation that was decided in its place, or takes it out of the list. */
  function decided(recommendation, stays) {
    const at = order.findIndex(({ id }) => id === recommendation.id);
    const old = rows.get(recommendation.id);
    if (at < 0) return;
    if (stays) {
      order[at] = recommendation;
      old.replaceWith(made(recommendation));
    } else {
      old.remove();
      rows.delete(recommendation.id);
      chosen.delete(recommendation.id);
      order.splice(at, 1);
      total -= 1;
    }
    changed();
    if (order.length > 0) move(stays ? 1 : 0);
  }

  return {
    element,
    head: [box, sum],
    clear: () => {
      rows.clear();
      chosen.clear();
      order = [];
      fill(element);
    },
    append: (found, all) => {
      order.push(...found);
      total = all;
      element.append(...found.map(made));
      changed();
    },
    look,
    move,
    decided,
    lookAt: (id) => look(Math.max(0, order.findIndex((one) => one.id === id))),
    focus: () => rows.get(order[current]?.id)?.querySelector(".review-open").focus(),
    /** Leaves all rows, so that nobody counts as being in the middle of choosing. */
    forget: () => chosen.clear(),
    drawViewed: (id) => {
      const one = order.find((known) => known.id === id);
      rows.get(id)?.toggleAttribute("data-seen", isViewed(one.id));
      changed();
    },
    toggle: () => {
      const { id } = order[current] ?? {};
      if (id) handlers.choose(id, !chosen.has(id));
    },
    get current() {
      return order[current];
    },
    get length() {
      return order.length;
    },
    get chosen() {
      return order.filter(({ id }) => chosen.has(id));
    },
  };
}
