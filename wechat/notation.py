"""Reads the two notations of a push, XML and JSON, into the same plain mapping, strictly.

Expat and json are used directly instead of xmltodict: half the time, document types are refused
before an entity can be declared, and depth and repeated names are in our hands.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final
from xml.parsers import expat

from wechat.account import PushFormat
from wechat.errors import BadPush

MAX_DEPTH: Final = 8
"""Deepest nesting that is read; the platform's own pushes need five."""

Value = str | Sequence["Value"] | Mapping[str, "Value"]
Fields = Mapping[str, Value]

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""What JSON can smuggle in and neither UTF-8 nor PostgreSQL can hold."""


def notation_of(body: bytes) -> PushFormat:
    """Say which notation a body is in, by its first letter."""
    return PushFormat.JSON if body.lstrip()[:1] == b"{" else PushFormat.XML


def read_fields(body: bytes) -> Fields:
    """Return the fields of a body in either notation; every leaf is text, numbers too.

    Raises:
        BadPush: not UTF-8, not well-formed, too deep, a name twice, or a document type.
    """
    return _read_json(body) if notation_of(body) is PushFormat.JSON else _read_xml(body)


def leaf(fields: Fields, name: str) -> str:
    """Return one field's text, empty when it is missing.

    Raises:
        BadPush: there is something else than text under this name.
    """
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise BadPush("not_text")
    return value


def branch(fields: Fields, name: str) -> Fields:
    """Return the mapping under a name, empty when there is none."""
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}


def branches(fields: Fields, name: str) -> tuple[Fields, ...]:
    """Return the mappings under a name, where the platform sends one or a list of them.

    Raises:
        BadPush: there is text, or a list of something else.
    """
    value = fields.get(name) or ()
    found = (value,) if isinstance(value, Mapping) else value
    if isinstance(found, str):
        raise BadPush("not_a_list")
    mappings = tuple(item for item in found if isinstance(item, Mapping))
    if len(mappings) != len(found):
        raise BadPush("not_a_list")
    return mappings


class _Tree:
    """Builds the mapping while expat walks: a leaf becomes text, anything else a mapping."""

    __slots__ = ("open", "root", "text")

    def __init__(self) -> None:
        self.open: list[dict[str, Value]] = [{}]
        self.root = ""
        self.text = ""

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self.open) > MAX_DEPTH:
            raise BadPush("depth")
        self.root = self.root or name
        self.open.append({})
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def end(self, name: str) -> None:
        inner = self.open.pop()
        value: Value = inner or self.text
        self.text = ""
        outer = self.open[-1]
        if name not in outer:
            outer[name] = value
        elif len(self.open) == 2:  # directly under <xml>, where each name has one meaning
            raise BadPush("name_twice")
        elif isinstance(before := outer[name], list):
            before.append(value)
        else:
            outer[name] = [before, value]


def _refuse_document_type(*declaration: object) -> None:
    raise BadPush("document_type")


def _read_xml(body: bytes) -> Fields:
    tree = _Tree()
    # UTF-8 wins over an encoding the document declares, but not over a mark of UTF-16 in front of
    # it: so the bytes are decoded here, and expat is given text.
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler = tree.begin
    parser.CharacterDataHandler = tree.write
    parser.EndElementHandler = tree.end
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(body.decode(), True)  # noqa: FBT003 - expat takes it by position only
    except (expat.ExpatError, UnicodeDecodeError):
        raise BadPush("xml") from None
    fields = tree.open[0].get("xml")
    if not isinstance(fields, Mapping):
        raise BadPush("xml")
    return fields


def _unique(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadPush("name_twice")
    return fields


def _refuse_constant(name: str) -> str:
    raise BadPush("json")


_JSON = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=str, parse_float=str, parse_constant=_refuse_constant
)


def _read_json(body: bytes) -> Fields:
    try:
        # What begins with a brace, as this body does, is a mapping or an error.
        fields: dict[str, object] = _JSON.decode(body.decode())
    except (ValueError, RecursionError):
        raise BadPush("json") from None
    return _plain_fields(fields, depth=1)


def _plain_fields(fields: dict[str, object], *, depth: int) -> Fields:
    return {_storable(name): _plain(value, depth=depth + 1) for name, value in fields.items()}


def _plain(value: object, *, depth: int) -> Value:
    """Return a decoded JSON value with text at every leaf."""
    if depth > MAX_DEPTH + 1:
        raise BadPush("depth")
    if isinstance(value, dict):
        return _plain_fields(value, depth=depth)
    if isinstance(value, list):
        return [_plain(item, depth=depth + 1) for item in value]
    if isinstance(value, str):
        return _storable(value)
    return "" if value is None else str(value).lower()


def _storable(text: str) -> str:
    if _UNSTORABLE.search(text):
        raise BadPush("unstorable_text")
    return text
