// A clinic's day without a network. The page is one file: the list stands in it, what is done is
// kept by this browser under the pack's own name, and goes back as a file to be merged.
"use strict";

const pack = JSON.parse(document.getElementById("pack").textContent);
const PLACE = `yunyu-pack/${pack.head.pack}`;
const WALK_IN = "walk_in";
const ORDER = ["called", "checked_in", "booked", "no_show", "left", "seen"];
const TAIL = /^\d{4,}$/;
const element = (id) => document.getElementById(id);
const beijing = (options, at = new Date()) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai", hourCycle: "h23", ...options }).format(at);
const dayOf = (at) => beijing({ year: "numeric", month: "2-digit", day: "2-digit" }, at);
const hourOf = (at) => beijing({ hour: "2-digit", minute: "2-digit" }, new Date(at));

let kept = { acts: [], saved: 0 };
let isKept = true;

const isOver = () => new Date() >= new Date(pack.head.merge_until);
const isToday = () => dayOf() === pack.head.day;

// Another window of this file may have written since: what is stored counts, not what we remember.
const read = () => {
  if (!isKept) return;
  try {
    kept = JSON.parse(localStorage.getItem(PLACE)) || kept;
  } catch {
    isKept = false;
  }
};
const write = (next) => {
  kept = next;
  try {
    localStorage.setItem(PLACE, JSON.stringify(kept));
  } catch {
    isKept = false;
  }
};

const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");

const note = (fields) => {
  read();
  const act = { key: newKey(), at: new Date().toISOString(), ...fields };
  if (act.act === WALK_IN) act.visit = act.key;
  write({ ...kept, acts: [...kept.acts, act] });
  return act.visit;
};

// Only what stands in no file yet can be taken back: a file that was saved may be merged by now.
const lastOf = (visit) => kept.acts.map((one) => one.visit).lastIndexOf(visit);
const isOpen = (visit) => lastOf(visit) >= kept.saved;
const takeBack = (visit) => {
  read();
  const last = lastOf(visit);
  if (isOpen(visit)) write({ ...kept, acts: kept.acts.filter((_, at) => at !== last) });
};

const after = (state, act) => (pack.steps[state] || []).find((one) => one.act === act)?.after || state;

const visits = () => {
  const walkIns = kept.acts
    .filter((one) => one.act === WALK_IN)
    .map((one) => ({ id: one.visit, name: one.name, time: hourOf(one.at), state: "checked_in", walkIn: true }));
  return [...pack.visits, ...walkIns]
    .map((one) => ({ ...one, state: kept.acts.filter((act) => act.visit === one.id).reduce((state, act) => after(state, act.act), one.state) }))
    .sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state) || one.time.localeCompare(other.time));
};

const isFound = (visit, words) => {
  if (!words) return true;
  if (/^\d+$/.test(words)) return (TAIL.test(words) && words.endsWith(visit.tail || "-")) || words === String(visit.number);
  return visit.name.includes(words) || (visit.whose || "").includes(words);
};

const made = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

const button = (name, visit, className, press) => {
  const one = made("button", className, name);
  one.type = "button";
  one.setAttribute("aria-label", `${name}：${visit.name}`);
  one.addEventListener("click", press);
  return one;
};

const act = (visit, step) => {
  note({ visit: visit.id, act: step.act });
  render(`${visit.name}：${step.name}，已记下`, visit.id);
};

const row = (visit) => {
  const item = made("li", `visit is-${visit.state}`);
  item.dataset.visit = visit.id;
  const when = made("div", "when", visit.time);
  const who = made("div", "who");
  who.append(made("strong", "", visit.name), made("span", "badge", pack.labels[visit.state]));
  const more = [visit.walkIn ? "没有预约，联网后补登" : `预约号 ${visit.number}`, visit.share, visit.whose, visit.tail && `尾号 ${visit.tail}`];
  who.append(made("small", "", more.filter(Boolean).join(" · ")));
  const steps = made("div", "steps");
  if (isToday()) {
    (pack.steps[visit.state] || []).forEach((step, at) =>
      steps.append(button(step.name, visit, at ? "" : "main", () => act(visit, step))));
    if (isOpen(visit.id))
      steps.append(button("撤回", visit, "quiet", () => {
        takeBack(visit.id);
        render(`${visit.name}：已撤回上一步`, visit.id);
      }));
  }
  item.append(when, who, steps);
  return item;
};

const render = (said = "", focus = "") => {
  const words = element("words").value.trim();
  const all = isOver() ? [] : visits();
  const shown = all.filter((one) => isFound(one, words));
  element("list").replaceChildren(...shown.map(row));
  element("nobody").hidden = shown.length > 0 || isOver();
  element("nobody").textContent = words ? "没有找到。手机尾号要输四位。" : "这一天没有人预约。";
  element("over").hidden = !isOver();
  element("another").hidden = isToday() || isOver();
  element("forgetful").hidden = isKept;
  element("walk").hidden = !isToday();
  element("counts").textContent = ORDER.map((state) => [pack.labels[state], all.filter((one) => one.state === state).length])
    .filter(([, count]) => count).map(([name, count]) => `${name} ${count}`).join(" · ");
  const open = kept.acts.length - kept.saved;
  element("open").textContent = open ? `${open} 条还没存成文件` : kept.acts.length ? "全部已存成文件" : "还没有记录";
  element("open").className = open ? "is-open" : "";
  element("news").textContent = said;
  if (focus) document.querySelector(`[data-visit="${CSS.escape(focus)}"] button`)?.focus();
};

const save = () => {
  read();
  const result = { kind: pack.kind, head: pack.head, acts: kept.acts };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(result)], { type: "application/json" }));
  link.download = `${pack.file}-${hourOf(new Date()).replace(":", "")}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  write({ ...kept, saved: kept.acts.length });
  render("结果文件已存到这台电脑的下载文件夹");
};

element("words").addEventListener("input", () => render());
element("save").addEventListener("click", save);
element("walk").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = element("name").value.trim();
  if (!name) return;
  element("name").value = "";
  note({ act: WALK_IN, name });
  render(`${name}：已记下`);
  element("name").focus();
});
window.addEventListener("storage", () => {
  read();
  render("另一个窗口有新的记录");
});
window.addEventListener("beforeunload", (event) => {
  if (!isKept && kept.acts.length > kept.saved) event.preventDefault();
});

// When its days are over nobody can merge it: the names of walk-ins do not stay in the browser.
const forget = () => {
  try {
    localStorage.removeItem(PLACE);
  } catch {
    isKept = false;
  }
};
if (isOver()) {
  forget();
} else {
  read();
  write(kept);
}
render();
