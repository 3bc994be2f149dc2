"use strict";
(() => {
  const HEIGHT = 52;
  const NAMES = ["error", "warning", "info"];
  const data = JSON.parse(document.getElementById("data").textContent);
  const all = [];
  for (const [path, findings] of data) {
    for (const finding of findings) {
      all.push([path, ...finding]);
    }
  }
  const find = (id) => document.getElementById(id);
  const [search, severity, rule, list, rows, told] =
    ["search", "severity", "rule", "list", "rows", "told"].map(find);
  let chosen = all;

  const rules = [...new Set(all.map((finding) => finding[4]))].sort();
  for (const name of rules) {
    rule.append(new Option(name, name));
  }

  const element = (name, kind, text) => {
    const made = document.createElement(name);
    made.className = kind;
    made.textContent = text;
    return made;
  };

  const row = (index) => {
    const [path, line, column, level, id, message, fix] = chosen[index];
    const made = element("div", "row", "");
    made.setAttribute("role", "listitem");
    made.setAttribute("aria-posinset", String(index + 1));
    made.setAttribute("aria-setsize", String(chosen.length));
    made.style.top = `${index * HEIGHT}px`;
    const first = document.createElement("div");
    first.append(
      element("span", NAMES[level], NAMES[level]),
      " ",
      element("span", "rule", id),
      ` ${message}${fix ? " [fixable]" : ""}`,
    );
    first.title = message;
    made.append(first, element("div", "place", `${path}:${line}:${column}`));
    return made;
  };

  const draw = () => {
    const from = Math.max(0, Math.floor(list.scrollTop / HEIGHT) - 5);
    const to = Math.min(chosen.length, Math.ceil((list.scrollTop + list.clientHeight) / HEIGHT) + 5);
    const drawn = [];
    for (let index = from; index < to; index += 1) {
      drawn.push(row(index));
    }
    rows.replaceChildren(...drawn);
  };

  const choose = () => {
    const words = search.value.toLowerCase();
    chosen = all.filter(
      (finding) =>
        (severity.value === "" || finding[3] === Number(severity.value)) &&
        (rule.value === "" || finding[4] === rule.value) &&
        (words === "" || `${finding[0]} ${finding[5]}`.toLowerCase().includes(words)),
    );
    rows.style.height = `${chosen.length * HEIGHT}px`;
    list.scrollTop = 0;
    told.textContent = `${chosen.length.toLocaleString("en")} of ${all.length.toLocaleString("en")} findings`;
    draw();
  };

  find("findings").hidden = all.length === 0;
  find("filter").addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", choose);
  severity.addEventListener("change", choose);
  rule.addEventListener("change", choose);
  list.addEventListener("scroll", draw);
  addEventListener("resize", draw);
  choose();
})();
