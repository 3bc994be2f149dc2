// Beside the list: what findings can be filtered by, with how many there would be.

import { fill, h, name } from "../dom.js";
import { number } from "../format.js";
import { findingsAt } from "./filters.js";

const MOST = 10;
const SEVERITIES = [
  ["error", "Errors", "errors"],
  ["warning", "Warnings", "warnings"],
  ["info", "Remarks", "infos"],
];

/** A value of a filter: choosing it filters, choosing it again does so no more. */
function value(filters, key, choice, set) {
  const chosen = filters[key] === choice.value;
  const target = { ...filters, [key]: chosen ? "" : choice.value, at: "" };
  return h(
    "li",
    h(
      "a",
      {
        class: "facet",
        href: findingsAt(target),
        "aria-current": chosen ? "true" : null,
        "data-severity": choice.severity ?? null,
        title: choice.title ?? null,
        onclick: (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          set(target);
        },
      },
      h("span", { class: "facet-name" }, choice.label),
      h("span", { class: "facet-count" }, number(choice.count)),
    ),
  );
}

/** All values of a filter under a title. What would lead to nothing is left out. */
function facet(state, title, key, choices, set) {
  const { filters, open } = state;
  const shown = choices.filter(({ count, value }) => count > 0 || filters[key] === value);
  if (shown.length === 0) return null;
  const most = open.has(key) ? shown.length : MOST;
  return h(
    "section",
    { class: "facet-group", "data-facet": key },
    h("h2", title),
    h(
      "ul",
      shown.slice(0, most).map((choice) => value(filters, key, choice, set)),
    ),
    shown.length > most &&
      h(
        "button",
        {
          type: "button",
          class: "quiet",
          onclick: () => {
            open.add(key);
            state.draw();
          },
        },
        `Show ${number(shown.length - most)} more`,
      ),
  );
}

/** The directory that is chosen, with the way up. */
function directories(state, found, set) {
  const { filters } = state;
  const path = (filters.path ?? "").replace(/\/$/, "");
  const isDirectory = path && !/[*?[]/.test(path);
  const up = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  const choices = found.directories.map((directory) => ({
    value: directory.path,
    label: name(
      directory.path.slice(directory.path.lastIndexOf("/") + 1) + (directory.is_directory ? "/" : ""),
    ),
    count: directory.count,
    title: directory.path,
  }));
  const list = facet(state, "Directory", "path", choices, set);
  if (!path) return list;
  const back = h(
    "p",
    { class: "facet-up" },
    h(
      "a",
      {
        href: findingsAt({ ...filters, path: isDirectory ? up : "", at: "" }),
        onclick: (event) => {
          event.preventDefault();
          set({ ...filters, path: isDirectory ? up : "", at: "" });
        },
      },
      "↑ ",
      isDirectory && up ? name(`${up}/`) : "whole project",
    ),
  );
  if (list) {
    list.querySelector("h2").after(back);
    return list;
  }
  return h("section", { class: "facet-group" }, h("h2", "Directory"), back);
}

/** Draws the facets into `place`; `set` is called with the filters that were chosen. */
export function facets(place, set) {
  const state = { filters: {}, open: new Set(), found: null, draw };
  function draw() {
    const { found } = state;
    if (!found) return;
    const group = (title, key, choices) => facet(state, title, key, choices, set);
    fill(
      place,
      [
        group(
          "Severity",
          "severity",
          SEVERITIES.map(([value, label, field]) => ({
            value,
            label,
            severity: value,
            count: found.severities[field],
          })),
        ),
        found.changes &&
          group("Since the run before", "new", [
            { value: "true", label: "New", count: found.changes.new },
            { value: "false", label: "Known before", count: found.changes.known },
          ]),
        found.baseline &&
          group("Since the baseline", "baselined", [
            { value: "false", label: "New", count: found.baseline.new },
            { value: "true", label: "In the baseline", count: found.baseline.known },
          ]),
        group(
          "Rule",
          "rule",
          found.rules.map((rule) => ({
            value: rule.rule,
            severity: rule.severity,
            label: [h("strong", name(rule.rule)), " ", name(rule.name)],
            title: `${rule.rule} ${rule.name}`,
            count: rule.count,
          })),
        ),
        directories(state, found, set),
        group(
          "Owner",
          "owner",
          found.owners.map(({ owner, count }) => ({
            value: owner,
            label: owner === "none" ? "No owner" : name(owner),
            count,
            title: owner,
          })),
        ),
        group("Fix", "fix", [
          { value: "safe", label: "Safe fix", count: found.fixes.safe },
          { value: "review", label: "Fix to review", count: found.fixes.review },
          { value: "none", label: "No fix", count: found.fixes.none },
        ]),
        group(
          "Type",
          "type",
          found.types.map(({ type, count }) => ({ value: type, label: type, count })),
        ),
        (found.reviews.rejected > 0 || state.filters.rejected) &&
          group("Decision", "rejected", [
            { value: "false", label: "Not rejected", count: found.reviews.open },
            { value: "true", label: "Rejected", count: found.reviews.rejected },
          ]),
      ].filter(Boolean),
    );
  }
  return {
    /** Without counts, those of before stay until there are others. */
    update: (filters, found = state.found) => {
      state.filters = filters;
      state.found = found;
      draw();
    },
  };
}
