// Opens places of files in the reader's editor. Which one is a matter of this browser.

import { fill, h, outward } from "./dom.js";
import { onChange, state } from "./state.js";

const KEY = "validator.editor";
const SLASHES = "//";
/** Editors by the addresses that they open; `{path}` is the whole path, `{line}` the line. */
export const EDITORS = {
  vscode: ["VS Code", `vscode:${SLASHES}file{path}:{line}:{column}`],
  vscodium: ["VSCodium", `vscodium:${SLASHES}file{path}:{line}:{column}`],
  cursor: ["Cursor", `cursor:${SLASHES}file{path}:{line}:{column}`],
  zed: ["Zed", `zed:${SLASHES}file{path}:{line}:{column}`],
  idea: ["IntelliJ IDEA", `idea:${SLASHES}open?file={path}&line={line}&column={column}`],
  emacs: ["Emacs", `emacs:${SLASHES}open?url=file:${SLASHES}{path}&line={line}&column={column}`],
};

/** The address that is set: one of the editors, or what somebody wrote. */
export const editorAddress = () => localStorage.getItem(KEY) || EDITORS.vscode[1];

/** Sets it; says whether it can be one. */
export function setEditorAddress(address) {
  try {
    outward(address, {});
  } catch {
    return false;
  }
  localStorage.setItem(KEY, address);
  return true;
}

/** A place for a link that opens a place of a file: it is there once the server's root is known. */
export function editorLink(path, place, props, signal) {
  const element = h("span", { class: "contents" });
  const draw = () => fill(element, link(path, place, props) ?? []);
  draw();
  onChange(({ status }) => status && element.childElementCount === 0 && draw(), signal);
  return element;
}

function link(path, { line = 1, column = 1 } = {}, props = {}) {
  const root = state.status?.root;
  if (!root) return null;
  const whole = `${root.replaceAll("\\", "/")}/${path}`.replace(/^(?!\/)/, "/");
  const values = {
    path: whole.split("/").map(encodeURIComponent).join("/"),
    line: String(line),
    column: String(column),
  };
  const address = editorAddress().replace(/\{(path|line|column)\}/g, (_, key) => values[key]);
  try {
    return outward(address, props, "Open in editor");
  } catch {
    return null;
  }
}
