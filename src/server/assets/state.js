// What all pages know: the current state, the runs, and the newest events. Events are only put aside
// when they come; once a frame all that came is taken in, and the pages are told.

import { get } from "./api.js";
import { Live } from "./live.js";

const KEPT_EVENTS = 100_000;
const KEPT_RUNS = 200;
/** More events than this in one frame are too many to be read. */
const FLOOD = 50;
const OPEN = new Set(["PENDING", "RUNNING", "PAUSED"]);

/** The newest events; the oldest make room. */
class Ring {
  constructor(capacity) {
    this.capacity = capacity;
    this.clear();
  }

  clear() {
    this.items = [];
    this.start = 0;
    /** How many were dropped from the front. */
    this.dropped = 0;
  }

  get length() {
    return this.items.length;
  }

  push(item) {
    if (this.items.length < this.capacity) return void this.items.push(item);
    this.items[this.start] = item;
    this.start = (this.start + 1) % this.capacity;
    this.dropped += 1;
  }

  at(index) {
    return this.items[(this.start + index) % this.items.length];
  }

  /** Puts older ones before those that are there; somebody asked for them, so there is room. */
  unshift(older) {
    const now = Array.from({ length: this.length }, (_, index) => this.at(index));
    this.items = [...older, ...now];
    this.start = 0;
    this.capacity = Math.max(this.capacity, this.items.length);
  }
}

export const events = new Ring(KEPT_EVENTS);
export const runs = new Map();
export const isOpen = (run) => OPEN.has(run.state);

/** Newest first. */
export const sortedRuns = () => [...runs.values()].sort((a, b) => (a.id < b.id ? 1 : -1));

export const state = {
  stats: null,
  status: null,
  epoch: null,
  blocked: "connecting to the server",
};

const listeners = new Set();
/**
 * What came in a frame; the first `missed` of the events happened while the page was not looking.
 *
 * @typedef {object} Change
 * @property {any[]} [events]
 * @property {number} [missed]
 * @property {boolean} [first]
 * @property {boolean} [reset]
 * @property {boolean} [stats]
 * @property {boolean} [status]
 * @property {boolean} [named]
 * @property {boolean} [live]
 * @property {boolean} [other] the record is another than before
 */

/**
 * Calls back once a frame with what came.
 *
 * @param {(change: Change) => void} listener
 * @param {AbortSignal} [signal]
 */
export function onChange(listener, signal) {
  listeners.add(listener);
  signal?.addEventListener("abort", () => listeners.delete(listener));
}

let pending = [];
/** @type {Change} */
let change = {};
let scheduled = false;
let inFlood = false;

function schedule() {
  if (scheduled) return;
  scheduled = true;
  // Hidden pages get no frames, but must not pile up what they are told. In a flood nobody can read
  // along, so the page is drawn less often and stays smooth.
  if (document.hidden) setTimeout(flush, 1000);
  else if (inFlood) setTimeout(() => requestAnimationFrame(flush), 200);
  else requestAnimationFrame(flush);
}

function flush() {
  scheduled = false;
  const told = { events: pending, ...change };
  pending = [];
  change = {};
  inFlood = told.events.length > FLOOD;
  for (const event of told.events) {
    events.push(event);
    if (event.workflow_id && event.type.startsWith("workflow_")) reduce(event);
  }
  if (told.events.some((event) => event.type !== "workflow_progress")) refreshLater();
  for (const listener of [...listeners]) listener(told);
}

/** Brings a run up to date with an event that tells of it. */
export function follow(run, event) {
  const { kind, state, done, total, percent, counts, message } = event.data;
  const ended = OPEN.has(state) ? null : (run.ended_us ?? event.ts_us);
  const started = run.started_us ?? (state === "PENDING" ? null : event.ts_us);
  const changes = event.type === "workflow_progress" ? {} : { requested: null };
  return Object.assign(
    run,
    {
      kind,
      state,
      done,
      total,
      percent,
      counts,
      message: message ?? null,
      ended_us: ended,
      started_us: started,
    },
    changes,
  );
}

/** A run that was asked for, as far as events have brought it meanwhile. */
export function latest(run) {
  const known = runs.get(run.id);
  if (!known) return run;
  const { state, done, total, percent, counts, message, ended_us, started_us } = known;
  return Object.assign(run, { state, done, total, percent, counts, message, ended_us, started_us });
}

function reduce(event) {
  let run = runs.get(event.workflow_id);
  if (!run) {
    run = {
      id: event.workflow_id,
      created_us: event.ts_us,
      started_us: null,
      ended_us: null,
      actor: event.actor,
      what: {},
      requested: null,
    };
    runs.set(run.id, run);
    forgetOldRuns();
    learn(run);
  }
  follow(run, event);
}

/** Events do not say what a run is over. */
async function learn(run) {
  try {
    const { what, actor } = await get(`/api/workflows/${run.id}`);
    Object.assign(run, { what, actor });
    notify({ named: true });
  } catch {
    // It is shown without.
  }
}

function forgetOldRuns() {
  if (runs.size <= KEPT_RUNS) return;
  const ended = sortedRuns().filter((run) => !isOpen(run));
  for (const run of ended.slice(KEPT_RUNS / 2)) runs.delete(run.id);
}

function takeSnapshot(snapshot) {
  if (state.epoch && state.epoch !== snapshot.epoch) notify({ other: true });
  state.epoch = snapshot.epoch;
  pending = [];
  events.clear();
  runs.clear();
  for (const event of snapshot.events) events.push(event);
  for (const run of [...snapshot.newest, ...snapshot.open]) runs.set(run.id, run);
  // Pages that were opened before the first snapshot have asked for what they show themselves.
  notify(state.stats ? { reset: true } : { first: true });
  takeStats(snapshot);
}

function takeStats({ files, findings, validations, workflows, recommendations }) {
  state.stats = { files, findings, validations, workflows, recommendations };
  notify({ stats: true });
}

/** Tells the pages with the next frame. */
export function notify(what) {
  Object.assign(change, what);
  schedule();
}

// Sums cannot be had from events; they are asked for, at most every two seconds.
const PACE = 2000;
let refreshing = null;
let refreshedAt = 0;
export function refreshLater() {
  if (refreshing !== null) return;
  refreshing = setTimeout(
    async () => {
      try {
        takeStats(await get("/api/snapshot"));
      } catch {
        // The next event asks again.
      }
      refreshedAt = Date.now();
      refreshing = null;
    },
    Math.max(150, refreshedAt + PACE - Date.now()),
  );
}

export const live = new Live({
  snapshot: takeSnapshot,
  event: (event, isNews) => {
    pending.push(event);
    if (!isNews) change.missed = (change.missed ?? 0) + 1;
    schedule();
  },
});

export async function readStatus() {
  try {
    const { version } = state.status ?? {};
    state.status = await get("/api/status");
    state.isOther = version !== undefined && version !== state.status.version;
  } catch {
    // The connection's state tells.
  }
  block();
  notify({ status: true });
}

function block() {
  if (live.state === "denied") state.blocked = "this server needs its token";
  else if (live.state === "lost") state.blocked = "there is no connection to the server";
  else if (state.status && !state.status.writable)
    state.blocked = "read-only server: start it with --allow-write to allow changes";
  else state.blocked = state.status ? "" : "connecting to the server";
}

live.addEventListener("state", () => {
  block();
  notify({ live: true });
});
live.addEventListener("restarted", readStatus);
