// Reviewing many recommendations: filter, choose, decide, apply; the keyboard is enough.

import { get, post } from "../api.js";
import { fill, h, name, path } from "../dom.js";
import { number, plural } from "../format.js";
import { keys } from "../keys.js";
import { action, ask, badge, empty, firstSteps, input, loading, select } from "../parts.js";
import {
  approve,
  askWhy,
  brief,
  decision,
  describe,
  preview,
  reject,
  tellApplied,
  tellDecided,
  undo,
} from "../review.js";
import { go, href } from "../router.js";
import { onChange, state } from "../state.js";

const STATES = ["proposed", "approved", "rejected", "applied", "refused", "stale"];
const SAFETIES = [
  ["safe", "safe"],
  ["review", "needs review"],
];
const PAGE = 200;

export function recommendations(page) {
  if (!("state" in page.query)) page.query = { state: "proposed", ...page.query };
  const rows = new Map();
  const chosen = new Set();
  let order = [];
  let next = null;
  let current = -1;
  let rules = [];
  let waiting = null;

  const list = h("ul", { class: "review-list", "aria-label": "Recommendations" });
  const detail = h("section", {
    class: "panel review-detail",
    "aria-label": "The chosen recommendation",
  });
  const sum = h("span", { class: "muted" });
  const more = h(
    "button",
    { type: "button", class: "more", onclick: () => load(next) },
    "Show more",
  );
  const all = h("input", {
    type: "checkbox",
    "aria-label": "Choose all that are listed",
    onchange: () => {
      for (const { id } of order) choose(id, all.checked);
    },
  });
  const place = h("div");
  const board = h(
    "div",
    { class: "split review-split" },
    h(
      "section",
      { class: "panel", "aria-label": "List" },
      h(
        "header",
        { class: "panel-head" },
        h("label", { class: "check" }, all, h("span", "All")),
        sum,
      ),
      list,
      more,
    ),
    detail,
  );

  function choose(id, on) {
    if (on) chosen.add(id);
    else chosen.delete(id);
    const box = rows.get(id)?.querySelector("input");
    if (box) box.checked = on;
    tell();
  }

  function tell() {
    fill(
      sum,
      chosen.size > 0
        ? `${plural(chosen.size, "chosen", "chosen")} of ${number(order.length)}${next ? "+" : ""}`
        : `${number(order.length)}${next ? "+" : ""} listed`,
    );
    all.checked = order.length > 0 && chosen.size === order.length;
    all.indeterminate = chosen.size > 0 && chosen.size < order.length;
    const many = chosen.size > 0 ? number(chosen.size) : "all";
    fill(buttons.children[0], `Approve ${many}…`);
    fill(buttons.children[1], `Reject ${many}…`);
    for (const button of buttons.children) button.refresh();
  }

  function row(recommendation) {
    const box = h("input", {
      type: "checkbox",
      "aria-label": `Choose ${recommendation.rule} in ${recommendation.path}`,
      onchange: () => choose(recommendation.id, box.checked),
    });
    const open = h(
      "button",
      {
        type: "button",
        class: "review-open",
        onclick: () => show(order.findIndex(({ id }) => id === recommendation.id)),
      },
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
    const element = h("li", { class: "review-row" }, box, open);
    rows.set(recommendation.id, element);
    return element;
  }

  function show(at) {
    if (order.length === 0)
      return void fill(detail, h("p", { class: "muted pad" }, "Nothing is chosen."));
    current = Math.min(order.length - 1, Math.max(0, at));
    const recommendation = order[current];
    for (const [id, element] of rows) {
      const open = element.querySelector(".review-open");
      if (id === recommendation.id) open.setAttribute("aria-current", "true");
      else open.removeAttribute("aria-current");
    }
    const changes = h("div", { class: "card-diff" });
    loading(changes, () => preview(recommendation, page.signal));
    const decide = [
      action("Approve", () => decideOne(approve), {
        key: "a",
        unless: () =>
          ["proposed", "rejected"].includes(recommendation.state)
            ? ""
            : `it is ${recommendation.state}`,
      }),
      action("Reject…", () => decideOne(reject), {
        key: "r",
        unless: () =>
          ["proposed", "approved", "refused"].includes(recommendation.state)
            ? ""
            : `it is ${recommendation.state}`,
      }),
    ];
    fill(
      detail,
      h(
        "header",
        { class: "card-head" },
        h("div", h("h2", name(recommendation.instruction)), describe(recommendation)),
        badge(recommendation.state),
        h("div", { class: "buttons" }, decide),
      ),
      h(
        "p",
        { class: "review-page" },
        h(
          "a",
          { href: href(`validations/${recommendation.validation}`) },
          path(recommendation.path),
        ),
      ),
      recommendation.rationale && h("p", { class: "rationale" }, name(recommendation.rationale)),
      decision(recommendation),
      changes,
    );
  }

  function move(by) {
    show(current + by);
    rows.get(order[current]?.id)?.querySelector(".review-open").focus();
  }

  async function decideOne(decide) {
    const at = current;
    const changed = await decide(order[at]);
    if (!changed) return;
    order[at] = changed;
    const old = rows.get(changed.id);
    const inPlace = !page.query.state || page.query.state === changed.state;
    if (inPlace) old.replaceWith(row(changed));
    else {
      old.remove();
      rows.delete(changed.id);
      chosen.delete(changed.id);
      order.splice(at, 1);
    }
    if (order.length === 0) return load();
    tell();
    move(inPlace ? 1 : 0);
  }

  async function load(after) {
    clearTimeout(waiting);
    await loading(place, async () => {
      const found = await get(
        "/api/recommendations",
        { ...page.query, after, limit: PAGE },
        page.signal,
      );
      if (!after) {
        rows.clear();
        chosen.clear();
        order = [];
        fill(list);
      }
      order.push(...found.items);
      list.append(...found.items.map(row));
      next = found.next;
      more.hidden = !next;
      tell();
      if (order.length === 0) return none();
      if (!after) show(0);
      return board;
    });
  }

  function none() {
    const { state: wanted, ...others } = page.query;
    const filtered = Object.keys(others).length > 0;
    if (filtered)
      return h(
        "section",
        { class: "panel" },
        empty(
          "No recommendation fits these filters",
          h("p", h("a", { href: href("recommendations") }, "Show all that wait")),
        ),
      );
    if (!(state.stats?.validations > 0))
      return h("section", { class: "panel" }, empty("Nothing has been checked yet", firstSteps()));
    return h(
      "section",
      { class: "panel" },
      empty(
        wanted === "proposed" ? "Nothing waits for review" : `Nothing is ${wanted || "recorded"}`,
        h("p", "What can be fixed is proposed here after each run."),
      ),
    );
  }

  const filters = () => Object.fromEntries(Object.entries(page.query).filter(([, value]) => value));
  const target = () => (chosen.size > 0 ? { ids: [...chosen] } : { filter: filters() });
  const many = () =>
    chosen.size > 0 ? plural(chosen.size, "recommendation") : "all that fit the filters";

  async function approveMany() {
    if (
      chosen.size === 0 &&
      !(await ask({
        title: page.query.safety
          ? "Approve all that fit the filters?"
          : "Approve all safe ones that fit the filters?",
        text: page.query.safety
          ? "Nothing is written until they are applied."
          : "What needs review is left out; choose a safety to include it. Nothing is written until they are applied.",
        confirm: "Approve all",
      }))
    )
      return;
    tellDecided(await post("/api/recommendations/approve", target()), "approved");
    await load();
  }

  async function rejectMany() {
    const why = await askWhy(many());
    if (!why) return;
    tellDecided(await post("/api/recommendations/reject", { ...target(), ...why }), "rejected");
    await load();
  }

  async function apply() {
    const { state: _, ...filter } = filters();
    const sure = await ask({
      title: "Apply what is approved?",
      text: "The pages are written. Each is checked again, and all can be taken back together.",
      confirm: "Apply",
    });
    if (!sure) return;
    tellApplied(await post("/api/enhance", { filter }));
    await load();
  }

  async function takeBack() {
    const undone = await undo();
    if (undone) go(href(`workflows/${undone.workflow_id}`));
  }

  const empty_ = () => (order.length === 0 ? "nothing is listed" : "");
  const approved = () =>
    state.stats?.recommendations.approved > 0 ? "" : "nothing is approved yet";
  const buttons = h(
    "div",
    { class: "buttons" },
    action("Approve all…", approveMany, { unless: empty_ }),
    action("Reject all…", rejectMany, { unless: empty_ }),
    action("Apply approved…", apply, { kind: "primary", key: "A", unless: approved }),
    action("Undo…", takeBack, { key: "u" }),
  );

  const filter = (field) => (value) => {
    page.remember({ ...page.query, [field]: value });
    if (field === "state" && !value) page.query.state = "";
    load();
  };
  const rulePlace = h("span", { class: "contents" });
  const drawRules = () =>
    fill(rulePlace, select("Rule", "any rule", rules, page.query.rule, filter("rule")));
  async function loadRules() {
    const found = await get("/api/findings/rules", {}, page.signal).catch(() => []);
    rules = [
      ...new Set([...found.map(({ rule }) => rule), page.query.rule].filter(Boolean)),
    ].sort();
    drawRules();
  }

  onChange(({ events, reset, stats }) => {
    if (reset) return load();
    if (stats && place.querySelector(".empty") && order.length === 0) fill(place, none());
    // Somebody else's decisions come in when nobody is in the middle of choosing.
    const touched = events.some(
      (event) => event.type.startsWith("recommendation_") || event.type === "workflow_completed",
    );
    if (
      !touched ||
      chosen.size > 0 ||
      document.activeElement?.closest(".review-list, .review-detail")
    )
      return;
    clearTimeout(waiting);
    waiting = setTimeout(() => load(), 300);
  }, page.signal);
  keys(
    [
      ["j", "next", () => move(1)],
      ["k", "the one before", () => move(-1)],
      [
        "x",
        "choose it, or not",
        () => order[current] && choose(order[current].id, !chosen.has(order[current].id)),
      ],
      ["a", "approve it", () => detail.querySelector("[aria-keyshortcuts=a]")?.click()],
      ["r", "reject it", () => detail.querySelector("[aria-keyshortcuts=r]")?.click()],
      ["A", "apply what is approved", () => buttons.children[2].click()],
      ["u", "take back what was applied last", () => buttons.children[3].click()],
    ],
    page.signal,
  );
  drawRules();
  fill(
    page.root,
    page.title("Recommendations", buttons),
    h(
      "div",
      { class: "filters" },
      select("State", "any state", STATES, page.query.state, filter("state")),
      rulePlace,
      input("Path", "docs/ or *.md", page.query.path, filter("path")),
      select("Safety", "any", SAFETIES, page.query.safety, filter("safety")),
    ),
    place,
  );
  load();
  loadRules();
}
