// Pause, resume and cancel of a run, whoever runs it.

import { post } from "./api.js";
import { h } from "./dom.js";
import { action, ask } from "./parts.js";
import { runs } from "./state.js";
import { toast } from "./toasts.js";

const DONE = { pause: "Pausing", resume: "Resuming", cancel: "Cancelling" };

export function controls(id) {
  let run = null;
  const request = async (what) => {
    const answer = await post(`/api/workflows/${id}/${what}`);
    const known = runs.get(id);
    if (known) known.requested = answer.requested;
    toast({ title: DONE[what], text: "takes effect within half a second" });
  };
  const cancel = async () => {
    const sure = await ask({
      title: "Cancel this run?",
      text: "What it has checked so far is kept.",
      confirm: "Cancel the run",
      kind: "danger",
    });
    if (sure) await request("cancel");
  };
  const pause = action("Pause", () => request("pause"), { kind: "small" });
  const resume = action("Resume", () => request("resume"), { kind: "small" });
  const stop = action("Cancel", cancel, { kind: "small" });
  const element = h("div", { class: "buttons controls" }, pause, resume, stop);
  return {
    element,
    update: (now) => {
      run = now;
      pause.hidden = run.state !== "RUNNING";
      resume.hidden = run.state !== "PAUSED";
      stop.hidden = !["PENDING", "RUNNING", "PAUSED"].includes(run.state);
      element.hidden = stop.hidden;
    },
  };
}
