"""The strict reader of YAML: an unknown, missing, doubled or ill-typed field stops it."""

from pathlib import Path
from typing import Annotated, TypeVar

import yaml
from pydantic import BeforeValidator, ConfigDict, StringConstraints, TypeAdapter

from handbook.care.spans import Span

Shape = TypeVar("Shape")

STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
"""Give it to a dataclass as `__pydantic_config__`."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Text that says something."""

SpanText = Annotated[
    Span, BeforeValidator(lambda text: text if isinstance(text, Span) else Span.read(text))
]
"""A span as a schedule writes it."""


def read(path: Path, shape: type[Shape]) -> Shape:
    """Return the content of a YAML file in the shape of a frozen dataclass.

    Raises:
        ValueError: the file does not fit the shape; the notes name the file.
    """
    text = path.read_text("utf-8")
    try:
        _check_keys(yaml.compose(text, yaml.CSafeLoader))
        return TypeAdapter(shape).validate_python(yaml.load(text, yaml.CSafeLoader))
    except ValueError as broken:
        broken.add_note(f"in {path.name}")
        raise


def _check_keys(node: yaml.Node | None) -> None:
    """Refuse a key that stands twice in a mapping: YAML itself silently takes the last."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        if doubled := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"written twice: {sorted(doubled)}")
        for _, value in node.value:
            _check_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _check_keys(value)
