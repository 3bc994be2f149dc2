// Pieces that several pages show.

import { post } from "./api.js";
import { fill, h, name } from "./dom.js";
import { ago, moment, number, plural, total } from "./format.js";
import { go, href } from "./router.js";
import { state } from "./state.js";
import { tellError } from "./toasts.js";

/** A state in a word, with a shape of its own: colour alone tells nobody anything. */
export function badge(word, kind = word.toLowerCase()) {
  return h("span", { class: "badge", "data-kind": kind }, word);
}

/** A moment, in words that keep up with the clock. */
export function when(us) {
  if (us === null || us === undefined) return "–";
  return h(
    "time",
    { datetime: new Date(us / 1000).toISOString(), title: moment(us), "data-ago": String(us) },
    ago(us),
  );
}

setInterval(() => {
  /** @type {NodeListOf<HTMLElement>} */
  const times = document.querySelectorAll("time[data-ago]");
  for (const time of times)
    fill(time, ago(Number(time.dataset.ago)));
}, 15_000);

/** Findings by severity; what there is none of is left out. */
export function counts(found) {
  if (!found) return h("span", { class: "muted" }, "–");
  if (total(found) === 0) return h("span", { class: "muted" }, "none");
  const parts = [
    ["errors", "error"],
    ["warnings", "warning"],
    ["infos", "info"],
  ];
  return h(
    "span",
    { class: "counts" },
    parts
      .filter(([field]) => found[field] > 0)
      .map(([field, word]) =>
        h(
          "span",
          { class: "count", "data-severity": word, title: plural(found[field], word) },
          number(found[field]),
          h("span", { class: "hidden" }, ` ${found[field] === 1 ? word : field}`),
        ),
      ),
  );
}

/** The bar of a run, with its words beneath it. */
export function progress(run, label) {
  const bar = h("progress", { max: "100", "aria-label": label });
  const text = h("span", { class: "steps" });
  const element = h("div", { class: "progress" }, bar, text);
  const update = (run) => {
    bar.value = run.percent;
    element.dataset.state = run.state;
    fill(
      text,
      h("span", { "data-steps": "" }, `${number(run.done)}/${number(run.total)}`),
      h("span", { "data-percent": "" }, `${run.percent} %`),
    );
  };
  update(run);
  return { element, update };
}

export function empty(title, ...help) {
  return h("div", { class: "empty" }, h("p", { class: "empty-title" }, title), help);
}

/** In place of what could not be loaded: why, and the way to the list. A page that was left says
 * nothing. */
export function unavailable(place, error, list, label) {
  if (error.name === "AbortError") return;
  const back = h("p", h("a", { href: href(list) }, label));
  fill(place, empty(error.message, h("p", error.hint), back));
}

/** A part of a page with a title. */
export function panel(id, title, ...content) {
  return h(
    "section",
    { class: "panel", "aria-labelledby": id },
    h("header", { class: "panel-head" }, h("h2", { id }, title)),
    content,
  );
}

export function command(text) {
  const button = h(
    "button",
    {
      type: "button",
      class: "quiet",
      "aria-label": `Copy ${text}`,
      onclick: async () => {
        try {
          await navigator.clipboard.writeText(text);
          fill(button, "Copied");
        } catch {
          fill(button, "Not allowed");
        }
        setTimeout(() => fill(button, "Copy"), 1500);
      },
    },
    "Copy",
  );
  return h("div", { class: "command" }, h("code", text), button);
}

/** What gets the first result. */
export function firstSteps() {
  return h(
    "div",
    { class: "first-steps" },
    h(
      "p",
      "Validate this folder now, or start a run in a terminal: it appears here while it happens.",
    ),
    action(
      "Validate this folder",
      async () => {
        const started = await post("/api/validate/batch", { folder: "." });
        go(`/dashboard/workflows/${started.workflow_id}`);
      },
      { kind: "primary" },
    ),
    command("validator batch ."),
    command(
      `curl -X POST -H "Content-Type: application/json" ${location.origin}/api/validate/batch -d '{"folder":"."}'`,
    ),
  );
}

/**
 * A button that changes something. Where that cannot be, it stays in sight and says why: because of
 * the server, or for the reason that `unless` gives.
 *
 * @param {string} label
 * @param {() => unknown} run
 * @param {{ kind?: string, key?: string, unless?: () => string }} [options]
 */
export function action(label, run, { kind = "", key = "", unless = () => "" } = {}) {
  const button = h(
    "button",
    { type: "button", class: kind, "data-action": "", "aria-keyshortcuts": key || null },
    label,
  );
  let busy = false;
  button.refresh = () => {
    const reason = state.blocked || unless();
    button.toggleAttribute("data-blocked", reason !== "");
    button.setAttribute("aria-disabled", String(reason !== "" || busy));
    if (reason) button.title = reason;
    else button.removeAttribute("title");
    if (state.blocked) button.setAttribute("aria-describedby", "blocked");
    else button.removeAttribute("aria-describedby");
  };
  button.addEventListener("click", async () => {
    if (busy || button.getAttribute("aria-disabled") === "true") return;
    busy = true;
    button.refresh();
    try {
      await run();
    } catch (error) {
      tellError(error);
    }
    busy = false;
    button.refresh();
  });
  button.refresh();
  return button;
}

export function refreshActions() {
  /** @type {NodeListOf<HTMLElement & { refresh: () => void }>} */
  const buttons = document.querySelectorAll("[data-action]");
  for (const button of buttons) button.refresh();
}

/** A drop-down of words; the first is for all. */
export function select(label, all, words, value, onchange) {
  const options = [["", all], ...words.map((word) => (Array.isArray(word) ? word : [word, word]))];
  const field = h(
    "select",
    { onchange: () => onchange(field.value) },
    options.map(([key, text]) =>
      h("option", { value: key, selected: key === (value ?? "") }, text),
    ),
  );
  return h("label", { class: "field" }, h("span", label), field);
}

/** A line of text that counts when it is finished. */
export function input(label, placeholder, value, onchange, type = "search") {
  const field = h("input", {
    type,
    placeholder,
    value: value ?? "",
    autocomplete: "off",
    spellcheck: "false",
  });
  field.addEventListener("change", () => onchange(field.value.trim()));
  return h("label", { class: "field" }, h("span", label), field);
}

/** Asks in a dialogue; gives what was entered, or nothing if it was left. */
export function ask({ title, text, fields = [], confirm, kind = "primary" }) {
  return new Promise((resolve) => {
    const inputs = fields.map((field) =>
      h("input", {
        type: field.type ?? "text",
        autocomplete: "off",
        maxlength: "500",
        placeholder: field.placeholder,
      }),
    );
    const end = (result) => {
      resolve(result);
      dialog.close();
      dialog.remove();
    };
    const submit = (event) => {
      event.preventDefault();
      end(
        Object.fromEntries(
          fields
            .map((field, at) => [field.name, inputs[at].value.trim()])
            .filter(([, value]) => value),
        ),
      );
    };
    const dialog = h(
      "dialog",
      { "aria-label": title, oncancel: () => end(null) },
      h(
        "form",
        { onsubmit: submit },
        h("h2", title),
        text && h("p", text),
        fields.map((field, at) =>
          h("label", { class: "field" }, h("span", field.label), inputs[at]),
        ),
        h(
          "div",
          { class: "buttons" },
          h("button", { type: "button", onclick: () => end(null) }, "Keep as it is"),
          h("button", { type: "submit", class: kind }, confirm),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A unified diff, with signs as well as colours. */
export function diff(text) {
  const lines = text.split("\n").filter((line, at) => at > 1 && line !== "");
  const kinds = { "+": "added", "-": "removed", "@": "place" };
  return h(
    "pre",
    { class: "diff", tabindex: "0", "aria-label": "What would change" },
    h(
      "code",
      lines.map((line) => {
        const kind = kinds[line[0]] ?? "same";
        return h(
          "span",
          { class: `line ${kind}` },
          h("span", { class: "sign" }, line[0]),
          name(line.slice(1)),
        );
      }),
    ),
  );
}

/** Shows what `load` gives; until then, and if it fails, says so. */
export async function loading(place, load) {
  const later = setTimeout(
    () => place.childElementCount === 0 && fill(place, h("p", { class: "muted pad" }, "Loading…")),
    200,
  );
  try {
    const content = await load();
    fill(place, content);
  } catch (error) {
    if (error.name === "AbortError") return;
    fill(
      place,
      h(
        "div",
        { class: "empty bad" },
        h("p", { class: "empty-title" }, error.message),
        error.hint && h("p", error.hint),
      ),
    );
  } finally {
    clearTimeout(later);
  }
}
