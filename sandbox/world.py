"""The little world all parts share: accounts, people, chats, the journal and one lock."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sandbox.clock import Clock
from sandbox.config import Account, Config, Kind, Person, Template
from sandbox.journal import Journal
from sandbox.state import Bond, Bubble, State, Store

CHAT_LENGTH = 500
"""So many lines of one person's chats are kept."""
FIRST_MSGID = 3_428_411_849_815_982_000
"""Message ids start beyond 2**53, so that a client that keeps them in a double is found out."""


Item = TypeVar("Item")


class Unknown(LookupError):
    """A person, account or template that is not configured was named."""


class World:
    """Configuration, clock and memory behind one re-entrant lock.

    `changed` is that lock as a condition: whoever writes a chat line wakes the waiting phones.
    """

    def __init__(self, config: Config, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.config = config
        self.clock = Clock(folder / "clock.json")
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.journal = Journal()
        self.closing = False
        self.revision = 0
        self._store = Store(folder / "state.json", self.lock)
        self._people: dict[tuple[str, str], str] = {}
        self._settle_in()

    @property
    def state(self) -> State:
        """The memory; read and change it under `lock`, then call `touch`."""
        return self._store.state

    def now(self) -> float:
        """The simulated moment as unix seconds."""
        return self.clock.now().timestamp()

    def touch(self) -> None:
        """Say that the memory changed."""
        self._store.touch()

    def reset(self) -> None:
        """Forget everything but the configuration; the clock goes back to real time."""
        with self.lock:
            self._store.state = State(serial=self.state.serial)
            self.journal.clear()
            self.clock.shift(-self.clock.offset)
            self._settle_in()
            self.wake()

    def close(self) -> None:
        """Let waiting phones go and write the memory."""
        with self.lock:
            self.closing = True
            self.changed.notify_all()
        self._store.close()

    def account(self, appid: str) -> Account:
        """The account with this AppID.

        Raises:
            Unknown: there is none.
        """
        return _first(self.config.accounts, lambda account: account.appid == appid)

    def official(self) -> Account:
        """The first Official Account, the one that is meant when none is named."""
        return _first(self.config.accounts, lambda account: account.kind is Kind.OA)

    def template(self, template_id: str) -> Template:
        """The template with this id.

        Raises:
            Unknown: there is none.
        """
        return _first(self.config.templates, lambda template: template.id == template_id)

    def persons(self) -> list[Person]:
        """Everybody: from the configuration, then those added later."""
        return [*self.config.persons, *self.state.persons]

    def person(self, key: str) -> Person:
        """The person with this key.

        Raises:
            Unknown: there is none.
        """
        return _first(self.persons(), lambda person: person.key == key)

    def add_person(self, person: Person) -> None:
        """Let another person in; the same key again changes name and colour."""
        with self.lock:
            others = [known for known in self.state.persons if known.key != person.key]
            self.state.persons = [*others, person]
            self._know(person)
            self.touch()

    def person_of(self, openid: str, account: Account) -> str | None:
        """Whose openid this is at this account; None when it is nobody's."""
        return self._people.get((account.appid, openid))

    def bond(self, person: str, account: Account) -> Bond:
        """What lies between a person and an account; made when first asked for."""
        return self.state.bonds.setdefault(f"{person}@{account.appid}", Bond())

    def next_msgid(self) -> int:
        """A message id never given before."""
        with self.lock:
            self.state.serial += 1
            self.touch()
            return FIRST_MSGID + self.state.serial

    def tell(self, person: str, bubble: Bubble) -> Bubble:
        """Add a line to a person's chats and wake the phones that wait for it."""
        with self.lock:
            chat = self.state.chats.setdefault(person, [])
            line = {"seq": self.last_line(person) + 1, "at": self.stamp()} | bubble
            chat.append(line)
            del chat[:-CHAT_LENGTH]
            self.wake()
            return line

    def last_line(self, person: str) -> int:
        """The number of a person's newest chat line; 0 when there is none."""
        lines = self.state.chats.get(person, [])
        return int(lines[-1]["seq"]) if lines else 0

    def wake(self) -> None:
        """Say that the memory changed in a way phones show, and tell those that wait."""
        with self.lock:
            self.touch()
            self.revision += 1
            self.changed.notify_all()

    def stamp(self) -> str:
        """The simulated moment as text, UTC, whole milliseconds."""
        moment = datetime.fromtimestamp(self.now(), UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _settle_in(self) -> None:
        for person in self.persons():
            self._know(person)
        if self.config.menu:
            self.state.menus.setdefault(self.official().appid, self.config.menu)

    def _know(self, person: Person) -> None:
        for account in self.config.accounts:
            self._people[(account.appid, openid(person.key, account))] = person.key


def openid(person: str, account: Account) -> str:
    """The id of a person at one account: the same at every start, different per account."""
    return "o" + _digest(f"openid {account.appid} {person}")


def unionid(person: str) -> str:
    """The id of a person across all accounts of the owner."""
    return "o" + _digest(f"unionid {person}")


def phone_number(person: str) -> str:
    """A person's made-up phone number, the same at every start."""
    digits = int.from_bytes(hashlib.sha256(f"phone {person}".encode()).digest()[:4])
    return f"1990000{digits % 10_000:04d}"


def _digest(text: str) -> str:
    raw = hmac.digest(b"wechat stand-in", text.encode(), "sha256")
    return base64.urlsafe_b64encode(raw).decode()[:27]


def _first(items: Iterable[Item], fits: Callable[[Item], bool]) -> Item:
    for item in items:
        if fits(item):
            return item
    raise Unknown
