"""Reads what a callback answered, as strictly as the platform does."""

from dataclasses import dataclass

from sandbox.config import Account, Format, Kind, Mode
from sandbox.crypto import BadEnvelope, sign, unseal
from sandbox.rich_text import is_web, parts
from sandbox.state import Bubble
from sandbox.wire import BadText, Fields, read

TEXT_BYTES = 2048
"""A text of more bytes (UTF-8) is refused: measured in the field for customer-service texts,
usual for passive ones."""
TRANSFER = "transfer_customer_service"
MEDIA = {"image": "Image", "voice": "Voice", "video": "Video"}
"""Reply types that carry a MediaId, with the name of their element."""


class BadReply(ValueError):
    """The platform would not accept the reply; the text says why."""


@dataclass(frozen=True)
class Asked:
    """The push that a reply answers: the account, who wrote, and the AES key that was used."""

    account: Account
    openid: str
    aes_key: str


def bubble_of(body: bytes, asked: Asked) -> Bubble | None:
    """The chat line a reply makes; None when the callback chose to say nothing.

    Raises:
        BadReply: it is not `success`, not empty and not a reply the platform accepts.
    """
    if body in (b"", b"success"):
        return None
    try:
        fields = _open(read(body, asked.account.format), asked)
    except (BadText, BadEnvelope) as broken:
        raise BadReply(str(broken)) from broken
    _check_envelope(fields, asked)
    return _bubble(fields, asked.account)


def _open(fields: Fields, asked: Asked) -> Fields:
    account = asked.account
    if "Encrypt" not in fields:
        if account.mode is Mode.SAFE:
            raise BadReply("the reply is not ciphered although the account is in safe mode")
        return fields
    if account.mode is Mode.PLAIN:
        raise BadReply("the reply is ciphered although the account is in plain mode")
    envelope = _text(fields, "Encrypt")
    moment, nonce = str(fields.get("TimeStamp", "")), str(fields.get("Nonce", ""))
    if account.format is Format.JSON and not isinstance(fields.get("TimeStamp"), int):
        raise BadReply("TimeStamp is not a number")
    if _text(fields, "MsgSignature") != sign(account.token, moment, nonce, envelope):
        raise BadReply("MsgSignature is wrong")
    opened = unseal(envelope, aes_key=asked.aes_key, appid=account.appid)
    return read(opened, account.format)


def _check_envelope(fields: Fields, asked: Asked) -> None:
    if _text(fields, "ToUserName") != asked.openid:
        raise BadReply("ToUserName is not the openid of the push")
    if _text(fields, "FromUserName") != asked.account.gh_id:
        raise BadReply("FromUserName is not the gh_ id of the account")
    if not str(fields.get("CreateTime", "")).isdecimal():
        raise BadReply("CreateTime is not a unix time")


def _bubble(fields: Fields, account: Account) -> Bubble:
    kind = _text(fields, "MsgType")
    if kind == TRANSFER:
        return {"kind": "transfer"}
    if account.kind is Kind.MP:
        raise BadReply(f"a mini-program cannot answer with {kind}")
    if kind == "text":
        return text_bubble(_text(fields, "Content"))
    if kind == "news":
        return _news(fields)
    if kind == "music":
        return {"kind": "media", "media": "music", "title": _text(_inner(fields, "Music"), "Title")}
    if kind in MEDIA:
        return {
            "kind": "media",
            "media": kind,
            "media_id": _text(_inner(fields, MEDIA[kind]), "MediaId"),
        }
    raise BadReply(f"MsgType {kind} is no reply type")


def text_bubble(content: str) -> Bubble:
    """The chat line of a text from an account.

    Raises:
        BadReply: it is empty or too long.
    """
    if not content.strip():
        raise BadReply("Content is empty")
    if len(content.encode()) > TEXT_BYTES:
        raise BadReply(f"Content has more than {TEXT_BYTES} bytes")
    return {"kind": "text", "text": content, "parts": parts(content)}


def _news(fields: Fields) -> Bubble:
    articles = fields.get("Articles")
    items = articles.get("item") if isinstance(articles, dict) else articles
    listed = items if isinstance(items, list) else [items]
    if len(listed) != 1 or str(fields.get("ArticleCount", "")) != "1":
        raise BadReply("a news reply has exactly one article")
    if not isinstance(listed[0], dict):
        raise BadReply("the article is missing")
    return news_bubble({name.lower(): value for name, value in listed[0].items()})


def news_bubble(article: Fields) -> Bubble:
    """The chat line of one article with `title`, `description`, `picurl` and `url`.

    Raises:
        BadReply: it has no title or leads nowhere.
    """
    url = str(article.get("url", ""))
    if not is_web(url):
        raise BadReply("the article's Url is not http or https")
    picture = str(article.get("picurl", ""))
    return {
        "kind": "news",
        "title": _text(article, "title"),
        "description": str(article.get("description", "")),
        "picture": picture if is_web(picture) else "",
        "url": url,
    }


def _inner(fields: Fields, name: str) -> Fields:
    value = fields.get(name)
    if not isinstance(value, dict):
        raise BadReply(f"{name} is missing")
    return value


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise BadReply(f"{name} is missing or empty")
    return value
