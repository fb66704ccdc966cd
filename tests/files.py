"""The files of the repository that people wrote."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.world import ROOT

BUILT = {".venv", ".git", ".run", "node_modules", "dist", "vendor", "__pycache__", "unpackage"} | {
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache",
}  # fmt: skip
"""Folders that tools fill, or that are somebody else's work as it came."""


def files(*endings: str) -> Iterator[Path]:
    """Yield the files people wrote whose names end so, in order."""
    return (path for path in _written() if path.suffix in endings)


@cache
def _written() -> tuple[Path, ...]:
    found = []
    for folder, below, names in os.walk(ROOT):
        # What is built is not even looked into: there are tens of thousands of files.
        below[:] = sorted(set(below) - BUILT)
        found += [Path(folder, name) for name in sorted(names)]
    return tuple(found)
