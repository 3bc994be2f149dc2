// The run that applies what is approved, while it goes: its bar, in the place where its outcome will be.

import { controls } from "../controls.js";
import { fill, h } from "../dom.js";
import { progress } from "../parts.js";
import { href } from "../router.js";
import { isOpen, onChange, runs } from "../state.js";

/** Shows the bar in `place` until `work` is done; gives what that gives. */
export async function withBar(place, work) {
  const known = new Set(runs.keys());
  const over = new AbortController();
  let shown = null;
  const text = h("h2", "Applying…");
  const body = h("div", { class: "applying" });
  const panel = h(
    "section",
    { class: "panel", "aria-label": "Applying" },
    h("header", { class: "panel-head" }, text),
    body,
  );
  fill(body, h("progress", { "aria-label": "progress of applying" }));
  const update = () => {
    const run = [...runs.values()].find(
      ({ id, kind, actor }) => kind === "enhance" && !known.has(id) && actor === "web",
    );
    if (!run) return;
    if (!shown) {
      const bar = progress(run, "progress of applying");
      const buttons = controls(run.id);
      shown = { bar, buttons };
      fill(body, bar.element, buttons.element);
      text.after(
        h("span", { class: "push" }),
        h("a", { href: href(`workflows/${run.id}`) }, "Show the run"),
      );
    }
    shown.bar.update(run);
    shown.buttons.update(run);
    if (!isOpen(run)) fill(text, "Reading the result…");
  };
  fill(place, panel);
  onChange(update, over.signal);
  try {
    return await work();
  } finally {
    over.abort();
    fill(place);
  }
}
