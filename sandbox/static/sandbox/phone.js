"use strict";

/* The phone: draws chats from /_sim and acts for the person who holds it. */

const state = JSON.parse(document.getElementById("state").textContent);
const $ = (id) => document.getElementById(id);
const NOTICES = "服务通知";
const STAMP_GAP_MS = 5 * 60 * 1000;
const BEIJING_MS = 8 * 3600 * 1000;
const VERDICTS = {
  waiting: "等待", silent: "无回复", replied: "已回复", transferred: "转人工", ignored: "不显示", failed: "失败",
};
const NAMES = {
  text: "文字消息", subscribe: "关注", unsubscribe: "取消关注", SCAN: "扫码", CLICK: "点菜单",
  VIEW: "打开菜单网页", view_miniprogram: "打开小程序", TEMPLATESENDJOBFINISH: "模板消息回执",
  subscribe_msg_popup_event: "订阅弹窗结果", subscribe_msg_change_event: "关闭订阅",
  subscribe_msg_sent_event: "订阅消息回执", user_enter_tempsession: "进入客服会话",
};

const view = {
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
  frame: null,
  ask: null,
};

/* ---- small tools ---- */

function element(tag, { text, className, testid, label, on, ...attributes } = {}, ...children) {
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

function icon(name, className = "icon") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

async function ask(path, body, method = "POST") {
  const options = method === "GET" ? {} : {
    method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body || {}),
  };
  const answer = await fetch(`/_sim/${path}`, options);
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error);
  return found;
}

async function act(name, body) {
  try {
    return await ask(`persons/${view.person}/${name}`, body);
  } catch (failed) {
    toast(failed.message);
    return null;
  }
}

function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $("toast").hidden = true; }, 2600);
}

function official() {
  return state.accounts.find((account) => account.kind === "oa");
}

function account(appid) {
  return state.accounts.find((known) => known.appid === appid);
}

function chatName(chat) {
  return account(chat)?.name ?? chat;
}

function bond(appid) {
  return view.portrait?.bonds[appid];
}

/* ---- time ---- */

let ahead = 0;

function now() {
  return Date.now() + ahead;
}

function beijing(moment) {
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

function dayName(moment) {
  const then = beijing(moment);
  const today = beijing(now());
  const days = today.number - then.number;
  if (days === 0) return "";
  if (days === 1) return "昨天";
  if (days > 1 && days < 7) return `星期${then.weekday}`;
  const year = then.year === today.year ? "" : `${then.year}年`;
  return `${year}${then.month}月${then.day}日`;
}

function stamp(moment) {
  return `${dayName(moment)} ${beijing(moment).clock}`.trim();
}

function drawClock() {
  const today = beijing(now());
  $("status-time").textContent = today.clock;
  $("clock").textContent = `${today.year}年${today.month}月${today.day}日 星期${today.weekday} ${today.clock}`;
  const offset = Math.round(state.offset_seconds / 60);
  const days = Math.abs(offset) >= 1440 ? `${(Math.abs(offset) / 1440).toFixed(1)} 天` : `${Math.abs(offset)} 分钟`;
  $("clock-note").textContent = offset === 0 ? "北京时间，与真实时间一致" : `北京时间，比真实时间${offset > 0 ? "快" : "慢"} ${days}`;
}

function setNow(moment) {
  ahead = new Date(moment).getTime() - Date.now();
  state.offset_seconds = ahead / 1000;
  drawClock();
}

/* ---- chat lines ---- */

function avatar(name, color, size = "") {
  const made = element("span", { className: `avatar ${size}`, text: name.slice(0, 1), "aria-hidden": "true" });
  made.style.setProperty("--color", color);
  return made;
}

function accountAvatar(appid, size = "") {
  if (appid === NOTICES) {
    const made = element("span", { className: `avatar notices ${size}`, "aria-hidden": "true" }, icon("bell"));
    return made;
  }
  const kind = account(appid)?.kind;
  return avatar(chatName(appid), kind === "mp" ? "#4f7dd1" : "#d9748a", size);
}

function textPart(part) {
  if (part.kind === "link") return element("a", { text: part.text, href: part.url, on: opening({ url: part.url }) });
  if (part.kind === "mini") return element("a", { text: part.text, href: "#", on: opening(part) });
  if (part.kind === "menu") {
    const tap = (event) => { event.preventDefault(); say(part.send, part.menu_id); };
    return element("a", { text: part.text, href: "#", testid: "menu-link", on: tap });
  }
  return document.createTextNode(part.text);
}

function opening(target) {
  return (event) => { event.preventDefault(); open(target); };
}

function textBubble(line) {
  const bubble = element("div", { className: "bubble", testid: `bubble-${line.side}` });
  bubble.append(...line.parts.map(textPart));
  return bubble;
}

function newsCard(line) {
  const picture = line.picture ? element("img", { className: "news-picture", src: line.picture, alt: "" }) : null;
  return element("button", { className: "news", type: "button", testid: "news", on: () => open({ url: line.url }) },
    element("strong", { text: line.title }),
    element("span", { className: "news-row" }, element("span", { text: line.description }), picture));
}

function miniCard(line) {
  return element("button", { className: "news", type: "button", testid: "mini", on: () => open(line.opens) },
    element("span", { className: "mini-name" }, accountAvatar(line.opens.appid, "tiny"), element("span", { text: line.account_name })),
    element("strong", { text: line.title }),
    element("span", { className: "mini-foot" }, icon("mini"), element("span", { text: "小程序" })));
}

const DRAW = {
  text: textBubble,
  news: newsCard,
  mini: miniCard,
  media: (line) => element("div", { className: "bubble media", text: `[${{ image: "图片", voice: "语音", video: "视频", music: "音乐" }[line.media]}]` }),
};

function templateCard(line) {
  const leads = line.opens.url || line.opens.appid;
  const rows = line.lines.map((row) => element("div", { className: "card-row" },
    element("dt", { text: row.label }), element("dd", { text: row.value })));
  const foot = leads && element("span", { className: "card-foot" },
    element("span", { text: line.opens.appid ? "进入小程序查看" : "详情" }), element("i", { className: "chevron" }));
  const inner = [
    element("span", { className: "card-head" }, accountAvatar(line.from, "tiny"), element("span", { text: line.account_name })),
    element("strong", { className: "card-title", text: line.title }),
    element("dl", {}, ...rows), foot,
  ];
  const card = leads
    ? element("div", { className: "card", testid: "card", role: "button", tabindex: "0", on: () => open(line.opens) }, ...inner)
    : element("div", { className: "card", testid: "card" }, ...inner);
  card.addEventListener("keydown", (event) => { if (event.key === "Enter" && leads) open(line.opens); });
  return card;
}

function drawLine(line) {
  if (line.side === "card") return templateCard(line);
  if (line.side === "middle") return element("p", { className: "middle", text: line.text, testid: "failure" });
  const mine = line.side === "me";
  const face = mine ? avatar(view.portrait.name, view.portrait.avatar_color) : accountAvatar(line.chat);
  const content = (DRAW[line.kind] ?? textBubble)(line);
  const byline = line.generated && element("small", { className: "byline", text: "内容由第三方AI生成" });
  return element("div", { className: `line ${line.side}` }, face, element("div", { className: "content" }, content, byline));
}

function drawLines() {
  const lines = view.lines.filter((line) => line.chat === view.chat);
  const key = `${view.person} ${view.chat} ${beijing(now()).number} ${lines.at(-1)?.seq ?? 0}`;
  if (key === view.drawn) return;
  view.drawn = key;
  const made = [];
  let last = -Infinity;
  for (const line of lines) {
    const moment = new Date(line.at).getTime();
    if (Math.abs(moment - last) > STAMP_GAP_MS) {
      made.push(element("time", { className: "stamp", text: stamp(line.at), datetime: line.at }));
    }
    last = moment;
    made.push(drawLine(line));
  }
  $("lines").replaceChildren(...made);
  $("lines").scrollTop = $("lines").scrollHeight;
}

/* ---- screens ---- */

function chatIds() {
  const talks = state.accounts.filter((known) => known.kind === "oa").map((known) => known.appid);
  const minis = state.accounts.filter((known) => known.kind === "mp").map((known) => known.appid);
  const used = [NOTICES, ...minis].filter((chat) => view.lines.some((line) => line.chat === chat));
  return [...talks, ...used];
}

function summary(line) {
  if (!line) return "还没有消息";
  if (line.kind === "card") return line.title;
  if (line.kind === "news" || line.kind === "mini") return `[链接] ${line.title}`;
  if (line.kind === "media") return "[图片]";
  return line.parts ? line.parts.map((part) => part.text).join("") : line.text;
}

function drawHome() {
  $("chats").replaceChildren(...chatIds().map((chat) => {
    const lines = view.lines.filter((line) => line.chat === chat);
    const last = lines.at(-1);
    const fresh = lines.filter((line) => line.side !== "me" && line.seq > (view.seen[chat] ?? 0)).length;
    return element("li", {}, element("button", { className: "chat-row", type: "button", testid: `chat-${chat}`, on: () => enter(chat) },
      element("span", { className: "badge-holder" }, accountAvatar(chat, "middle-size"),
        fresh ? element("span", { className: "badge", text: String(fresh), label: `${fresh} 条新消息` }) : null),
      element("span", { className: "chat-text" }, element("b", { text: chatName(chat) }), element("span", { text: summary(last) })),
      element("time", { text: last ? dayName(last.at) || beijing(last.at).clock : "" })));
  }));
}

function show(screen) {
  view.screen = screen;
  for (const name of ["home", "talk", "profile"]) $(name).hidden = name !== screen;
  draw();
}

function enter(chat) {
  view.chat = chat;
  view.drawn = "";
  closeSubMenu();
  const following = account(chat)?.kind !== "oa" || bond(chat)?.following;
  show(following ? "talk" : "profile");
}

function drawTalk() {
  const chat = view.chat;
  const isOfficial = account(chat)?.kind === "oa";
  const menu = state.menus[chat]?.button ?? [];
  const asMenu = isOfficial && menu.length > 0 && !view.keyboard;
  $("title").textContent = chatName(chat);
  $("more").hidden = !isOfficial;
  $("menu").hidden = !asMenu;
  $("input").hidden = !isOfficial || asMenu;
  $("to-menu").hidden = menu.length === 0;
  drawMenu(menu);
  drawLines();
  view.seen[chat] = Math.max(0, ...view.lines.filter((line) => line.chat === chat).map((line) => line.seq));
}

function drawProfile() {
  const shown = account(view.chat) ?? official();
  const following = bond(shown.appid)?.following;
  $("profile-name").textContent = shown.name;
  $("profile-mark").textContent = [shown.verified ? "微信认证" : "未认证", shown.category].filter(Boolean).join(" · ");
  $("profile-avatar").replaceWith(Object.assign(accountAvatar(shown.appid, "large"), { id: "profile-avatar" }));
  $("follow").hidden = following;
  $("enter").hidden = !following;
  $("unfollow").hidden = !following;
}

function draw() {
  if (!view.portrait) return;
  ({ home: drawHome, talk: drawTalk, profile: drawProfile })[view.screen]();
}

/* ---- menu ---- */

function drawMenu(buttons) {
  const key = JSON.stringify(buttons);
  if ($("menu-buttons").dataset.key === key) return;
  $("menu-buttons").dataset.key = key;
  $("menu-buttons").replaceChildren(...buttons.map((button, place) => {
    const inner = button.sub_button ?? [];
    const tap = (event) => { event.stopPropagation(); inner.length ? toggleSubMenu(holder, made, inner) : tapMenu(button); };
    const made = element("button", { type: "button", className: "menu-button", testid: `menu-${place}`, on: tap },
      inner.length ? element("i", { className: "stripes" }) : null, element("span", { text: button.name }));
    if (inner.length) made.setAttribute("aria-expanded", "false");
    const holder = element("div", { className: "menu-holder" }, made);
    return holder;
  }));
}

function toggleSubMenu(holder, button, inner) {
  const wasOpen = holder.querySelector(".sub-menu");
  closeSubMenu();
  if (wasOpen) return;
  button.setAttribute("aria-expanded", "true");
  const items = inner.map((below) => element("button", {
    type: "button", text: below.name, testid: "sub-menu-item", on: () => { closeSubMenu(); tapMenu(below); },
  }));
  holder.append(element("div", { className: "sub-menu" }, ...items));
}

function closeSubMenu() {
  document.querySelectorAll(".sub-menu").forEach((open) => open.remove());
  document.querySelectorAll(".menu-button[aria-expanded]").forEach((button) => button.setAttribute("aria-expanded", "false"));
}

async function tapMenu(button) {
  const key = button.key ?? button.pagepath ?? button.url;
  const found = await act("tap_menu", { account: view.chat, key });
  if (found && (found.opens.url || found.opens.appid)) open(found.opens);
}

/* ---- speaking ---- */

async function say(text, menuId = "") {
  if (!text.trim()) return;
  $("lines").classList.add("waiting");
  await act("say", { account: view.chat, text, menu_id: menuId });
  $("lines").classList.remove("waiting");
}

/* ---- the frame ---- */

function open(target) {
  const mini = target.appid && account(target.appid);
  const url = mini?.page_url ? mini.page_url.replace("{page}", target.page || "") : target.url;
  if (!url) {
    toast(`小程序页面 ${target.page || "首页"} 没有配置网页版`);
    return;
  }
  $("frame").classList.toggle("mini", Boolean(mini));
  $("frame-title").textContent = mini ? mini.name : chatName(view.chat);
  $("page").src = url;
  $("frame").hidden = false;
  view.frame = { depth: null, steps: 0, opener: document.activeElement };
  $("frame-back").focus();
}

function frameBack() {
  const far = view.frame.depth !== null && history.length - view.frame.depth - view.frame.steps > 0;
  if (!far) return frameClose();
  view.frame.steps += 1;
  return history.back();
}

function frameClose() {
  refuseAsk();
  $("frame").hidden = true;
  $("page").removeAttribute("src");
  $("page").replaceWith($("page").cloneNode());
  watchPage();
  view.frame?.opener?.focus?.();
  view.frame = null;
}

function watchPage() {
  $("page").addEventListener("load", () => {
    if (view.frame && view.frame.depth === null) view.frame.depth = history.length;
  });
}

window.addEventListener("message", async (event) => {
  if (!view.frame || event.source !== $("page").contentWindow) return;
  const given = event.data ?? {};
  const answer = (fields) => event.source.postMessage({ id: given.id, ...fields }, event.origin);
  if (given.type === "requestSubscribe") requestSubscribe(given.templateIds, answer);
  if (given.type === "closeWindow") frameClose();
  if (given.type === "setTitle") $("frame-title").textContent = String(given.title);
  if (given.type === "login") {
    const mini = state.accounts.find((known) => known.kind === "mp");
    const found = await act("js_code", { account: given.account ?? mini?.appid });
    if (found) answer({ type: "loginResult", code: found.code });
  }
});

/* ---- consent ---- */

function requestSubscribe(ids, answer) {
  const wrong = (errCode, errMsg) => answer({ type: "subscribeResult", errCode, errMsg: `requestSubscribeMessage:fail ${errMsg}` });
  if (!Array.isArray(ids) || ids.length === 0) return wrong(10001, "TmplIds can't be empty");
  if (ids.length > 5) return wrong(20003, "Templates count out of max bounds");
  const templates = ids.map((id) => state.templates.find((known) => known.id === id && known.kind !== "template"));
  if (templates.includes(undefined)) return wrong(20001, "No template data return");
  if (new Set(templates.map((template) => template.kind)).size > 1) return wrong(20002, "Templates type must be same");
  refuseAsk();
  view.ask = { templates, answer };
  const appid = templates[0].account;
  $("ask-name").textContent = chatName(appid);
  $("ask-avatar").replaceWith(Object.assign(accountAvatar(appid, "small"), { id: "ask-avatar" }));
  document.querySelector(".sheet-note").hidden = templates[0].kind !== "one_time";
  $("ask-list").replaceChildren(...templates.map((template) => {
    const box = element("input", { type: "checkbox", value: template.id });
    box.checked = true;
    return element("li", {}, element("label", {}, box, element("span", { className: "tick" }, icon("check")), element("span", { text: template.title })));
  }));
  $("veil").hidden = false;
  document.querySelector("[data-testid=ask-accept]").focus();
  return undefined;
}

async function answerAsk(decide) {
  const { templates, answer } = view.ask;
  view.ask = null;
  $("veil").hidden = true;
  const decisions = {};
  for (const template of templates) decisions[template.id] = decide(template.id) ? "accept" : "reject";
  const done = await act("consent", { account: templates[0].account, decisions });
  answer(done
    ? { type: "subscribeResult", errCode: 0, errMsg: "requestSubscribeMessage:ok", result: decisions }
    : { type: "subscribeResult", errCode: 10002, errMsg: "requestSubscribeMessage:fail network error" });
}

function refuseAsk() {
  if (view.ask) answerAsk(() => false);
}

/* ---- keeping up ---- */

async function follow(person) {
  view.poll?.abort();
  const poll = new AbortController();
  Object.assign(view, { person, poll, lines: [], revision: undefined, drawn: "", seen: {}, portrait: null });
  document.cookie = `sandbox_person=${person}; path=/; SameSite=Lax`;
  drawPersons();
  let wait = 0;
  while (!poll.signal.aborted) {
    const after = view.lines.at(-1)?.seq ?? 0;
    const query = new URLSearchParams({ after, wait, ...(view.revision !== undefined && { revision: view.revision }) });
    try {
      const answer = await fetch(`/_sim/persons/${person}/chat?${query}`, { signal: poll.signal });
      take(await answer.json(), wait === 0);
      wait = 20;
    } catch (failed) {
      if (!poll.signal.aborted) await new Promise((resolve) => { setTimeout(resolve, 1500); });
    }
  }
}

function take(found, first) {
  if (found.last < (view.lines.at(-1)?.seq ?? 0)) view.lines = [];
  view.lines.push(...found.lines);
  view.revision = found.revision;
  const was = view.portrait && bond(view.chat)?.following;
  view.portrait = found.person;
  state.menus = found.menus;
  setNow(found.now);
  if (first) {
    view.seen = Object.fromEntries(chatIds().map((chat) => [chat, found.last]));
    enter(view.chat);
  } else if (!was && bond(view.chat)?.following && view.screen === "profile") enter(view.chat);
  else if (was && !bond(view.chat)?.following && view.screen === "talk") enter(view.chat);
  else draw();
  drawRights();
  refreshJournal();
}

/* ---- the panel ---- */

function drawPersons() {
  $("persons").replaceChildren(...state.persons.map((person) => element("button", {
    type: "button", className: "person", testid: `person-${person.key}`,
    "aria-pressed": String(person.key === view.person), on: () => follow(person.key),
  }, avatar(person.name, person.avatar_color, "small"), element("span", { text: person.name }))));
}

function span(seconds) {
  if (seconds >= 3600) return `${Math.ceil(seconds / 3600)} 小时`;
  return seconds >= 60 ? `${Math.ceil(seconds / 60)} 分钟` : `${Math.ceil(seconds)} 秒`;
}

/* What the hospital may send this person now: customer-service windows and consents. */
function rights() {
  const found = [];
  for (const known of state.accounts) {
    const between = bond(known.appid);
    if (known.kind === "oa") found.push(`${known.name}：${between.following ? "已关注" : "未关注"}`);
    for (const window of Object.values(between.windows)) {
      if (window.left && window.seconds) found.push(`客服消息还可发 ${window.left} 条，剩 ${span(window.seconds)}`);
    }
    for (const template of state.templates.filter((one) => one.account === known.appid)) {
      const left = between.credits[template.id];
      if (left) found.push(`已同意「${template.title}」${left} 次`);
      if (between.lasting.includes(template.id)) found.push(`长期同意「${template.title}」`);
    }
  }
  return found;
}

function drawRights() {
  $("rights").replaceChildren(...rights().map((text) => element("li", { text })));
}

async function moveClock(body) {
  try {
    setNow((await ask("clock", body)).now);
    view.drawn = "";
    draw();
  } catch (failed) {
    toast(failed.message);
  }
}

const journal = new Map();

async function refreshJournal() {
  if (!$("journal-fold").open || refreshJournal.busy) return;
  refreshJournal.busy = true;
  const known = Math.max(0, ...journal.keys()) - 60;
  const [pushes, calls] = await Promise.all([ask(`pushes?after=${known}`, null, "GET"), ask(`log?after=${known}`, null, "GET")]);
  refreshJournal.busy = false;
  const entries = [...pushes.pushes.map(pushEntry), ...calls.calls.map(callEntry)].sort((a, b) => a.id - b.id);
  for (const entry of entries) {
    const shown = journal.get(entry.id);
    if (shown?.key === entry.key) continue;
    const made = drawEntry(entry);
    if (shown) shown.made.replaceWith(made);
    else $("journal").prepend(made);
    journal.set(entry.id, { key: entry.key, made });
  }
  $("journal-count").textContent = `${journal.size} 条`;
}

function personName(key) {
  return state.persons.find((person) => person.key === key)?.name ?? key;
}

function pushEntry(push) {
  return {
    id: push.id, key: push.verdict + push.tries.length, at: push.at, kind: "push", tag: "推送",
    title: `${NAMES[push.kind] ?? push.kind} · ${personName(push.person)}`,
    verdict: VERDICTS[push.verdict], bad: push.verdict === "failed",
    detail: { 内容: push.payload, 尝试: push.tries, ...(push.reason && { 原因: push.reason }) },
  };
}

function callEntry(call) {
  return {
    id: call.id, key: "call", at: call.at, kind: "call", tag: "调用", title: call.path.replace("/cgi-bin/", ""),
    verdict: call.fault || (call.errcode === 0 ? "成功" : String(call.errcode)), bad: call.errcode !== 0 || Boolean(call.fault),
    detail: { 请求: call.body, 回答: call.answer, ...(call.warnings.length && { 提醒: call.warnings }) },
  };
}

function drawEntry(entry) {
  return element("li", { testid: "journal-entry" }, element("details", {},
    element("summary", {},
      element("span", { className: `tag ${entry.kind}`, text: entry.tag }),
      element("span", { className: "journal-title", text: entry.title }),
      element("span", { className: entry.bad ? "verdict bad" : "verdict", text: entry.verdict }),
      element("time", { text: beijing(entry.at).clock, datetime: entry.at })),
    element("pre", { text: JSON.stringify(entry.detail, null, 1) })));
}

function openPanel(opened) {
  $("panel").classList.toggle("open", opened);
  $("panel-open").setAttribute("aria-expanded", String(opened));
  (opened ? $("panel-close") : $("panel-open")).focus();
}

/* ---- wiring ---- */

$("back").addEventListener("click", () => show("home"));
$("more").addEventListener("click", () => show("profile"));
$("profile-back").addEventListener("click", () => show(bond(view.chat)?.following ? "talk" : "home"));
$("follow").addEventListener("click", () => act("follow", { account: view.chat }));
$("enter").addEventListener("click", () => enter(view.chat));
$("unfollow").addEventListener("click", () => act("unfollow", { account: view.chat }));
$("to-menu").addEventListener("click", () => { view.keyboard = false; drawTalk(); });
$("to-keyboard").addEventListener("click", () => { closeSubMenu(); view.keyboard = true; drawTalk(); $("text").focus(); });
$("input").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value;
  $("text").value = "";
  say(text);
});
$("frame-back").addEventListener("click", frameBack);
$("frame-close").addEventListener("click", frameClose);
$("ask-no").addEventListener("click", refuseAsk);
$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = new Set([...document.querySelectorAll("#ask-list input:checked")].map((box) => box.value));
  answerAsk((id) => chosen.has(id));
});
$("panel-open").addEventListener("click", () => openPanel(true));
$("panel-close").addEventListener("click", () => openPanel(false));
$("journal-fold").addEventListener("toggle", refreshJournal);
document.querySelectorAll("[data-shift]").forEach((button) => {
  button.addEventListener("click", () => moveClock({ shift_seconds: Number(button.dataset.shift) }));
});
$("clock-form").addEventListener("submit", (event) => { event.preventDefault(); moveClock({ set_to: $("clock-input").value }); });
$("clock-real").addEventListener("click", () => moveClock({ set_to: new Date().toISOString() }));
$("scan-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const appid = account(view.chat)?.kind === "oa" ? view.chat : official().appid;
  if (await act("scan", { account: appid, scene: $("scene").value.trim() })) toast("已扫码");
});
document.addEventListener("click", closeSubMenu);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (view.ask) refuseAsk();
  else if (view.frame) frameClose();
  else closeSubMenu();
});

state.menus = Object.fromEntries(state.accounts.map((known) => [known.appid, known.menu]));
setNow(state.now);
$("clock-input").value = beijing(now()).local;
setInterval(drawClock, 5000);
setInterval(refreshJournal, 2000);
watchPage();
const held = /(?:^|; )sandbox_person=([\w-]+)/.exec(document.cookie)?.[1];
follow(state.persons.some((person) => person.key === held) ? held : state.persons[0].key);
