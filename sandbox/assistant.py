"""微信就医助手: notices of a visit under the notices of a phone, for public hospitals."""

from sandbox.calls import Call
from sandbox.config import Kind
from sandbox.refusal import Refused
from sandbox.state import Bubble
from sandbox.wire import Fields
from sandbox.words import NOTICES
from sandbox.world import Unknown

BUSINESS = 150
LABELS = {
    "pat_name": "就诊人",
    "doc_name": "医生",
    "department_name": "科室",
    "appointment_time": "时间",
    "memo": "提示",
}
"""What the card shows of `business_info`, and under which label."""

TITLE = "就医助手"


def send(call: Call) -> Fields:
    """Answer POST /cityservice/sendchannelmsg: it needs no consent, and follows no one.

    The Official Account's token sends it, to an openid of either account.
    """
    call.require(Kind.OA)
    person = _receiver(call)
    if call.body.get("app_id") != call.account.appid or call.body.get("business_id") != BUSINESS:
        raise Refused(40097)
    given = call.body.get("business_info")
    needed = (call.body.get("status"), call.text("order_id"), call.text("msg_id"))
    if not isinstance(given, dict) or not all(needed):
        raise Refused(40097)
    call.world.tell(person, _card(call, given) | {"chat": NOTICES, "side": "card"})
    return {"errcode": 0, "errmsg": "ok"}


def _receiver(call: Call) -> str:
    openid = call.text("open_id", 40003)
    for account in call.world.config.accounts:
        if (person := call.world.person_of(openid, account)) is not None:
            return person
    raise Refused(40003)


def _card(call: Call, given: Fields) -> Bubble:
    lines = [
        {"key": key, "label": label, "value": str(given[key])}
        for key, label in LABELS.items()
        if given.get(key)
    ]
    return {
        "kind": "card",
        "template_id": str(call.body["status"]),
        "title": TITLE,
        "account_name": call.account.name,
        "from": call.account.appid,
        "lines": lines,
        "opens": _opens(call, given.get("redirect_page")),
    }


def _opens(call: Call, redirect: object) -> Fields:
    """Where a tap leads: a page of a mini-program that the platform knows."""
    if not isinstance(redirect, dict):
        return {}
    try:
        account = call.world.account(str(redirect.get("app_id", "")))
    except Unknown as missing:
        raise Refused(40013) from missing
    return {"appid": account.appid, "page": str(redirect.get("fullpath", ""))}
