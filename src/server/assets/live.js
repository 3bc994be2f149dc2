// Follows the event log over a WebSocket: every event once and in order, also when the connection
// breaks or the server is restarted.

import { Refusal, get, token } from "./api.js";

const WAITS = [0, 250, 500, 1000, 2000, 5000];
const SILENCE = 2.5;
/** After so long without a word, in milliseconds, the server is asked whether it is there, and so
 * long it has to answer: what is said to be live was heard of in the last ten seconds. */
const QUIET = 7000;
const ANSWER = 3000;

/** `snapshot` is asked for where there is no way on from the last event; `event` gets each event. */
export class Live extends EventTarget {
  constructor({ snapshot, event }) {
    super();
    this.onSnapshot = snapshot;
    this.onEvent = event;
    this.state = "connecting";
    this.seq = null;
    this.epoch = null;
    this.head = 0;
    this.server = null;
    this.attempt = 0;
    this.retryAt = 0;
    this.lastEvent = null;
    this.lastHeartbeat = null;
    this.holes = 0;
    this.resets = 0;
    this.heartbeat = 30_000;
    addEventListener("online", () => this.retry());
    addEventListener("offline", () => this.socket && this.reconnect());
    document.addEventListener("visibilitychange", () => document.hidden || this.retry());
  }

  /** `connecting`, `catching`, `live`, `lost` (will try again) or `denied` (will not). */
  become(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  async start() {
    this.become("connecting");
    try {
      await this.restart();
      this.connect();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Takes a snapshot, from whose event it goes on. */
  async restart() {
    const snapshot = await get("/api/snapshot");
    this.seq = snapshot.head;
    this.epoch = snapshot.epoch;
    this.head = snapshot.head;
    this.onSnapshot(snapshot);
  }

  connect() {
    const url = new URL("/ws/validation_updates", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("since", this.seq);
    url.searchParams.set("epoch", this.epoch);
    const protocols = ["validator.v1"];
    if (token()) protocols.push(`validator.token.${token()}`);
    const socket = new WebSocket(url, protocols);
    this.socket = socket;
    this.waiting = null;
    socket.onmessage = ({ data }) => this.socket === socket && this.take(JSON.parse(data));
    socket.onclose = () => this.socket === socket && this.closed();
  }

  take(message) {
    this.watchSilence();
    if (this.waiting) return void this.waiting.push(message);
    switch (message.type) {
      case "hello":
        return this.greeted(message);
      case "caught_up":
        this.attempt = 0;
        return this.state === "live" || this.become("live");
      case "heartbeat":
        this.lastHeartbeat = Date.now();
        this.head = message.head;
        return this.dispatchEvent(new Event("heartbeat"));
      case "reset":
        return this.reset();
      default:
        return this.event(message);
    }
  }

  greeted(hello) {
    this.heartbeat = hello.heartbeat_ms;
    this.head = hello.head;
    this.missed = Math.max(0, hello.head - this.seq);
    if (this.server !== null && this.server !== hello.server)
      this.dispatchEvent(new Event("restarted"));
    this.server = hello.server;
    this.become("catching");
  }

  event(event) {
    if (event.seq <= this.seq) return;
    if (event.seq > this.seq + 1) {
      // It cannot happen; should it, what is missing is fetched rather than passed over.
      this.holes += 1;
      return this.reconnect();
    }
    this.onEvent(event, this.state === "live");
    this.seq = event.seq;
    this.head = Math.max(this.head, event.seq);
    this.lastEvent = event.ts_us;
  }

  /** What was missed is no longer kept, or the log is another: starts again on the same socket. */
  async reset() {
    this.resets += 1;
    const socket = this.socket;
    this.waiting = [];
    try {
      await this.restart();
    } catch {
      return this.reconnect();
    }
    if (this.socket !== socket) return;
    const waiting = this.waiting;
    this.waiting = null;
    for (const message of waiting) this.take(message);
  }

  watchSilence() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.reconnect(), this.heartbeat * SILENCE);
    this.doubt();
  }

  doubt() {
    clearTimeout(this.doubting);
    this.doubting = setTimeout(async () => {
      const { socket } = this;
      try {
        await get("/health", {}, AbortSignal.timeout(ANSWER));
        if (this.socket === socket && socket) this.doubt();
      } catch {
        if (this.socket === socket && socket) this.reconnect();
      }
    }, QUIET);
  }

  reconnect() {
    this.socket?.close();
    this.socket = null;
    this.closed();
  }

  async closed() {
    clearTimeout(this.silence);
    clearTimeout(this.doubting);
    this.socket = null;
    // A browser does not say why a socket was refused; a plain request does.
    if (this.attempt > 0 && this.attempt % 3 === 0) {
      try {
        await get("/api/status");
      } catch (error) {
        return this.fail(error);
      }
      if (this.socket) return;
    }
    this.wait();
  }

  fail(error) {
    if (error instanceof Refusal && (error.status === 401 || error.status === 403)) {
      this.reason = error;
      return this.become("denied");
    }
    this.wait();
  }

  wait() {
    const longest = WAITS[Math.min(this.attempt, WAITS.length - 1)];
    this.attempt += 1;
    const pause = longest * (0.5 + Math.random() / 2);
    this.retryAt = Date.now() + pause;
    this.become("lost");
    clearTimeout(this.timer);
    // A page that nobody sees waits until it is seen.
    if (!document.hidden) this.timer = setTimeout(() => this.retry(), pause);
  }

  /** Tries at once, if there is no connection. */
  retry() {
    if (this.socket || (this.state !== "lost" && this.state !== "denied")) return;
    clearTimeout(this.timer);
    if (this.seq === null) this.start();
    else this.connect();
  }
}
