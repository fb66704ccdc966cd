"""The strict reader of YAML: an unknown, missing, doubled or ill-typed field stops it."""

from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BeforeValidator, ConfigDict, StringConstraints, TypeAdapter

from handbook.spans import Span

Shape = TypeVar("Shape")

STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
"""Give it to a dataclass as `__pydantic_config__`."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Text that says something."""

SpanText = Annotated[
    Span, BeforeValidator(lambda text: text if isinstance(text, Span) else Span.read(text))
]
"""A span as a schedule writes it."""


class _Loader(yaml.SafeLoader):
    """YAML without its silence about a key that is written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - the signature is PyYAML's
        """Return the mapping of a node, refusing a key that stands in it twice."""
        keys = [key.value for key, _ in node.value]
        doubled = {key for key in keys if keys.count(key) > 1}
        if doubled:
            raise yaml.constructor.ConstructorError(
                None, None, f"written twice: {sorted(doubled)}", node.start_mark
            )
        return super().construct_mapping(node, deep)


def read(path: Path, shape: type[Shape]) -> Shape:
    """Return the content of a YAML file in the shape of a frozen dataclass.

    Raises:
        ValueError: the file does not fit the shape; the notes name the file.
    """
    content = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 - a safe loader made stricter
    try:
        return TypeAdapter(shape).validate_python(content)
    except ValueError as broken:
        broken.add_note(f"in {path.name}")
        raise
