// Builds elements from text and known attributes. Nothing in here turns data into markup: names of
// files and messages can only ever become text nodes.

const ATTRIBUTES = new Set([
  "autocomplete",
  "checked",
  "class",
  "colspan",
  "datetime",
  "dir",
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

/** A link that another program opens, such as an editor; nothing on the web. */
export function outward(address, props, ...kids) {
  if (
    !/^[a-z][a-z0-9+.-]*:/i.test(address) ||
    /^(https?|javascript|data|blob|vbscript|file):/i.test(address)
  )
    throw new TypeError("no address of an editor");
  const link = h("a", props, ...kids);
  link.setAttribute("href", address);
  return link;
}

// Characters that would be invisible, or turn the text around them, are shown by name.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Scripts whose letters change their shape with U+200C and U+200D between them. */
const SHAPED =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{M}]/u;
const PICTURE = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]|\ufe0f/u;

/** Whether a joiner does its work: within an emoji, or between letters that it shapes. */
function joins(c, before, after) {
  if (c === "\u200d" && PICTURE.test(before) && PICTURE.test(after)) return true;
  return /[\u200c\u200d]/.test(c) && SHAPED.test(before) && SHAPED.test(after);
}

/** The text with every character visible. */
export function visible(text) {
  const whole = String(text);
  return whole.replace(HIDDEN, (c, at) => {
    if (c === "\t") return "→";
    const before = whole.slice(Math.max(0, at - 2), at);
    if (joins(c, [...before].at(-1) ?? "", String.fromCodePoint(whole.codePointAt(at + 1) ?? 32)))
      return c;
    return `‹U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}›`;
  });
}

/** A name from outside, kept apart from the direction of the text around it. */
export function name(text, props = {}) {
  return h("bdi", { ...props }, visible(text));
}

/** A message from outside; what it quotes with back-quotes is code. */
export function message(text) {
  const parts = visible(text).split(/(`[^`]+`)/);
  return h(
    "bdi",
    parts.map((part) => (/^`.+`$/s.test(part) ? h("code", part.slice(1, -1)) : part)),
  );
}

/** A path whose end, which tells files apart, stays readable when there is little room. */
export function path(text) {
  const shown = visible(text);
  const at = shown.lastIndexOf("/") + 1;
  return h(
    "bdi",
    { class: "path", title: shown, dir: "ltr" },
    h("span", { class: "path-directory" }, shown.slice(0, at)),
    h("bdi", { class: "path-file" }, shown.slice(at)),
  );
}
