/* The web page inside the phone, and the consent pop-up a page may ask for. */

import { $, account, accountAvatar, act, chatName, element, icon, state, toast, view } from "./base.js";

let shown = null;
let asked = null;

/* Where a page of a mini-program stands on the web; inside a query it is written as a value. */
function webAddress(pattern, page) {
  const isValue = /\?[^#]*$/.test(pattern.split("{page}")[0]);
  return pattern.replace("{page}", isValue ? encodeURIComponent(page) : page);
}

export function openPage(target) {
  const mini = target.appid && account(target.appid);
  const url = mini?.page_url ? webAddress(mini.page_url, target.page || "") : target.url;
  if (!url) {
    toast(`小程序页面 ${target.page || "首页"} 没有配置网页版`);
    return;
  }
  $("frame").classList.toggle("mini", Boolean(mini));
  $("frame-title").textContent = mini ? mini.name : chatName(view.chat);
  $("page").src = url;
  $("frame").hidden = false;
  shown = { depth: null, steps: 0, opener: document.activeElement };
  $("frame-back").focus();
}

function frameBack() {
  const far = shown.depth !== null && history.length - shown.depth - shown.steps > 0;
  if (!far) return frameClose();
  shown.steps += 1;
  return history.back();
}

function frameClose() {
  refuseAsk();
  $("frame").hidden = true;
  $("page").removeAttribute("src");
  $("page").replaceWith($("page").cloneNode());
  watchPage();
  shown?.opener?.focus?.();
  shown = null;
}

function watchPage() {
  $("page").addEventListener("load", () => {
    if (shown && shown.depth === null) shown.depth = history.length;
  });
}

window.addEventListener("message", async (event) => {
  if (!shown || event.source !== $("page").contentWindow) return;
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

export function requestSubscribe(ids, answer) {
  const wrong = (errCode, errMsg) => answer({ type: "subscribeResult", errCode, errMsg: `requestSubscribeMessage:fail ${errMsg}` });
  if (!Array.isArray(ids) || ids.length === 0) return wrong(10001, "TmplIds can't be empty");
  if (ids.length > 5) return wrong(20003, "Templates count out of max bounds");
  const templates = ids.map((id) => state.templates.find((known) => known.id === id && known.kind !== "template"));
  if (templates.includes(undefined)) return wrong(20001, "No template data return");
  if (new Set(templates.map((template) => template.kind)).size > 1) return wrong(20002, "Templates type must be same");
  refuseAsk();
  asked = { templates, answer };
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
  const { templates, answer } = asked;
  asked = null;
  $("veil").hidden = true;
  const decisions = {};
  for (const template of templates) decisions[template.id] = decide(template.id) ? "accept" : "reject";
  const done = await act("consent", { account: templates[0].account, decisions });
  answer(done
    ? { type: "subscribeResult", errCode: 0, errMsg: "requestSubscribeMessage:ok", result: decisions }
    : { type: "subscribeResult", errCode: 10002, errMsg: "requestSubscribeMessage:fail network error" });
}

function refuseAsk() {
  if (asked) answerAsk(() => false);
}

export function closeTopmost() {
  if (asked) refuseAsk();
  else if (shown) frameClose();
}

export function startFrame() {
  $("frame-back").addEventListener("click", frameBack);
  $("frame-close").addEventListener("click", frameClose);
  $("ask-no").addEventListener("click", refuseAsk);
  $("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = new Set([...document.querySelectorAll("#ask-list input:checked")].map((box) => box.value));
    answerAsk((id) => chosen.has(id));
  });
  watchPage();
}
