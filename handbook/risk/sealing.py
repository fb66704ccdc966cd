"""How findings are written before they are sealed: padded, so that their length tells nothing."""

import json
from collections.abc import Iterable

BLOCK = 1024
"""Characters; longer than the keys of any one woman's findings."""


def written(keys: Iterable[str]) -> str:
    """Return the keys as text of one length (of the next multiple of it if there are many)."""
    text = json.dumps(sorted(keys))
    return text.ljust(-(-len(text) // BLOCK) * BLOCK)


def read(text: str) -> frozenset[str]:
    """Return the keys that were written."""
    return frozenset(json.loads(text))
