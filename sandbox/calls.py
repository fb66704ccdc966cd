"""One call of the platform API, read and checked: what every API function works with."""

import threading
from dataclasses import dataclass, field

from sandbox.config import Account, Kind
from sandbox.push import PushEngine
from sandbox.refusal import Refused
from sandbox.wire import Fields
from sandbox.world import World


@dataclass
class Call:
    """A call with its query, its JSON body and, where a token is needed, its account.

    Attributes:
        answered: set once the answer is on its way; event pushes wait for it.
        warnings: what the platform lets pass but a careful client should mend.
    """

    world: World
    engine: PushEngine
    path: str
    query: dict[str, str]
    body: Fields
    ip: str
    caller: Account | None = None
    answered: threading.Event = field(default_factory=threading.Event)
    warnings: list[str] = field(default_factory=list)

    @property
    def account(self) -> Account:
        """The account the token belongs to."""
        if self.caller is None:
            raise Refused(41001)
        return self.caller

    def require(self, kind: Kind, errcode: int = 48001) -> None:
        """Pass if the account is of this kind.

        Raises:
            Refused: with `errcode`, it is the other kind.
        """
        if self.account.kind is not kind:
            raise Refused(errcode)

    def text(self, name: str, errcode: int = 47001) -> str:
        """A text field of the body; empty when it is not there.

        Raises:
            Refused: with `errcode`, it is no text.
        """
        value = self.body.get(name, "")
        if not isinstance(value, str):
            raise Refused(errcode)
        return value

    def receiver(self) -> str:
        """The person `touser` stands for.

        Raises:
            Refused: 40003, nobody has this openid at this account.
        """
        person = self.world.person_of(self.text("touser", 40003), self.account)
        if person is None:
            raise Refused(40003)
        return person

    def event(self, person: str, fields: Fields) -> None:
        """Push an event to the account once the answer is on its way."""
        payload = {"MsgType": "event"} | fields
        self.engine.push(self.account, person, payload, after=self.answered)
