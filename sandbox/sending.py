"""Template and subscription messages: checks in the platform's order, then a card and an event."""

import re

from sandbox.calls import Call
from sandbox.config import Format, Kind, Template, TemplateKind
from sandbox.refusal import Refused
from sandbox.rich_text import is_web
from sandbox.state import Bond, Bubble, SentOnce
from sandbox.values import is_allowed
from sandbox.wire import Fields
from sandbox.words import NOTICES
from sandbox.world import Unknown

SAME_ID_SECONDS = 600
"""A client_msg_id that comes again within ten minutes is answered but not sent again."""
TEMPLATE_ID_LENGTH = 128
PAGE = re.compile(r"[\w\-./]+(\?[^\s#]*)?", re.ASCII)
STATES = {"developer", "trial", "formal"}
LANGUAGES = {"zh_CN", "en_US", "zh_HK", "zh_TW"}
TEMPLATE_KEYS = {"touser", "template_id", "url", "miniprogram", "client_msg_id", "data"}
SUBSCRIBE_KEYS = {"touser", "template_id", "page", "miniprogram_state", "lang", "data"}
NOTICE_KEYS = SUBSCRIBE_KEYS | {"miniprogram"}


def send_template(call: Call) -> Fields:
    """Answer POST /cgi-bin/message/template/send: to a follower of a verified account."""
    call.require(Kind.OA)
    if not call.account.verified:
        raise Refused(48001)
    person = call.receiver()
    template = _template(call, {TemplateKind.TEMPLATE})
    opens = _target(call)
    lines = _lines(call, template)
    bond = call.world.bond(person, call.account)
    if not bond.following:
        raise Refused(43004)
    _note_unknown(call, TEMPLATE_KEYS)
    once = f"{call.account.appid} {call.text('client_msg_id')}"
    sent = call.world.state.sent_once.get(once)
    if call.text("client_msg_id") and sent and call.world.now() - sent.at < SAME_ID_SECONDS:
        call.warnings.append("client_msg_id was used within ten minutes: nothing was sent")
        return _accepted(sent.msgid)
    msgid = call.world.next_msgid()
    if call.text("client_msg_id"):
        call.world.state.sent_once[once] = SentOnce(msgid, call.world.now())
    if not bond.blocked:
        _show(call, person, call.account.appid, _card(call, template, lines, opens))
    status = "failed:user block" if bond.blocked else "success"
    call.event(person, {"Event": "TEMPLATESENDJOBFINISH", "MsgID": msgid, "Status": status})
    return _accepted(msgid)


def send_subscription(call: Call) -> Fields:
    """Answer POST /cgi-bin/message/subscribe/send: the mini-program's message on consent."""
    call.require(Kind.MP, 45103)
    _note_unknown(call, SUBSCRIBE_KEYS)
    return _send_on_consent(call, NOTICES)


def send_notice(call: Call) -> Fields:
    """Answer POST /cgi-bin/message/subscribe/bizsend: the Official Account's one.

    A follower finds it in the chat of the account, everybody else under the notices.
    """
    call.require(Kind.OA, 45103)
    _note_unknown(call, NOTICE_KEYS)
    person = call.receiver()
    following = call.world.bond(person, call.account).following
    return _send_on_consent(call, call.account.appid if following else NOTICES)


def _send_on_consent(call: Call, chat: str) -> Fields:
    person = call.receiver()
    template = _template(call, {TemplateKind.ONE_TIME, TemplateKind.LONG_TERM})
    opens = _page(call) or _target(call)
    lines = _lines(call, template)
    if call.text("miniprogram_state") not in STATES | {""}:
        raise Refused(40097)
    if call.text("lang") not in LANGUAGES | {""}:
        raise Refused(40097)
    _use_consent(call.world.bond(person, call.account), template)
    msgid = call.world.next_msgid()
    _show(call, person, chat, _card(call, template, lines, opens))
    call.event(person, _sent_event(call, template, msgid))
    return _accepted(msgid)


def _use_consent(bond: Bond, template: Template) -> None:
    if template.kind is TemplateKind.LONG_TERM:
        if template.id not in bond.lasting:
            raise Refused(43101)
        return
    if bond.credits.get(template.id, 0) < 1:
        raise Refused(43101)
    bond.credits[template.id] -= 1


def _template(call: Call, kinds: set[TemplateKind]) -> Template:
    template_id = call.text("template_id", 40037)
    if not 0 < len(template_id) <= TEMPLATE_ID_LENGTH:
        raise Refused(40036)
    try:
        template = call.world.template(template_id)
    except Unknown as missing:
        raise Refused(40037) from missing
    if template.account != call.account.appid or template.kind not in kinds:
        raise Refused(40037)
    return template


def _page(call: Call) -> Fields:
    page = call.text("page", 41030)
    if not page:
        return {}
    if call.account.kind is Kind.OA:
        if not is_web(page):
            raise Refused(41030)
        return {"url": page}
    if page.startswith("/") or not PAGE.fullmatch(page):
        raise Refused(41030)
    return {"appid": call.account.appid, "page": page}


def _target(call: Call) -> Fields:
    """Where a tap leads; a mini-program goes before a web address."""
    mini = call.body.get("miniprogram") or {}
    url = call.text("url", 40066)
    if not isinstance(mini, dict):
        raise Refused(47001)
    if url and not is_web(url):
        raise Refused(40066)
    if not mini.get("appid"):
        return {"url": url} if url else {}
    try:
        account = call.world.account(str(mini["appid"]))
    except Unknown as missing:
        raise Refused(40013) from missing
    if account.kind is not Kind.MP:
        raise Refused(40013)
    page = str(mini.get("pagepath", ""))
    if page and (page.startswith("/") or not PAGE.fullmatch(page)):
        raise Refused(41030)
    return {"appid": account.appid, "page": page} | ({"url": url} if url else {})


def _lines(call: Call, template: Template) -> list[Fields]:
    given = call.body.get("data")
    if not isinstance(given, dict):
        raise Refused(47003, key="data")
    for key in given:
        if key not in template.keys:
            raise Refused(47003, key=f"data.{key}")
    lines = []
    for key, label in template.keys.items():
        item = given.get(key)
        value = item.get("value") if isinstance(item, dict) else None
        if not is_allowed(key, value):
            raise Refused(47003, key=f"data.{key}.value")
        if isinstance(item, dict) and item.keys() != {"value"}:
            call.warnings.append(f"data.{key}: only value is used since 2023")
        lines.append({"key": key, "label": label, "value": value})
    return lines


def _card(call: Call, template: Template, lines: list[Fields], opens: Fields) -> Bubble:
    return {
        "kind": "card",
        "template_id": template.id,
        "title": template.title,
        "account_name": call.account.name,
        "from": call.account.appid,
        "lines": lines,
        "opens": opens,
    }


def _show(call: Call, person: str, chat: str, card: Bubble) -> None:
    call.world.tell(person, card | {"chat": chat, "side": "card"})


def _sent_event(call: Call, template: Template, msgid: int) -> Fields:
    item = {
        "TemplateId": template.id,
        "MsgID": str(msgid),
        "ErrorCode": "0",
        "ErrorStatus": "success",
    }
    if call.account.format is Format.JSON:
        return {"Event": "subscribe_msg_sent_event", "List": item}
    return {"Event": "subscribe_msg_sent_event", "SubscribeMsgSentEvent": {"List": item}}


def _accepted(msgid: int) -> Fields:
    return {"errcode": 0, "errmsg": "ok", "msgid": msgid}


def _note_unknown(call: Call, known: set[str]) -> None:
    unknown = sorted(call.body.keys() - known)
    if unknown:
        call.warnings.append(f"unknown fields: {', '.join(unknown)}")
