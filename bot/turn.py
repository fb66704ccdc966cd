"""One turn of a conversation: what the answering parts need to know."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Hospital, Person, SubjectKind
from accounts.rules import Actor
from conversation.actions import recall
from conversation.models import Conversation
from core.clock import beijing_date
from core.db import Session
from core.house import House
from handbook.models import Pregnancy, PregnancyState
from handbook.timeline import Gestation, gestation


class NeedsTransaction(Exception):
    """An answer would change something, which it may only in a transaction of its own."""


@dataclass(frozen=True)
class Turn:
    """What she wrote, who she is, and where she stands; `key` is unique to this push.

    `session` is for reading. Whoever changes anything asks for `writing`, or for her
    `conversation`: a turn that only reads has neither, and is then taken again from its beginning
    in a transaction (docs/why/callback-speed.md).
    """

    session: Session
    house: House
    hospital: Hospital
    person: Person
    held: Conversation | None
    """Her conversation, locked until the end of the transaction; None if the turn only reads."""
    pregnancy: Pregnancy | None
    text: str
    key: str
    now: datetime

    @property
    def conversation(self) -> Conversation:
        """Return her conversation, to be changed.

        Raises:
            NeedsTransaction: this turn only reads.
        """
        if self.held is None:
            raise NeedsTransaction
        return self.held

    @property
    def writing(self) -> Session:
        """Return the session, to change something.

        Raises:
            NeedsTransaction: this turn only reads.
        """
        if self.held is None:
            raise NeedsTransaction
        return self.session

    @property
    def question(self) -> str | None:
        """Return what the bot asked her and waits for; a turn that only reads has no such thing."""
        return None if self.held is None else recall(self.held, now=self.now)

    @property
    def today(self) -> date:
        """Return the date in Beijing."""
        return beijing_date(self.now)

    @property
    def actor(self) -> Actor:
        """Return her as the one who acts."""
        return Actor(SubjectKind.PERSON, self.person.id)

    @property
    def ongoing(self) -> Pregnancy | None:
        """Return her pregnancy if it goes on, else None."""
        if self.pregnancy is None or self.pregnancy.state is not PregnancyState.ONGOING:
            return None
        return self.pregnancy

    @property
    def is_after_loss(self) -> bool:
        """Say whether nothing may speak of pregnancy: it was lost, or no child of it lives."""
        if self.pregnancy is None:
            return False
        return self.pregnancy.state is PregnancyState.ENDED or self.pregnancy.quiet_at is not None

    @property
    def gestation(self) -> Gestation | None:
        """Return how far her ongoing pregnancy is today, or None."""
        if self.ongoing is None:
            return None
        return gestation(last_period_day=self.ongoing.last_period_day, day=self.today)

    def address(self, page: str) -> str:
        """Return the address that opens a page of the H5 client as herself."""
        return f"{self.house.settings.base_url}/m/enter?to={page}"
