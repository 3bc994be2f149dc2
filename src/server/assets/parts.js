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
  for (const time of times) fill(time, ago(Number(time.dataset.ago)));
}, 15_000);

/** Findings by severity; what there is none of is left out. In a `grid`, each severity has a column
 * of its own, so that numbers compare. */
export function counts(found, grid = false) {
  if (!found) return h("span", { class: "muted" }, "–");
  if (total(found) === 0) return h("span", { class: "muted" }, "none");
  const parts = [
    ["errors", "error"],
    ["warnings", "warning"],
    ["infos", "info"],
  ];
  return h(
    "span",
    { class: grid ? "counts grid" : "counts" },
    parts
      .filter(([field]) => grid || found[field] > 0)
      .map(([field, word]) =>
        found[field] > 0
          ? h(
              "span",
              { class: "count", "data-severity": word, title: plural(found[field], word) },
              number(found[field]),
              h("span", { class: "hidden" }, ` ${found[field] === 1 ? word : field}`),
            )
          : h("span"),
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
      onclick: () => copy(text, button),
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
      "Validate this directory now, or start a run in a terminal: it appears here while it happens.",
    ),
    action(
      "Validate this directory",
      async () => {
        const started = await post("/api/validate/batch", { directory: "." });
        go(href(`workflows/${started.workflow_id}`));
      },
      { kind: "primary" },
    ),
    command("validator batch ."),
    command(
      `curl -X POST -H "Content-Type: application/json" ${location.origin}/api/validate/batch -d '{"directory":"."}'`,
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
    button.setAttribute("aria-busy", "true");
    button.refresh();
    try {
      await run();
    } catch (error) {
      tellError(error);
    }
    busy = false;
    button.removeAttribute("aria-busy");
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

/** A field of a dialogue: a line of text, a day, or a box to tick. */
function dialogField({ name: key, label, type = "text", placeholder, value }) {
  const isBox = type === "checkbox";
  const input = h("input", {
    type,
    autocomplete: "off",
    maxlength: isBox ? null : "500",
    placeholder,
    value: isBox ? null : value,
    checked: isBox && Boolean(value),
  });
  return {
    key,
    read: () => (isBox ? input.checked : input.value.trim()),
    element: h(
      "label",
      { class: isBox ? "check" : "field" },
      isBox ? [input, h("span", label)] : [h("span", label), input],
    ),
    input,
  };
}

/** Asks in a dialogue; gives what was entered, or nothing if it was left. `told` may change the
 * words of the button with what is entered. */
export function ask({ title, text, fields = [], confirm, kind = "primary", told = null }) {
  return new Promise((resolve) => {
    const made = fields.map(dialogField);
    const values = () =>
      Object.fromEntries(made.map(({ key, read }) => [key, read()]).filter(([, value]) => value));
    const end = (result) => {
      resolve(result);
      dialog.close();
      dialog.remove();
    };
    const submit = h("button", { type: "submit", class: kind }, confirm);
    if (told)
      for (const { input } of made)
        input.addEventListener("input", () => fill(submit, told(values())));
    const dialog = h(
      "dialog",
      { "aria-label": title, oncancel: () => end(null) },
      h(
        "form",
        {
          onsubmit: (event) => {
            event.preventDefault();
            end(values());
          },
        },
        h("h2", title),
        text && (typeof text === "string" ? h("p", text) : text),
        made.map(({ element }) => element),
        h(
          "div",
          { class: "buttons" },
          h("button", { type: "button", onclick: () => end(null) }, "Cancel"),
          submit,
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Bars as long as their counts; each leads to what it counts. `beside` gives what stands after. */
export function bars(items, caption, most = 12, beside = null) {
  const longest = Math.max(1, ...items.map((item) => item.count));
  const bar = (item) => {
    const drawn = h("span", { class: "bar-fill", "data-severity": item.severity ?? null });
    drawn.style.inlineSize = `${item.count ? Math.max(1, (100 * item.count) / longest) : 0}%`;
    return h(
      "li",
      { class: beside ? "has-more" : null },
      h("a", { class: "bar-name", href: item.href, title: item.name }, name(item.name)),
      h("span", { class: "bar-track", "aria-hidden": "true" }, drawn),
      h(
        "a",
        { class: "bar-count", href: item.href, "aria-label": `${plural(item.count, "finding")}` },
        number(item.count),
      ),
      beside?.(item),
    );
  };
  const list = h("ul", { class: "bars", "aria-label": caption }, items.slice(0, most).map(bar));
  if (items.length <= most) return list;
  const rest = h(
    "button",
    {
      type: "button",
      class: "quiet more",
      onclick: () => {
        list.append(...items.slice(most).map(bar));
        rest.remove();
      },
    },
    `Show ${number(items.length - most)} more`,
  );
  return [list, rest];
}

/** On a narrow screen, where what was chosen is shown below the list, goes there. */
export function toDetail(element) {
  if (matchMedia("(max-width: 860px)").matches) element.scrollIntoView({ block: "start" });
}

/** Copies a text and says so. */
export async function copy(text, button) {
  const before = [...button.childNodes];
  try {
    await navigator.clipboard.writeText(text);
    fill(button, "Copied");
  } catch {
    fill(button, "Not allowed");
  }
  setTimeout(() => button.replaceChildren(...before), 1500);
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
