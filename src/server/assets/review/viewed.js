// Which recommendations somebody has looked at. It is kept in this browser only, for each record.

import { state } from "../state.js";

const KEY = "validator.viewed";
/** The oldest marks make room. */
const MOST = 5000;

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "null");
    // Before the server has said which record this is, it is taken for the same.
    const isSame = !state.epoch || found?.epoch === state.epoch;
    return isSame && Array.isArray(found?.ids) ? found : { epoch: state.epoch, ids: [] };
  } catch {
    return { epoch: state.epoch, ids: [] };
  }
}

const read = () => kept().ids;

export const isViewed = (id) => read().includes(id);

export const viewedOf = (ids) => {
  const marked = new Set(read());
  return ids.filter((id) => marked.has(id)).length;
};

export function markViewed(id, on) {
  const others = read().filter((one) => one !== id);
  const ids = on ? [...others, id].slice(-MOST) : others;
  localStorage.setItem(KEY, JSON.stringify({ epoch: state.epoch ?? kept().epoch, ids }));
}
