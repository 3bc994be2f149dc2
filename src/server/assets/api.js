// Asks the server; what it refuses becomes an error with its message and hint.

const KEY = "validator.token";

/** A refusal, or a server that does not answer (status 0). */
export class Refusal extends Error {
  constructor(status, { code, message, hint }) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

/** Takes the token out of the address, where `validator serve` put it, so that nobody reads it there. */
export function adoptToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  setToken(token);
  history.replaceState(history.state, "", location.pathname + location.search);
}

export const token = () => sessionStorage.getItem(KEY);
export const setToken = (value) =>
  value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY);

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (token()) headers.Authorization = `Bearer ${token()}`;
  let answer;
  try {
    answer = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, {
      code: "unreachable",
      message: "the server does not answer",
      hint: "is `validator serve` still running?",
    });
  }
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({}));
  throw new Refusal(
    answer.status,
    body.error ?? { code: "unknown", message: `the server answered ${answer.status}`, hint: "" },
  );
}

/** The path with those parameters that have a value. */
export function query(path, params = {}) {
  const kept = Object.entries(params).filter(
    ([, value]) => value !== undefined && value !== null && value !== "" && value !== false,
  );
  const text = new URLSearchParams(kept).toString();
  return text ? `${path}?${text}` : path;
}

/** How often a question is asked again of a server that is busy, and how long is waited before. */
const TRIES = 3;
const PAUSE = 700;

export async function get(path, params, signal) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await (await ask(query(path, params), { signal })).json();
    } catch (error) {
      if (error.code !== "busy" || tries === TRIES || signal?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE * tries));
    }
  }
}

export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return (await ask(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

/** Saves what stands at a path as a file; a plain link could not show the token. */
export async function download(path, filename) {
  const url = URL.createObjectURL(await (await ask(path)).blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
