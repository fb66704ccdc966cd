/* The phone: its screens and menu, and keeping up with what happens. */

import { $, NOTICES, account, accountAvatar, act, beijing, bond, chatName, dayName, element, official, state, view } from "./base.js";
import { drawLines, say } from "./chat.js";
import { closeTopmost, openPage, startFrame } from "./frame.js";
import { drawPersons, drawRights, refreshJournal, setNow, startPanel } from "./panel.js";

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
  document.querySelectorAll(".sub-menu").forEach((shown) => shown.remove());
  document.querySelectorAll(".menu-button[aria-expanded]").forEach((button) => button.setAttribute("aria-expanded", "false"));
}

async function tapMenu(button) {
  const key = button.key ?? button.pagepath ?? button.url;
  const found = await act("tap_menu", { account: view.chat, key });
  if (found && (found.opens.url || found.opens.appid)) openPage(found.opens);
}

/* ---- keeping up ---- */

async function follow(person) {
  view.poll?.abort();
  const poll = new AbortController();
  Object.assign(view, { person, poll, lines: [], revision: undefined, drawn: "", seen: {}, portrait: null });
  document.cookie = `sandbox_person=${person}; path=/; SameSite=Lax`;
  drawPersons(follow);
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
document.addEventListener("click", closeSubMenu);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  closeSubMenu();
  closeTopmost();
});

state.menus = Object.fromEntries(state.accounts.map((known) => [known.appid, known.menu]));
setNow(state.now);
addEventListener("clockmoved", draw);
startFrame();
startPanel();
const held = /(?:^|; )sandbox_person=([\w-]+)/.exec(document.cookie)?.[1];
follow(state.persons.some((person) => person.key === held) ? held : state.persons[0].key);
