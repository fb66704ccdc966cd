"""The notices a family agrees to, one file per purpose and version; the hash is of its bytes."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from accounts.errors import NoSuchNotice
from accounts.models import Purpose

FOLDER = Path(__file__).parent / "notices"


@dataclass(frozen=True)
class Notice:
    """What she reads before she decides; the newest version by file name is in force."""

    purpose: Purpose
    version: str
    title: str
    text: str
    hash: str


@cache
def notice(purpose: Purpose) -> Notice:
    """Return the notice in force for a purpose.

    Raises:
        NoSuchNotice: there is none.
    """
    paths = sorted(FOLDER.glob(f"{purpose.value}-*.toml"))
    if not paths:
        raise NoSuchNotice(purpose=purpose.value)
    content = paths[-1].read_bytes()
    read = tomllib.loads(content.decode())
    version = paths[-1].stem.removeprefix(f"{purpose.value}-")
    digest = hashlib.sha256(content).hexdigest()
    return Notice(purpose, version, str(read["title"]), str(read["text"]).strip(), digest)
