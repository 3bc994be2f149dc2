// The results of single pages: the newest of each, or all.

import { get } from "../api.js";
import { fill, h, name, path } from "../dom.js";
import { plural } from "../format.js";
import { badge, counts, empty, firstSteps, input, loading, select, when } from "../parts.js";
import { href } from "../router.js";
import { onChange } from "../state.js";

const STATUSES = ["passed", "warned", "failed", "unreadable"];

function row(found) {
  return h(
    "tr",
    h("td", badge(found.status)),
    h(
      "td",
      { class: "main-cell" },
      h("a", { href: href(`validations/${found.id}`) }, path(found.path)),
    ),
    h("td", { class: "number" }, found.error ? name(found.error) : counts(found.counts)),
    h("td", found.review ? badge(found.review) : h("span", { class: "muted" }, "–")),
    h("td", when(found.ts_us)),
  );
}

export function validations(page) {
  if (!("current" in page.query)) page.query = { current: "true", ...page.query };
  const body = h("tbody");
  const place = h("div");
  const table = h(
    "table",
    h("caption", { class: "hidden" }, "Validations, newest first"),
    h(
      "thead",
      h(
        "tr",
        ["Result", "Page", "Findings", "Review", "When"].map((title) =>
          h("th", { scope: "col" }, title),
        ),
      ),
    ),
    body,
  );
  const more = h(
    "button",
    { type: "button", class: "more", onclick: () => load(next) },
    "Show more",
  );
  const fresh = h("button", {
    type: "button",
    class: "jump inline",
    hidden: true,
    onclick: () => load(),
  });
  let next = null;
  let news = 0;

  async function load(after) {
    await loading(place, async () => {
      const { current, ...rest } = page.query;
      const found = await get(
        "/api/validations",
        { ...rest, current: current === "true", after, limit: 100 },
        page.signal,
      );
      if (!after) {
        fill(body);
        news = 0;
        fresh.hidden = true;
      }
      body.append(...found.items.map(row));
      next = found.next;
      more.hidden = !next;
      if (body.childElementCount > 0)
        return [
          h(
            "div",
            { class: "table-scroll", role: "group", "aria-label": "Validations", tabindex: "0" },
            table,
          ),
          more,
        ];
      return page.query.status || page.query.path
        ? empty(
            "No page fits these filters",
            h("p", h("a", { href: href("validations") }, "Show all pages")),
          )
        : empty("No page has been checked yet", firstSteps());
    });
  }

  const filter = (field) => (value) => {
    page.remember({ ...page.query, [field]: value });
    load();
  };
  onChange(({ events, reset }) => {
    if (reset) return load();
    news += events.filter((event) => event.type === "validation_created").length;
    if (news === 0) return;
    fresh.hidden = false;
    fill(fresh, `${plural(news, "new result")} ↑`);
  }, page.signal);
  fill(
    page.root,
    page.title("Validations"),
    h(
      "div",
      { class: "filters" },
      input("Path", "docs/ or *.md", page.query.path, filter("path")),
      select("Result", "any result", STATUSES, page.query.status, filter("status")),
      select(
        "Which",
        "all there ever were",
        [["true", "newest of each page"]],
        page.query.current,
        filter("current"),
      ),
      fresh,
    ),
    h("section", { class: "panel", "aria-label": "Results" }, place),
  );
  load();
}
