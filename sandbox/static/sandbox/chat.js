/* Draws the lines of a chat. Text is never markup: links come as parts from the server. */

import { $, accountAvatar, act, avatar, beijing, element, icon, now, stamp, view } from "./base.js";
import { openPage } from "./frame.js";

const STAMP_GAP_MS = 5 * 60 * 1000;

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
  return (event) => { event.preventDefault(); openPage(target); };
}

function textBubble(line) {
  const bubble = element("div", { className: "bubble", testid: `bubble-${line.side}` });
  bubble.append(...line.parts.map(textPart));
  return bubble;
}

function newsCard(line) {
  const picture = line.picture ? element("img", { className: "news-picture", src: line.picture, alt: "" }) : null;
  return element("button", { className: "news", type: "button", testid: "news", on: () => openPage({ url: line.url }) },
    element("strong", { text: line.title }),
    element("span", { className: "news-row" }, element("span", { text: line.description }), picture));
}

function miniCard(line) {
  return element("button", { className: "news", type: "button", testid: "mini", on: () => openPage(line.opens) },
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
    ? element("div", { className: "card", testid: "card", role: "button", tabindex: "0", on: () => openPage(line.opens) }, ...inner)
    : element("div", { className: "card", testid: "card" }, ...inner);
  card.addEventListener("keydown", (event) => { if (event.key === "Enter" && leads) openPage(line.opens); });
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

export function drawLines() {
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

export async function say(text, menuId = "") {
  if (!text.trim()) return;
  $("lines").classList.add("waiting");
  await act("say", { account: view.chat, text, menu_id: menuId });
  $("lines").classList.remove("waiting");
}
