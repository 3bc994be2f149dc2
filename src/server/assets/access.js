// The token: where it is asked for, and the page in place of all others while it is missing.

import { setToken, token } from "./api.js";
import { h } from "./dom.js";
import { live, readStatus } from "./state.js";
import { toast } from "./toasts.js";

/** A line for the token; it is kept in this tab only. */
export function tokenForm({ autofocus = false } = {}) {
  const field = h("input", {
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: token() ? "a token is set" : "none is set",
  });
  const use = () => {
    const value = field.value.trim();
    setToken(value);
    toast({
      kind: "good",
      title: value ? "The token is used from now on" : "The token is forgotten",
      text: "kept in this tab only",
    });
    field.value = "";
    readStatus();
    live.retry();
  };
  if (autofocus) requestAnimationFrame(() => field.focus());
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
    h("button", { type: "submit", class: "small primary" }, "Use it"),
    h(
      "p",
      { class: "muted" },
      "Needed where the server was started with ",
      h("code", "--auth token"),
      "; the address that it prints in the terminal contains it.",
    ),
  );
}

/** What stands in the place of a page that the server does not give. */
export function closed(page) {
  const { reason } = live;
  const asks = reason?.status === 401;
  page.root.append(
    page.title(asks ? "This server needs its token" : "Not allowed"),
    h(
      "section",
      { class: "panel closed", "aria-label": "Access" },
      h(
        "div",
        { class: "empty" },
        h("p", { class: "empty-title" }, reason?.message ?? "the server refuses to answer"),
        asks
          ? h(
              "p",
              "Open the address that ",
              h("code", "validator serve"),
              " printed, or enter the token here.",
            )
          : h("p", reason?.hint ?? ""),
        asks && tokenForm({ autofocus: true }),
        !asks &&
          h(
            "button",
            { type: "button", class: "primary", onclick: () => live.retry() },
            "Try again",
          ),
      ),
    ),
  );
}
