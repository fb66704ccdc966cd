"""What the stand-in remembers, and the file it keeps it in."""

import json
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sandbox.config import Person
from sandbox.plain import build, read_file

SETTLE_SECONDS = 0.1
"""Changes that come within this time share one write."""

Bubble = dict[str, Any]
"""One line of a chat, as the phone draws it."""


@dataclass
class Window:
    """A right to send customer-service messages: how many are left, until when (unix time)."""

    left: int
    until: float


@dataclass
class Bond:
    """What lies between one person and one account.

    Attributes:
        credits: one-time consents not yet used, per template.
        lasting: templates with a lasting consent.
        windows: customer-service windows by what opened them (`message`, `act`).
    """

    following: bool = False
    followed_at: int = 0
    scene: str = ""
    blocked: bool = False
    last_said: float = 0.0
    credits: dict[str, int] = field(default_factory=dict)
    lasting: list[str] = field(default_factory=list)
    windows: dict[str, Window] = field(default_factory=dict)


@dataclass
class Token:
    """An access token that was handed out; `ends_at` is earlier when it was replaced."""

    appid: str
    way: str
    expires_at: float
    ends_at: float
    replaced: bool = False


@dataclass
class Code:
    """A single-use code of a person: purpose `js`, `oauth` or `phone`."""

    purpose: str
    appid: str
    person: str
    expires_at: float
    used: bool = False
    scope: str = ""


@dataclass
class SentOnce:
    """A client_msg_id that was used, with the answer it got."""

    msgid: int
    at: float


@dataclass
class State:
    """The whole memory; times are unix seconds of the simulated clock."""

    serial: int = 0
    persons: list[Person] = field(default_factory=list)
    bonds: dict[str, Bond] = field(default_factory=dict)
    chats: dict[str, list[Bubble]] = field(default_factory=dict)
    menus: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)
    forced_at: dict[str, float] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    sent_once: dict[str, SentOnce] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    previous_key: list[str] = field(default_factory=list)


class Store:
    """Keeps a `State` in a file; writes in the background, whole files only."""

    def __init__(self, path: Path, lock: threading.RLock) -> None:
        self._path = path
        self._lock = lock
        self._dirty = threading.Event()
        self._closing = threading.Event()
        self.state = State()
        if path.exists():
            self.state = build(State, read_file(path), path.name)
        self._writer = threading.Thread(target=self._write_when_dirty, daemon=True)
        self._writer.start()

    def touch(self) -> None:
        """Say that the state changed; it is written soon."""
        self._dirty.set()

    def close(self) -> None:
        """Write what is left and stop."""
        self._closing.set()
        self._dirty.set()
        self._writer.join()

    def _write_when_dirty(self) -> None:
        while not self._closing.is_set():
            self._dirty.wait()
            self._closing.wait(SETTLE_SECONDS)
            self._dirty.clear()
            self._write()

    def _write(self) -> None:
        with self._lock:
            text = json.dumps(asdict(self.state), ensure_ascii=False)
        fresh = self._path.with_suffix(".tmp")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self._path)
