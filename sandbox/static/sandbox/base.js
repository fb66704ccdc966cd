/* What all parts of the phone share: the state, the person in hand, small tools, Beijing time. */

export const state = JSON.parse(document.getElementById("state").textContent);
export const $ = (id) => document.getElementById(id);
export const NOTICES = "服务通知";
const BEIJING_MS = 8 * 3600 * 1000;

export const view = {
  person: null,
  portrait: null,
  chat: official().appid,
  lines: [],
  revision: undefined,
  seen: {},
  screen: "talk",
  keyboard: false,
  drawn: "",
  poll: null,
};

export function element(tag, { text, className, testid, label, on, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  if (testid) made.dataset.testid = testid;
  if (label) made.setAttribute("aria-label", label);
  if (on) made.addEventListener("click", on);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter(Boolean));
  return made;
}

export function icon(name, className = "icon") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export async function ask(path, body, method = "POST") {
  const options = method === "GET" ? {} : {
    method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body || {}),
  };
  const answer = await fetch(`/_sim/${path}`, options);
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error);
  return found;
}

export async function act(name, body) {
  try {
    return await ask(`persons/${view.person}/${name}`, body);
  } catch (failed) {
    toast(failed.message);
    return null;
  }
}

export function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $("toast").hidden = true; }, 2600);
}

export function official() {
  return state.accounts.find((account) => account.kind === "oa");
}

export function account(appid) {
  return state.accounts.find((known) => known.appid === appid);
}

export function chatName(chat) {
  return account(chat)?.name ?? chat;
}

export function bond(appid) {
  return view.portrait?.bonds[appid];
}

export function avatar(name, color, size = "") {
  const made = element("span", { className: `avatar ${size}`, text: name.slice(0, 1), "aria-hidden": "true" });
  made.style.setProperty("--color", color);
  return made;
}

export function accountAvatar(appid, size = "") {
  if (appid === NOTICES) {
    const made = element("span", { className: `avatar notices ${size}`, "aria-hidden": "true" }, icon("bell"));
    return made;
  }
  const kind = account(appid)?.kind;
  return avatar(chatName(appid), kind === "mp" ? "#4f7dd1" : "#d9748a", size);
}

let ahead = 0;

export function now() {
  return Date.now() + ahead;
}

export function beijing(moment) {
  const shifted = new Date(new Date(moment).getTime() + BEIJING_MS);
  const two = (number) => String(number).padStart(2, "0");
  return {
    year: shifted.getUTCFullYear(), month: shifted.getUTCMonth() + 1, day: shifted.getUTCDate(),
    weekday: "日一二三四五六"[shifted.getUTCDay()],
    number: Math.floor(shifted.getTime() / 86400000),
    clock: `${two(shifted.getUTCHours())}:${two(shifted.getUTCMinutes())}`,
    local: shifted.toISOString().slice(0, 16),
  };
}

export function dayName(moment) {
  const then = beijing(moment);
  const today = beijing(now());
  const days = today.number - then.number;
  if (days === 0) return "";
  if (days === 1) return "昨天";
  if (days > 1 && days < 7) return `星期${then.weekday}`;
  const year = then.year === today.year ? "" : `${then.year}年`;
  return `${year}${then.month}月${then.day}日`;
}

export function stamp(moment) {
  return `${dayName(moment)} ${beijing(moment).clock}`.trim();
}

export function setAhead(moment) {
  ahead = new Date(moment).getTime() - Date.now();
  state.offset_seconds = ahead / 1000;
}
