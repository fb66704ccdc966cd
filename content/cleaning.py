"""Article HTML made harmless: what is not named here does not get through."""

import re
from html.parser import HTMLParser

import nh3

BLOCKS = frozenset({
    "blockquote", "br", "caption", "figcaption", "figure", "h1", "h2", "h3", "h4", "hr", "li",
    "ol", "p", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
"""Tags that part words from each other."""

TAGS = BLOCKS | {
    "a", "b", "col", "colgroup", "em", "i", "img", "s", "span", "strong", "sub", "sup", "u",
}  # fmt: skip

STYLED = ("figure", "h1", "h2", "h3", "h4", "img", "p", "section", "span", "strong", "table",
          "td", "th")  # fmt: skip

ATTRIBUTES = {tag: {"style"} for tag in STYLED} | {
    "*": set(),
    "a": {"href"},
    "img": {"style", "src", "alt"},
    "td": {"style", "colspan", "rowspan"},
    "th": {"style", "colspan", "rowspan"},
}

STYLES = frozenset({
    "color", "background-color", "text-align", "text-indent", "font-size", "font-weight", "width",
    "line-height", "table-layout", "border", "border-collapse", "border-color", "border-style",
    "border-width", "border-top", "border-right", "border-bottom", "border-left",
    "padding", "padding-top", "padding-right", "padding-bottom", "padding-left",
})  # fmt: skip
"""What the editor writes and cannot hide, move or cover anything; so no margin, no position."""

SCHEMES = frozenset({"https", "tel"})
"""A page served over https shows nothing fetched without it."""


COMPUTED = re.compile(r"(?<!rgb)(?<!rgba)\(|\\")
"""A style that calls anything but a colour, or writes letters in disguise."""


def _harmless(tag: str, attribute: str, value: str) -> str | None:
    return None if attribute == "style" and COMPUTED.search(value) else value


CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes=ATTRIBUTES,
    attribute_filter=_harmless,
    filter_style_properties=set(STYLES),
    link_rel="noopener noreferrer",
    url_schemes=set(SCHEMES),
    url_relative="deny",
)


def clean(html: str) -> str:
    """Return the HTML with nothing that could run, load a frame, or cover the page.

    Cleaning what is already clean changes nothing.
    """
    return CLEANER.clean(html)


def plain(html: str) -> str:
    """Return the words of clean HTML, blocks parted by line ends."""
    words = _Words()
    words.feed(html)
    words.close()
    return "".join(words.parts).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def _part(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")
