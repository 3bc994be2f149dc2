// Numbers and times as people read them.

const numbers = new Intl.NumberFormat("en");
const clockFormat = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const momentFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const dayFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

export const number = (value) => numbers.format(value ?? 0);
const short = new Intl.NumberFormat("en", { notation: "compact" });
/** Where there is room for three digits or so. */
export const compact = (value) => (value < 1000 ? numbers : short).format(value);
export const plural = (count, word, many = `${word}s`) =>
  `${number(count)} ${count === 1 ? word : many}`;
export const clock = (us) => clockFormat.format(us / 1000);
export const moment = (us) => momentFormat.format(us / 1000);
export const day = (us) => dayFormat.format(us / 1000);
export const total = (counts) => (counts ? counts.errors + counts.warnings + counts.infos : 0);

/** How long ago, in words. */
export function ago(us, now = Date.now()) {
  const seconds = Math.max(0, (now - us / 1000) / 1000);
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${Math.floor(seconds / 10) * 10} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return day(us);
}

/** A duration in the unit that suits it. */
export function duration(us) {
  if (us === null || us === undefined || us < 0) return "–";
  if (us < 1000) return `${us} µs`;
  if (us < 1e6) return `${(us / 1000).toFixed(us < 1e4 ? 1 : 0)} ms`;
  const seconds = us / 1e6;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.floor(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What a path in `what` says of a run over all of it. */
const isWhole = (paths) => paths.length > 0 && paths.every((path) => path === "." || path === "");

/** Who did it. */
export function actor(text) {
  if (text.startsWith("cli:")) return "command line";
  return { web: "server", system: "watch" }[text] ?? text;
}

/** What a run is over: one file, or the directory that its files share. */
export function scope(workflow) {
  const paths = workflow.what?.paths ?? [];
  const files = workflow.what?.files ?? workflow.total ?? paths.length;
  if (paths.length === 0 && !files) return "";
  if (isWhole(paths)) return "whole project";
  if (paths.length === 1 && files <= 1) return paths[0];
  if (paths.length === 1 && !/\.[a-z]+$/i.test(paths[0]))
    return paths[0] === "." ? "whole project" : paths[0];
  let shared = (paths[0] ?? "").split("/").slice(0, -1);
  for (const path of paths) {
    const parts = path.split("/");
    const end = shared.findIndex((part, at) => parts[at] !== part);
    if (end >= 0) shared = shared.slice(0, end);
  }
  return shared.length > 0 && files <= paths.length
    ? `${shared.join("/")}/`
    : plural(files, "file");
}
