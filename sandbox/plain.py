"""Strict reading of JSON into dataclasses: whatever is unknown, missing or mistyped is refused."""

import json
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Shape = TypeVar("Shape")


class BadShape(ValueError):
    """The JSON does not have the shape that was asked for; the text says where."""


def read_file(path: Path) -> object:
    """The parsed JSON of a file.

    Raises:
        BadShape: it is not JSON in UTF-8.
        OSError: it cannot be read.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as broken:
        raise BadShape(f"{path.name}: not JSON") from broken


def build(kind: type[Shape], raw: object, where: str = "$") -> Shape:
    """Build the dataclass `kind` from parsed JSON; `where` names the spot in messages.

    Raises:
        BadShape: an unknown or missing field, or a value of another type.
    """
    if not isinstance(raw, dict):
        raise BadShape(f"{where}: an object is expected")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(raw.keys() - known.keys())
    if unknown:
        raise BadShape(f"{where}: unknown field {unknown[0]}")
    for name, field in known.items():
        required = field.default is MISSING and field.default_factory is MISSING
        if required and name not in raw:
            raise BadShape(f"{where}: field {name} is missing")
    hints = get_type_hints(kind)
    return kind(**{name: _value(hints[name], raw[name], f"{where}.{name}") for name in raw})


def _value(hint: Any, raw: object, where: str) -> object:  # noqa: ANN401 - any type hint at all
    origin = get_origin(hint)
    if origin is not None:
        return _compound(hint, origin, raw, where)
    if hint is Any:
        return raw
    if is_dataclass(hint):
        return build(hint, raw, where)  # type: ignore[arg-type]
    if issubclass(hint, StrEnum):
        return _word(hint, raw, where)
    if hint is float and type(raw) is int:
        return float(raw)
    if type(raw) is not hint:
        raise BadShape(f"{where}: {hint.__name__} is expected")
    return raw


def _word(hint: type[StrEnum], raw: object, where: str) -> StrEnum:
    words = [member.value for member in hint]
    if raw not in words:
        raise BadShape(f"{where}: one of {', '.join(words)} is expected")
    return hint(raw)


def _compound(hint: object, origin: object, raw: object, where: str) -> object:
    inner = get_args(hint)
    if origin is UnionType:
        kept = [kind for kind in inner if kind is not NoneType]
        return None if raw is None else _value(kept[0], raw, where)
    if origin is dict:
        if not isinstance(raw, dict):
            raise BadShape(f"{where}: an object is expected")
        return {key: _value(inner[1], value, f"{where}.{key}") for key, value in raw.items()}
    if not isinstance(raw, list):
        raise BadShape(f"{where}: a list is expected")
    values = [_value(inner[0], value, f"{where}[{place}]") for place, value in enumerate(raw)]
    return tuple(values) if origin is tuple else values
