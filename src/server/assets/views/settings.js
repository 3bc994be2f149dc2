// How the dashboard looks and behaves in this browser, and what the server runs with.

import { setToken, token } from "../api.js";
import { fill, h, name } from "../dom.js";
import { number } from "../format.js";
import { areOn, help, turn } from "../keys.js";
import { panel } from "../parts.js";
import { live, onChange, readStatus, state } from "../state.js";
import { toast } from "../toasts.js";

const THEMES = [
  ["", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

function setTheme(theme) {
  if (theme) {
    localStorage.setItem("validator.theme", theme);
    document.documentElement.dataset.theme = theme;
  } else {
    localStorage.removeItem("validator.theme");
    delete document.documentElement.dataset.theme;
  }
}

function appearance() {
  const current = document.documentElement.dataset.theme ?? "";
  return h(
    "fieldset",
    { class: "options" },
    h("legend", "Theme"),
    THEMES.map(([theme, text]) =>
      h(
        "label",
        { class: "check" },
        h("input", {
          type: "radio",
          name: "theme",
          value: theme,
          checked: theme === current,
          onchange: () => setTheme(theme),
        }),
        h("span", text),
      ),
    ),
  );
}

function shortcuts() {
  const box = h("input", { type: "checkbox", checked: areOn(), onchange: () => turn(box.checked) });
  return h(
    "fieldset",
    { class: "options" },
    h("legend", "Keyboard"),
    h("label", { class: "check" }, box, h("span", "Shortcuts of single keys")),
    h("button", { type: "button", class: "small", onclick: help }, "Show them"),
  );
}

function access() {
  const field = h("input", {
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: token() ? "a token is set" : "none is set",
  });
  const use = () => {
    setToken(field.value.trim());
    toast({
      kind: "good",
      title: field.value.trim() ? "The token is used from now on" : "The token is forgotten",
      text: "kept in this tab only",
    });
    field.value = "";
    readStatus();
    live.retry();
  };
  return h(
    "form",
    {
      class: "options",
      onsubmit: (event) => {
        event.preventDefault();
        use();
      },
    },
    h("label", { class: "field" }, h("span", "Token"), field),
    h("button", { type: "submit", class: "small" }, "Use it"),
    h(
      "p",
      { class: "muted" },
      "Needed where the server was started with ",
      h("code", "--auth token"),
      "; the address that it prints has it.",
    ),
  );
}

function facts() {
  const { status } = state;
  if (!status) return h("p", { class: "muted pad" }, "The server has not answered yet.");
  const yes = (on, text, otherwise) => (on ? text : otherwise);
  const rows = [
    ["Folder", name(status.root)],
    ["Version", status.version],
    ["Changes from here", yes(status.writable, "allowed", "refused: start it with --allow-write")],
    ["Access", yes(status.needs_token, "with its token", "everybody who can reach this address")],
    [
      "Files that change",
      yes(status.watches, "are checked", "are not checked: it was started with --no-watch"),
    ],
    ["Clients", `${number(status.clients)} of ${number(status.max_clients)} follow events`],
    [
      "Event log",
      `${number(status.min_seq)} to ${number(Math.max(status.head, live.seq ?? 0))}, ${status.epoch}`,
    ],
    ["Record", yes(status.database_connected, "readable", "cannot be read at the moment")],
  ];
  return h(
    "dl",
    { class: "facts pad" },
    rows.map(([key, value]) => [h("dt", key), h("dd", value)]),
  );
}

export function settings(page) {
  const place = h("div");
  onChange(({ status }) => status && fill(place, facts()), page.signal);
  fill(
    page.root,
    page.title("Settings"),
    h(
      "div",
      { class: "split even" },
      h(
        "div",
        { class: "stack" },
        panel(
          "look-title",
          "In this browser",
          h("div", { class: "pad" }, appearance(), shortcuts()),
        ),
        panel("access-title", "Access", h("div", { class: "pad" }, access())),
      ),
      panel(
        "server-title",
        "The server",
        place,
        h(
          "p",
          { class: "pad muted" },
          "What it offers to programs: ",
          h("a", { href: "/api/openapi.json" }, "openapi.json"),
          ".",
        ),
      ),
    ),
  );
  fill(place, facts());
  readStatus();
}
