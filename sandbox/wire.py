"""How pushes and replies are written: the platform's XML and JSON, to and from plain dicts."""

import json
from typing import Any
from xml.parsers import expat

from sandbox.config import Format

Fields = dict[str, Any]
"""The fields of a push or a reply; values are text, whole numbers, dicts or lists."""


class BadText(ValueError):
    """A body is neither the XML nor the JSON that was expected."""


def write(fields: Fields, form: Format) -> bytes:
    """Write fields in the account's format, as UTF-8."""
    if form is Format.JSON:
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return f"<xml>{_elements(fields)}</xml>".encode()


def read(body: bytes, form: Format) -> Fields:
    """Read a body in the account's format; all XML values are text, repeated tags are lists.

    Raises:
        BadText: it is not that format, or has no fields.
    """
    fields = _read_json(body) if form is Format.JSON else _read_xml(body)
    if not isinstance(fields, dict) or not fields:
        raise BadText(f"not an object in {form.value}")
    return fields


def _elements(fields: Fields) -> str:
    return "".join(
        f"<{name}>{_content(one)}</{name}>"
        for name, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
    )


def _content(value: object) -> str:
    if isinstance(value, dict):
        return _elements(value)
    if isinstance(value, str):
        # A CDATA section cannot hold its own end; it is cut in two there.
        return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return str(value)


def _read_json(body: bytes) -> object:
    try:
        return json.loads(body.decode())
    except ValueError as broken:
        raise BadText("not JSON in UTF-8") from broken


def _read_xml(body: bytes) -> object:
    tree = _Tree()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = tree.refuse_doctype
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.text
    try:
        parser.Parse(body, True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError as broken:
        raise BadText("not XML in UTF-8") from broken
    if tree.root != "xml":
        raise BadText("the root element is not <xml>")
    return tree.value


class _Tree:
    """Builds nested dicts while the parser walks."""

    def __init__(self) -> None:
        self.root = ""
        self.value: object = None
        self._open: list[tuple[str, Fields, list[str]]] = []

    def refuse_doctype(self, *_parts: object) -> None:
        raise BadText("a document type is not allowed")

    def start(self, name: str, _attributes: object) -> None:
        self.root = self.root or name
        self._open.append((name, {}, []))

    def text(self, piece: str) -> None:
        self._open[-1][2].append(piece)

    def end(self, _name: str) -> None:
        name, children, pieces = self._open.pop()
        value: object = children or "".join(pieces)
        if not self._open:
            self.value = value
            return
        siblings = self._open[-1][1]
        if name not in siblings:
            siblings[name] = value
        elif isinstance(siblings[name], list):
            siblings[name].append(value)
        else:
            siblings[name] = [siblings[name], value]
