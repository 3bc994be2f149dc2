// An address that leads nowhere.

import { fill, h } from "../dom.js";
import { empty } from "../parts.js";
import { href } from "../router.js";

export function missing(page) {
  fill(
    page.root,
    page.title("Nothing here"),
    empty(
      "There is no page at this address.",
      h("p", h("a", { href: href("") }, "Go to the overview")),
    ),
  );
}
