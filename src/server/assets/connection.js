// The pill that says whether the page is live, and the panel behind it.

import { fill, h } from "./dom.js";
import { clock, number } from "./format.js";
import { href } from "./router.js";
import { live, onChange, state } from "./state.js";
import { say } from "./toasts.js";

/** So long may a connection be away before anything is said of it, and before it is told aloud. */
const GRACE = 500;
const LOUD = 5000;

const pill = document.getElementById("connection");
const words = document.getElementById("connection-text");
const panel = document.getElementById("diagnosis");

let away = null;
let loud = null;
let wasLoud = false;

function text() {
  switch (live.state) {
    case "live":
      return "Live";
    case "catching":
      return live.missed > 500
        ? `Catching up ${number(live.seq - (live.head - live.missed))} / ${number(live.missed)}`
        : "Catching up";
    case "denied":
      return "Not allowed";
    case "lost":
      return navigator.onLine ? "Disconnected" : "Offline";
    default:
      return "Connecting…";
  }
}

function show() {
  pill.dataset.state = live.state;
  fill(words, text());
  document.body.dataset.connection = live.state;
  if (panel.matches(":popover-open")) diagnose();
}

function changed() {
  clearTimeout(away);
  if (live.state === "live") {
    clearTimeout(loud);
    loud = null;
    if (wasLoud) say("live again");
    wasLoud = false;
    return show();
  }
  if (pill.dataset.state !== "live") return show();
  away = setTimeout(show, navigator.onLine ? GRACE : 0);
  loud ??= setTimeout(() => {
    wasLoud = true;
    say("the connection to the server is lost");
  }, LOUD);
}

const told = h("p");
const facts = h("dl", { class: "facts" });
const retry = h(
  "button",
  { type: "button", class: "primary", onclick: () => live.retry() },
  "Try now",
);
const copy = h("button", { type: "button", onclick: () => copyFacts() }, "Copy");
fill(panel, h("h2", "Connection"), told, facts, h("div", { class: "buttons" }, copy, retry));

function rows() {
  return [
    ["State", text()],
    ["Newest event", live.seq === null ? "–" : `${number(live.seq)} of ${number(live.head)}`],
    ["At", live.lastEvent ? clock(live.lastEvent) : "before this page was opened"],
    [
      "Last heartbeat",
      live.lastHeartbeat ? clock(live.lastHeartbeat * 1000) : `every ${live.heartbeat / 1000} s`,
    ],
    ["Gaps, resyncs", `${live.holes}, ${live.resets}`],
    ["Server", state.status ? `${state.status.version} · ${live.server ?? "–"}` : "–"],
  ];
}

function copyFacts() {
  navigator.clipboard?.writeText(
    rows()
      .map((row) => row.join(": "))
      .join("\n"),
  );
}

/** Brings the panel up to date; its buttons stay, somebody may be about to press them. */
function diagnose() {
  const isAway = live.state === "lost" || live.state === "denied";
  retry.hidden = !isAway;
  told.hidden = !isAway;
  if (live.state === "lost") {
    const seconds = Math.max(0, Math.ceil((live.retryAt - Date.now()) / 1000));
    fill(
      told,
      `The server does not answer. Next try in ${seconds} s. What is on the page stays readable; start the server again with `,
      h("code", "validator serve"),
      ".",
    );
  }
  if (live.state === "denied")
    fill(told, `${live.reason.message}. `, h("a", { href: href("settings") }, "Enter the token"));
  fill(
    facts,
    rows().map(([key, value]) => [h("dt", key), h("dd", value)]),
  );
}

panel.addEventListener("beforetoggle", (event) => event.newState === "open" && diagnose());
setInterval(() => panel.matches(":popover-open") && diagnose(), 1000);
live.addEventListener("state", changed);
live.addEventListener("heartbeat", show);
// Catching up with much takes a while: the count moves.
onChange(
  () => live.state === "catching" && pill.dataset.state === "catching" && fill(words, text()),
);
