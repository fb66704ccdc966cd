"""Text as a chat shows it: plain parts and the few links the platform lets through."""

import html
import re
from typing import Any
from urllib.parse import unquote, urlsplit

ANCHOR = re.compile(r"<a\s+([^<>]*)>(.*?)</a\s*>", re.IGNORECASE | re.DOTALL)
ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
MENU_LINK = re.compile(r"weixin://bizmsgmenu\?msgmenucontent=(.*)&msgmenuid=([^&]*)", re.DOTALL)
BARE_URL = re.compile(r"https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII)

Part = dict[str, Any]


def parts(text: str) -> list[Part]:
    """Cut a text into `text`, `link`, `menu` and `mini` parts; other markup stays text."""
    found: list[Part] = []
    position = 0
    for anchor in ANCHOR.finditer(text):
        found += _bare(text[position : anchor.start()])
        found.append(_anchor(anchor))
        position = anchor.end()
    return found + _bare(text[position:])


def is_web(url: str) -> bool:
    """Say whether an address is http or https with a host."""
    try:
        split = urlsplit(url)
    except ValueError:
        return False
    return split.scheme in {"http", "https"} and bool(split.netloc)


def _anchor(anchor: re.Match[str]) -> Part:
    attributes = {
        name.lower(): html.unescape(double or single)
        for name, double, single in ATTRIBUTE.findall(anchor[1])
    }
    label = html.unescape(anchor[2])
    href = attributes.get("href", "")
    menu = MENU_LINK.fullmatch(href)
    if menu:
        return {"kind": "menu", "text": label, "send": unquote(menu[1]), "menu_id": menu[2]}
    appid = attributes.get("data-miniprogram-appid", "")
    if appid:
        page = attributes.get("data-miniprogram-path", "")
        url = href if is_web(href) else ""
        return {"kind": "mini", "text": label, "appid": appid, "page": page, "url": url}
    if is_web(href):
        return {"kind": "link", "text": label, "url": href}
    return {"kind": "text", "text": anchor[0]}


def _bare(text: str) -> list[Part]:
    found: list[Part] = []
    position = 0
    for address in BARE_URL.finditer(text):
        found.append({"kind": "text", "text": text[position : address.start()]})
        found.append({"kind": "link", "text": address[0], "url": address[0]})
        position = address.end()
    found.append({"kind": "text", "text": text[position:]})
    return [part for part in found if part["text"]]
