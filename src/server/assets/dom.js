// Builds elements from text and known attributes. Nothing in here turns data into markup: names of
// files and messages can only ever become text nodes.

const ATTRIBUTES = new Set([
  "autocomplete",
  "checked",
  "class",
  "colspan",
  "datetime",
  "disabled",
  "download",
  "for",
  "hidden",
  "href",
  "id",
  "list",
  "max",
  "maxlength",
  "min",
  "name",
  "open",
  "placeholder",
  "popover",
  "popovertarget",
  "role",
  "scope",
  "selected",
  "spellcheck",
  "tabindex",
  "title",
  "type",
  "value",
]);

function set(element, name, value) {
  if (name.startsWith("on")) {
    if (typeof value !== "function") throw new TypeError(`${name} takes a function`);
    element.addEventListener(name.slice(2), value);
  } else if (value === true) {
    set(element, name, "");
  } else if (value !== false && value !== null && value !== undefined) {
    const known = ATTRIBUTES.has(name) || name.startsWith("aria-") || name.startsWith("data-");
    if (!known) throw new TypeError(`${name} is no attribute that pages here have`);
    if (name === "href" && !/^(\/(?!\/)|#)/.test(value)) throw new TypeError("a link to elsewhere");
    element.setAttribute(name, value);
  }
}

/** An element; properties may be left out. Children are nodes, texts, lists of these, or nothing. */
export function h(tag, ...rest) {
  const element = document.createElement(tag);
  const [first] = rest;
  const props = first && Object.getPrototypeOf(first) === Object.prototype ? rest.shift() : {};
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(
    ...rest.flat(Infinity).filter((kid) => kid !== null && kid !== undefined && kid !== false),
  );
  return element;
}

/** An element of a drawing; attributes are geometry and classes made by this program. */
export function svg(tag, attributes, ...kids) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (/^(on|href|style|xlink)/.test(name)) throw new TypeError(`${name} is not for drawings`);
    element.setAttribute(name, value);
  }
  element.append(...kids.flat(Infinity));
  return element;
}

/** Puts these children in the place of all that are there. */
export function fill(element, ...kids) {
  element.replaceChildren(
    ...kids.flat(Infinity).filter((kid) => kid !== null && kid !== undefined && kid !== false),
  );
  return element;
}

// Characters that would be invisible, or turn the text around them, are shown by name.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text with every character visible. */
export function visible(text) {
  return String(text).replace(HIDDEN, (c) =>
    c === "\t" ? "→" : `‹U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}›`,
  );
}

/** A name from outside, kept apart from the direction of the text around it. */
export function name(text, props = {}) {
  return h("bdi", { ...props }, visible(text));
}

/** A path whose end, which tells files apart, stays readable when there is little room. */
export function path(text) {
  const shown = visible(text);
  const at = shown.lastIndexOf("/") + 1;
  return h(
    "bdi",
    { class: "path", title: shown },
    h("span", { class: "path-folder" }, shown.slice(0, at)),
    h("span", { class: "path-file" }, shown.slice(at)),
  );
}
