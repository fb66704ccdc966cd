"""The files of the repository that people wrote."""

from collections.abc import Iterator
from pathlib import Path

from tests.world import ROOT

BUILT = {".venv", ".git", ".run", "node_modules", "dist", "vendor", "__pycache__", "unpackage"} | {
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache",
}  # fmt: skip
"""Folders that tools fill, or that are somebody else's work as it came."""


def files(*endings: str) -> Iterator[Path]:
    """Yield the files people wrote."""
    for path in sorted(ROOT.rglob("*")):
        if not BUILT & set(path.relative_to(ROOT).parts) and path.suffix in endings:
            yield path
