"""Answers to a push: what a chat can say at once, rendered and sealed for the platform."""

import html
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from core.crypto import chance
from wechat.account import Account, AccountKind, PushFormat
from wechat.crypto import PREFIX_BYTES, seal, signature
from wechat.push import Push

MAX_TEXT_BYTES: Final = 2048
"""Longest text in UTF-8; a longer one is refused with 45002 when sent by customer service."""

NOTHING: Final = b"success"
"""The answer that says nothing; never sealed."""

_SILENT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Letters that XML 1.0 cannot hold; one of them would cost the whole answer."""

_MENU_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)

_ADDRESS_LETTERS: Final = "!#$%&'()*+,/:;=?@[]~"


def checked_text(text: str) -> str:
    """Return the text if the platform will carry it.

    Raises:
        ValueError: it is empty or longer than 2048 bytes in UTF-8.
    """
    if not text.strip():
        raise ValueError("a text must say something")
    if len(text.encode("utf-8", "replace")) > MAX_TEXT_BYTES:
        raise ValueError(f"a text has at most {MAX_TEXT_BYTES} bytes")
    return text


@dataclass(frozen=True)
class TextReply:
    """A text of 1 to 2048 bytes in UTF-8, which may hold `link` and `menu_link`."""

    text: str

    def __post_init__(self) -> None:
        """Refuse what the platform would not carry."""
        checked_text(self.text)


@dataclass(frozen=True, kw_only=True)
class NewsReply:
    """One article as a card (the platform has carried no more than one since 2018)."""

    title: str
    description: str
    url: str
    picture_url: str = ""


@dataclass(frozen=True)
class Silence:
    """Nothing is said now; a message may follow later."""


Reply = TextReply | NewsReply | Silence


def answer(account: Account, push: Push, reply: Reply, *, now: datetime, nonce: str) -> bytes:
    """Return the body to answer a push with, sealed with its key if it came sealed.

    Raises:
        ValueError: words for a mini-program, whose pushes can only be answered with silence.
    """
    if isinstance(reply, Silence):
        return NOTHING
    if account.kind is AccountKind.MP:
        raise ValueError("a mini-program's push can only be answered with silence")
    moment = int(now.timestamp())
    in_xml = push.format is PushFormat.XML
    render = _xml if in_xml else _json
    plain = render(account, push, reply, moment).encode()
    if push.aes_key is None:
        return plain
    sealed = seal(plain, aes_key=push.aes_key, appid=account.appid, prefix=chance(PREFIX_BYTES))
    proof = signature(account.token, str(moment), nonce, sealed)
    envelope = _xml_envelope if in_xml else _json_envelope
    return envelope(sealed, proof, moment, nonce).encode()


def link(text: str, url: str) -> str:
    """Return a tappable text that opens an address.

    An `&` in the address stays as it is, which is right whether or not a phone reads entities;
    quotes, angle brackets and blanks are percent-encoded, so nothing breaks out.

    Raises:
        ValueError: the address is neither https nor http.
    """
    if not url.startswith(("https://", "http://")):
        raise ValueError("a link opens an https or http address")
    return f'<a href="{quote(url, safe=_ADDRESS_LETTERS)}">{html.escape(text, quote=False)}</a>'


def menu_link(text: str, send: str, menu_id: str) -> str:
    """Return a tappable text that sends `send` as if the person had written it.

    The push it causes carries `menu_id`, by which the answer knows where it came from.

    Raises:
        ValueError: the id has other letters than A-Z, a-z, 0-9, `_` and `-`.
    """
    if not _MENU_ID.fullmatch(menu_id):
        raise ValueError("a menu id is made of letters, digits, _ and -")
    address = f"weixin://bizmsgmenu?msgmenucontent={html.escape(send)}&msgmenuid={menu_id}"
    return f'<a href="{address}">{html.escape(text, quote=False)}</a>'


def _cdata(text: str) -> str:
    return "<![CDATA[" + _SILENT.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _xml(account: Account, push: Push, reply: TextReply | NewsReply, moment: int) -> str:
    if isinstance(reply, TextReply):
        sort, content = "text", f"<Content>{_cdata(reply.text)}</Content>"
    else:
        sort, content = "news", _xml_article(reply)
    return (
        f"<xml><ToUserName>{_cdata(push.openid)}</ToUserName>"
        f"<FromUserName>{_cdata(account.gh_id)}</FromUserName>"
        f"<CreateTime>{moment}</CreateTime><MsgType><![CDATA[{sort}]]></MsgType>{content}</xml>"
    )


def _xml_article(news: NewsReply) -> str:
    return (
        "<ArticleCount>1</ArticleCount><Articles><item>"
        f"<Title>{_cdata(news.title)}</Title><Description>{_cdata(news.description)}</Description>"
        f"<PicUrl>{_cdata(news.picture_url)}</PicUrl><Url>{_cdata(news.url)}</Url>"
        "</item></Articles>"
    )


def _xml_envelope(sealed: str, proof: str, moment: int, nonce: str) -> str:
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{proof}]]></MsgSignature>"
        f"<TimeStamp>{moment}</TimeStamp><Nonce>{_cdata(nonce)}</Nonce></xml>"
    )


def _json(account: Account, push: Push, reply: TextReply | NewsReply, moment: int) -> str:
    content: dict[str, object]
    if isinstance(reply, TextReply):
        content = {"MsgType": "text", "Content": _SILENT.sub("", reply.text)}
    else:
        content = {"MsgType": "news", "ArticleCount": 1, "Articles": [_json_article(reply)]}
    names = {"ToUserName": push.openid, "FromUserName": account.gh_id, "CreateTime": moment}
    return json.dumps(names | content, ensure_ascii=False)


def _json_article(news: NewsReply) -> dict[str, str]:
    article = {
        "Title": news.title,
        "Description": news.description,
        "PicUrl": news.picture_url,
        "Url": news.url,
    }
    return {name: _SILENT.sub("", value) for name, value in article.items()}


def _json_envelope(sealed: str, proof: str, moment: int, nonce: str) -> str:
    envelope = {"Encrypt": sealed, "MsgSignature": proof, "TimeStamp": moment, "Nonce": nonce}
    return json.dumps(envelope, ensure_ascii=False)
