// Recommendations by rule, then by directory, with how far the review is, and all safe ones of a
// group approved at once.

import { get } from "../api.js";
import { fill, h, name } from "../dom.js";
import { number, plural } from "../format.js";
import { action } from "../parts.js";
import { href } from "../router.js";

const DECIDED = ["approved", "rejected", "applied", "refused"];
const sum = (groups, fields) =>
  groups.reduce((all, group) => all + fields.reduce((part, field) => part + group[field], 0), 0);

/** Groups of one rule together, in the order in which they came. */
function byRule(groups) {
  const rules = new Map();
  for (const group of groups) {
    if (!rules.has(group.rule)) rules.set(group.rule, []);
    rules.get(group.rule).push(group);
  }
  return [...rules.values()];
}

/** How much of something is decided, in words. */
function progress(groups) {
  const decided = sum(groups, DECIDED);
  return `${number(decided)} of ${number(decided + sum(groups, ["safe", "review"]))} decided`;
}

function waits(groups) {
  const [safe, review] = [sum(groups, ["safe"]), sum(groups, ["review"])];
  return [safe > 0 && `${number(safe)} safe`, review > 0 && `${number(review)} to review`]
    .filter(Boolean)
    .join(", ");
}

function approveButton(groups, filter, approve) {
  const safe = sum(groups, ["safe"]);
  if (safe === 0) return h("span");
  return action(`Approve ${plural(safe, "safe one")}`, () => approve(filter), { kind: "small" });
}

/** A directory as the filter by path takes it: with all below it. */
const below = (directory) => (directory ? `${directory}/` : "");

/** Each directory with all below it, as filters take it; one that holds only another is left out. */
function byDirectory(groups) {
  const directories = new Map();
  for (const group of groups) {
    const parts = group.directory.split("/");
    parts.forEach((_, at) => {
      const directory = parts.slice(0, at + 1).join("/");
      if (!directories.has(directory)) directories.set(directory, []);
      directories.get(directory).push(group);
    });
  }
  return [...directories]
    .filter(
      ([directory, own]) =>
        !directory ||
        ![...directories].some(
          ([other, theirs]) => other.startsWith(`${directory}/`) && theirs.length === own.length,
        ),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function directoryRow(directory, own, approve) {
  const [{ rule }] = own;
  return h(
    "li",
    { class: "group-row" },
    h(
      "a",
      {
        class: "group-name",
        href: href("recommendations", { state: "proposed", rule, path: below(directory) }),
      },
      directory ? name(`${directory}/`) : "pages at the top",
    ),
    h("span", { class: "muted" }, waits(own)),
    directory ? approveButton(own, { rule, path: below(directory) }, approve) : h("span"),
  );
}

function ruleRow(groups, isOpen, approve) {
  const [{ rule, name: words }] = groups;
  const waiting = groups.filter(({ safe, review }) => safe + review > 0);
  const directories = h(
    "ul",
    { hidden: !isOpen },
    byDirectory(waiting).map(([directory, own]) => directoryRow(directory, own, approve)),
  );
  const toggle = h(
    "button",
    {
      type: "button",
      class: "group-name",
      "aria-expanded": String(isOpen),
      onclick: () => {
        directories.hidden = !directories.hidden;
        toggle.setAttribute("aria-expanded", String(!directories.hidden));
      },
    },
    h("strong", name(rule)),
    " ",
    name(words),
  );
  return h(
    "div",
    { class: "group", "data-rule": rule },
    h(
      "div",
      { class: "group-head" },
      toggle,
      h("span", { class: "muted group-progress" }, progress(groups)),
      h("span", { class: "muted" }, waits(groups)),
      approveButton(groups, { rule }, approve),
    ),
    directories,
  );
}

/** The panel of groups; `approve(filter)` approves the safe ones of a group. */
export function groups(page, approve) {
  const place = h("div", { class: "groups" });
  const total = h("span", { class: "muted", id: "review-progress" });
  const bar = h("progress", { max: "1", value: "0", "aria-label": "Decided recommendations" });
  const element = h(
    "section",
    { class: "panel review-groups", "aria-labelledby": "groups-title", hidden: true },
    h(
      "header",
      { class: "panel-head" },
      h("h2", { id: "groups-title" }, "By rule and directory"),
      h("span", { class: "push" }),
      bar,
      total,
    ),
    place,
  );
  async function load() {
    const { path, rule } = page.query;
    const found = await get("/api/recommendations/groups", { path, rule }, page.signal);
    const expanded = place.querySelectorAll(".group:has([aria-expanded=true])");
    const open = new Set([...expanded].map((one) => one.getAttribute("data-rule")));
    const [decided, waiting] = [sum(found, DECIDED), sum(found, ["safe", "review"])];
    element.hidden = found.length === 0;
    bar.value = decided + waiting > 0 ? decided / (decided + waiting) : 0;
    fill(total, progress(found));
    fill(
      place,
      byRule(found)
        .filter((one) => sum(one, ["safe", "review"]) > 0)
        .map((one) => ruleRow(one, open.has(one[0].rule) || Boolean(rule), approve)),
    );
  }
  return { element, load: () => load().catch(() => {}) };
}
