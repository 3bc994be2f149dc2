// What findings are filtered by: in the address, in words, and as the server takes it.

import { href } from "../router.js";

/** Filters by their names in the address, with those of the API, and how they read. */
const FILTERS = {
  rule: { api: "rule", words: (value) => `rule ${value}` },
  severity: { api: "severity", words: (value) => `${value}s` },
  path: { api: "path", words: (value) => `in ${value}` },
  owner: {
    api: "owner",
    words: (value) => (value === "none" ? "without an owner" : `owned by ${value}`),
  },
  type: { api: "type", words: (value) => `${value} rules` },
  fix: {
    api: "fix",
    words: (value) =>
      ({ safe: "safe fix", review: "fix to review", none: "without a fix" })[value] ?? value,
  },
  new: { api: "new", words: (value) => (value === "true" ? "new" : "known before") },
  baselined: {
    api: "baselined",
    words: (value) => (value === "true" ? "in the baseline" : "not in the baseline"),
  },
  target: { api: "target", words: (value) => `links to ${value}` },
  rejected: { api: "rejected", words: (value) => (value === "true" ? "rejected" : "not rejected") },
  text: { api: "text", words: (value) => `“${value}”` },
  run: { api: "workflow", words: (value) => `of run ${value}` },
  since: { api: "since", words: (value) => `compared with run ${value}` },
};

export const NAMES = Object.keys(FILTERS);

/** The filters that are set, as the server takes them. */
export function params(query) {
  const set = NAMES.filter((key) => query[key]).map((key) => [FILTERS[key].api, query[key]]);
  return Object.fromEntries(set);
}

/** The filters that are set, in words. */
export const inWords = (query) =>
  NAMES.filter((key) => query[key]).map((key) => [key, FILTERS[key].words(query[key])]);

/** The address of the findings that fit. */
export const findingsAt = (query) => href("findings", query);
