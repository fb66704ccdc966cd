/* The panel beside the phone: who holds it, what time it is, what was said over the wire. */

import { $, account, act, ask, avatar, beijing, bond, element, now, official, setAhead, state, toast, view } from "./base.js";
import { requestSubscribe } from "./frame.js";

const VERDICTS = {
  waiting: "等待", silent: "无回复", replied: "已回复", transferred: "转人工", ignored: "不显示", failed: "失败",
};
const NAMES = {
  text: "文字消息", subscribe: "关注", unsubscribe: "取消关注", SCAN: "扫码", CLICK: "点菜单",
  VIEW: "打开菜单网页", view_miniprogram: "打开小程序", TEMPLATESENDJOBFINISH: "模板消息回执",
  subscribe_msg_popup_event: "订阅弹窗结果", subscribe_msg_change_event: "关闭订阅",
  subscribe_msg_sent_event: "订阅消息回执", user_enter_tempsession: "进入客服会话",
};

function drawClock() {
  const today = beijing(now());
  $("status-time").textContent = today.clock;
  $("clock").textContent = `${today.year}年${today.month}月${today.day}日 星期${today.weekday} ${today.clock}`;
  const offset = Math.round(state.offset_seconds / 60);
  const days = Math.abs(offset) >= 1440 ? `${(Math.abs(offset) / 1440).toFixed(1)} 天` : `${Math.abs(offset)} 分钟`;
  $("clock-note").textContent = offset === 0 ? "北京时间，与真实时间一致" : `北京时间，比真实时间${offset > 0 ? "快" : "慢"} ${days}`;
}

export function setNow(moment) {
  setAhead(moment);
  drawClock();
}

export function drawPersons(hold) {
  $("persons").replaceChildren(...state.persons.map((person) => element("button", {
    type: "button", className: "person", testid: `person-${person.key}`,
    "aria-pressed": String(person.key === view.person), on: () => hold(person.key),
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

/* The pop-up that a page of an account would show for its templates, for pages that cannot. */
function questions() {
  const asked = Map.groupBy(
    state.templates.filter((one) => one.kind !== "template"), (one) => `${one.account} ${one.kind}`,
  );
  return [...asked.values()].map((templates) => element("button", {
    type: "button", testid: `ask-${templates[0].account}-${templates[0].kind}`,
    text: `弹出订阅询问：${account(templates[0].account).name}`,
    on: () => requestSubscribe(templates.slice(0, 5).map((one) => one.id), () => {}),
  }));
}

export function drawRights() {
  $("rights").replaceChildren(...rights().map((text) => element("li", { text })));
  $("questions").replaceChildren(...questions());
}

async function moveClock(body) {
  try {
    setNow((await ask("clock", body)).now);
    $("clock-input").value = beijing(now()).local;
    view.drawn = "";
    dispatchEvent(new Event("clockmoved"));
  } catch (failed) {
    toast(failed.message);
  }
}

const journal = new Map();

export async function refreshJournal() {
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

export function startPanel() {
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
  $("clock-input").value = beijing(now()).local;
  setInterval(drawClock, 5000);
  setInterval(refreshJournal, 2000);
}
