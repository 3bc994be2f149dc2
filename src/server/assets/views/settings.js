// How the dashboard looks and behaves in this browser, and what the server runs with.

import { tokenForm } from "../access.js";
import { fill, h, name } from "../dom.js";
import { EDITORS, editorAddress, setEditorAddress } from "../editor.js";
import { number } from "../format.js";
import { areOn, help, turn } from "../keys.js";
import { panel, select } from "../parts.js";
import { href } from "../router.js";
import { live, onChange, readStatus, state } from "../state.js";
import { toast } from "../toasts.js";

const THEMES = [
  ["", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];
/** How often the server is asked while somebody looks at this page. */
const PACE = 5000;

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

/** Which editor opens the places of findings. */
function editor() {
  const field = h("input", {
    type: "text",
    name: "editor",
    value: editorAddress(),
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": "Address that opens a place",
  });
  const set = (address) => {
    if (setEditorAddress(address)) toast({ kind: "good", title: "The editor is set" });
    else
      toast({
        kind: "bad",
        title: "This is no address of an editor",
        text: "it begins with the editor's own scheme, such as vscode:, and has {path} and {line}",
      });
    field.value = editorAddress();
  };
  field.addEventListener("change", () => set(field.value.trim()));
  const known = Object.entries(EDITORS).find(([, [, address]]) => address === editorAddress());
  const names = Object.entries(EDITORS).map(([key, [title]]) => [key, title]);
  return h(
    "fieldset",
    { class: "options editor" },
    h("legend", "Editor"),
    select("Opens in", "another", names, known?.[0] ?? "", (key) => key && set(EDITORS[key][1])),
    h("label", { class: "field grow" }, h("span", "Address"), field),
    h(
      "p",
      { class: "muted" },
      h("code", "{path}"),
      ", ",
      h("code", "{line}"),
      " and ",
      h("code", "{column}"),
      " stand for the place of a finding.",
    ),
  );
}

function facts() {
  const { status } = state;
  if (!status) return h("p", { class: "muted pad" }, "The server has not answered yet.");
  const yes = (on, text, otherwise) => (on ? text : otherwise);
  const rows = [
    ["Directory", name(status.root)],
    ["Version", status.version],
    [
      "Changes from here",
      yes(status.writable, "allowed", "read-only: start it with --allow-write"),
    ],
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
    ["Run history", yes(status.database_connected, "readable", "cannot be read at the moment")],
  ];
  return h(
    "dl",
    { class: "facts pad" },
    rows.map(([key, value]) => [h("dt", key), h("dd", value)]),
  );
}

export function settings(page) {
  const place = h("div");
  onChange(({ status, live: connection }) => {
    if (status) fill(place, facts());
    // This page is one of those that follow events once it is live.
    if (connection && live.state === "live") readStatus();
  }, page.signal);
  const asking = setInterval(() => document.hidden || readStatus(), PACE);
  page.signal.addEventListener("abort", () => clearInterval(asking));
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
          h("div", { class: "pad" }, appearance(), shortcuts(), editor()),
        ),
        panel("access-title", "Access", h("div", { class: "pad" }, tokenForm())),
      ),
      panel(
        "server-title",
        "The server",
        place,
        h(
          "p",
          { class: "pad muted" },
          "For programs: ",
          h("a", { href: "/api/openapi.json" }, "openapi.json"),
          ". Who decided what: ",
          h("a", { href: href("audit") }, "decisions"),
          ". What is checked: ",
          h("a", { href: href("rules") }, "rules"),
          ".",
        ),
      ),
    ),
  );
  fill(place, facts());
  readStatus();
}
