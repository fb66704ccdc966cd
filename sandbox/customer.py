"""Customer-service messages: what an account says to a person who has just done something."""

from collections.abc import Callable
from urllib.parse import quote

from sandbox.calls import Call
from sandbox.config import Kind
from sandbox.refusal import Refused
from sandbox.replies import TEXT_BYTES, BadReply, news_bubble
from sandbox.rich_text import parts
from sandbox.state import Bubble
from sandbox.windows import spend_window
from sandbox.wire import Fields
from sandbox.world import Unknown

TYPING_SECONDS = 30
"""The typing sign needs a message of the person in the last thirty seconds."""
MP_TYPES = {"text", "image", "link", "miniprogrampage"}
"""A mini-program may only send these (official page)."""
SEND_KEYS = {"touser", "msgtype", "customservice", "aimsgcontext"}


def send(call: Call) -> Fields:
    """Answer POST /cgi-bin/message/custom/send."""
    account = call.account
    if account.kind is Kind.OA and not account.verified:
        raise Refused(48001)
    person = call.receiver()
    kind = call.text("msgtype", 40008)
    known = TYPES if account.kind is Kind.OA else {name: TYPES[name] for name in MP_TYPES}
    content = call.body.get(kind)
    if kind not in known or not isinstance(content, dict):
        raise Refused(40008)
    bubble = known[kind](call, content)
    _note_unknown(call, kind)
    bond = call.world.bond(person, account)
    if bond.blocked:
        raise Refused(48002)
    spend_window(bond, now=call.world.now())
    call.world.tell(person, bubble | _byline(call) | {"chat": account.appid, "side": "them"})
    return {"errcode": 0, "errmsg": "ok"}


def typing(call: Call) -> Fields:
    """Answer POST /cgi-bin/message/custom/typing."""
    person = call.receiver()
    if call.text("command") not in {"Typing", "CancelTyping"}:
        raise Refused(45072)
    bond = call.world.bond(person, call.account)
    if call.world.now() - bond.last_said > TYPING_SECONDS:
        raise Refused(45080)
    return {"errcode": 0, "errmsg": "ok"}


def _note_unknown(call: Call, kind: str) -> None:
    unknown = sorted(call.body.keys() - SEND_KEYS - {kind})
    if unknown:
        call.warnings.append(f"unknown fields: {', '.join(unknown)}")


def _byline(call: Call) -> Fields:
    """The grey line under a message that says it was generated (field of 2025-11)."""
    context = call.body.get("aimsgcontext")
    generated = isinstance(context, dict) and context.get("is_ai_msg") == 1
    return {"generated": True} if generated else {}


def _text(_call: Call, content: Fields) -> Bubble:
    text = content.get("content")
    if not isinstance(text, str) or not text.strip():
        raise Refused(44004)
    if len(text.encode()) > TEXT_BYTES:
        raise Refused(45002)
    return {"kind": "text", "text": text, "parts": parts(text)}


def _image(_call: Call, content: Fields) -> Bubble:
    media_id = content.get("media_id")
    if not isinstance(media_id, str) or not media_id:
        raise Refused(40007)
    return {"kind": "media", "media": "image", "media_id": media_id}


def _news(_call: Call, content: Fields) -> Bubble:
    articles = content.get("articles")
    if not isinstance(articles, list) or not articles:
        raise Refused(44003)
    if len(articles) > 1:
        raise Refused(45008)
    try:
        return news_bubble(articles[0])
    except BadReply as bad:
        raise Refused(40066) from bad


def _menu(_call: Call, content: Fields) -> Bubble:
    """A menu of texts; a tap sends the text as the person, with its id."""
    options = content.get("list")
    if not isinstance(options, list) or not options:
        raise Refused(44004)
    lines = [str(content.get("head_content", ""))]
    for option in options:
        if not isinstance(option, dict) or not option.get("content"):
            raise Refused(44004)
        label = str(option["content"])
        href = f"weixin://bizmsgmenu?msgmenucontent={quote(label)}&msgmenuid={option.get('id', '')}"
        lines.append(f'<a href="{href}">{label}</a>')
    lines.append(str(content.get("tail_content", "")))
    text = "\n".join(line for line in lines if line)
    return {"kind": "text", "text": text, "parts": parts(text)}


def _mini_page(call: Call, content: Fields) -> Bubble:
    try:
        account = call.world.account(str(content.get("appid") or call.account.appid))
    except Unknown as missing:
        raise Refused(40013) from missing
    if account.kind is not Kind.MP:
        raise Refused(40013)
    opens = {"appid": account.appid, "page": str(content.get("pagepath", ""))}
    title = str(content.get("title", ""))
    return {"kind": "mini", "title": title, "account_name": account.name, "opens": opens}


def _link(_call: Call, content: Fields) -> Bubble:
    card = {"title": content.get("title"), "description": content.get("description", "")}
    try:
        return news_bubble(card | {"picurl": content.get("thumb_url", ""), "url": content["url"]})
    except (BadReply, KeyError) as bad:
        raise Refused(40066) from bad


TYPES: dict[str, Callable[[Call, Fields], Bubble]] = {
    "text": _text,
    "image": _image,
    "news": _news,
    "msgmenu": _menu,
    "miniprogrampage": _mini_page,
    "link": _link,
}
