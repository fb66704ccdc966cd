"""Bring a message into one plain form before rules look at it.

Full-width and traditional characters, hidden characters, homophone typos, repeated punctuation
and Chinese numerals all become what the patterns are written in. In the result `,` `、` and `。`
are the only punctuation of a sentence.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

STOPS = re.compile(r"[!?;\n。…]|\.(?![0-9])")
COMMAS = re.compile(r"[,:(){}\[\]|~—]")
SYMBOLS_KEPT = frozenset(",、。./+-")
CJK = "\u4e00-\u9fff"
LONG_PIECE = 4
"""A space between two pieces of at least this many characters stands for a comma."""

LONG_NUMBER = re.compile(r"[0-9]{7,}")
"""No measure of a body has seven digits; a phone number is nobody's business here."""

RUN = re.compile(r"([^0-9]{1,12}?)\1{2,}")
TURN = re.compile(r"(?=但|可是|(?<!喘)(?<!透)不过(?![气来]))")
DIGIT = {char: digit for digit, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
NUMERAL = re.compile("[零一两二三四五六七八九十百]")
HUNDREDS = re.compile(r"([一二两])百([零一二三四五六七八九十]{0,3})(?![几])")
TENS = re.compile(r"([一二两三四五六七八九])?十([一二三四五六七八九])?(?!分[^钟之]|有八九|月怀胎)")
ONES = re.compile(
    r"([一二两三四五六七八九])(?=周|个?月|岁|天|度|个?小时|个?钟头|分钟|次(?!性)|片|斤)"
    r"|(?<=[0-9][度点])([零一二三四五六七八九])"
)


def _tens(text: str) -> int:
    match = TENS.fullmatch(text)
    if match:
        return DIGIT.get(match[1], 1) * 10 + DIGIT.get(match[2], 0)
    # 一百五 is 150 but 一百零五 is 105
    return DIGIT[text[-1]] * (1 if text.startswith("零") else 10) if text else 0


def _hundred(match: re.Match[str]) -> str:
    rest = match[2]
    if len(rest) > 1 and not rest.startswith("零") and not TENS.fullmatch(rest):
        return match[0]
    return str(DIGIT[match[1]] * 100 + _tens(rest))


def digits(text: str) -> str:
    """Chinese numerals before a unit, and tens and hundreds anywhere, as digits."""
    if not NUMERAL.search(text):
        return text
    text = HUNDREDS.sub(_hundred, text)
    text = TENS.sub(lambda match: str(_tens(match[0])), text)
    return ONES.sub(lambda match: str(DIGIT[match[1] or match[2]]), text)


def _unspaced(text: str) -> str:
    pieces = text.split()
    joined = pieces[0] if pieces else ""
    last = joined
    for piece in pieces[1:]:
        if len(last) >= LONG_PIECE and len(piece) >= LONG_PIECE:
            joined += ","
        elif last[-1].isdigit() and piece[0].isdigit():
            joined += "/"
        joined += piece
        last = piece
    return joined


@lru_cache(maxsize=4096)
def _kept(char: str) -> bool:
    return char in SYMBOLS_KEPT or unicodedata.category(char)[0] in "LN"


def plain(text: str, *, letters: Mapping[int, str], typos: Mapping[str, str]) -> str:
    """The message in the one form that patterns are written in.

    Args:
        text: what somebody typed or said.
        letters: traditional to simplified characters, as `str.maketrans` makes it.
        typos: homophone slip to what was meant.
    """
    # What is printable has no hidden character, and nearly every message is.
    shown = text.isprintable()
    visible = text if shown else "".join(c for c in text if unicodedata.category(c) != "Cf")
    folded = unicodedata.normalize("NFKC", visible).lower().replace("°c", "度")
    folded = COMMAS.sub(",", STOPS.sub("。", folded))
    joined = _unspaced("".join(char if _kept(char) else " " * char.isspace() for char in folded))
    simple = joined.translate(letters)
    for slip, meant in typos.items():
        if slip in simple:
            simple = simple.replace(slip, meant)
    return TURN.sub(",", LONG_NUMBER.sub("0", RUN.sub(r"\1\1", digits(simple))))
