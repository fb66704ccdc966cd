"""The family of a history as its tables would hold it at a moment, and the facts of a letter.

Rows carry the names of the columns that the worker reads, so that its own functions read them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.models import Purpose
from booking.models import AppointmentState
from handbook.ages import corrected_birthday
from handbook.care.plans import next_visit
from handbook.care.schedule import CURRENT, CURRENT_CHILD, load
from handbook.care.vaccines import Sex
from handbook.models import PregnancyState
from handbook.models_lives import ChildState
from handbook.standing.stretches import Edge
from handbook.timeline import Gestation
from scheduler.channels.choosing import Reach
from scheduler.letters.facts import Facts, Human, Lived, Row, Shelf, child_lived, pregnancy_lived
from scheduler.models import ReminderKind
from scheduler.models_wishes import PauseWhy
from scheduler.policy import Policy
from scheduler.speech.points import targets_of

HOSPITAL, MOTHER = "hospital", "mother"
OFFICIAL, MINI, LETTERS = "official", "mini", "letters"
"""The accounts of the journey, and its template of weekly letters."""


@dataclass(frozen=True)
class Schedules:
    """The editions of care that a pregnancy and a child begin with."""

    pregnancy: str = CURRENT
    child: str = CURRENT_CHILD


@dataclass
class Mother:
    """A pregnancy, with the columns of `letters.asked.PREGNANCIES`; `known_at` as in its table."""

    id: str
    schedule: str
    last_period_day: date
    opened_at: datetime
    known_at: datetime
    state: str = PregnancyState.ONGOING
    fetuses: int = 1
    delivery_day: date | None = None
    discharge_day: date | None = None
    quiet_at: datetime | None = None
    closed_at: datetime | None = None

    def lived(self) -> Lived:
        """Return what is true of it."""
        return pregnancy_lived(self)


@dataclass
class Newborn:
    """A child, with the columns of `letters.asked.CHILDREN`; `known_at` as in its table."""

    id: str
    schedule: str
    pregnancy_id: str
    birth_day: date
    gestation_days: int
    opened_at: datetime
    known_at: datetime
    sex: Sex | None = None
    discharge_day: date | None = None
    plan: str | None = None
    plan_from_day: date | None = None
    plan_to_day: date | None = None
    state: str = ChildState.LIVING
    closed_at: datetime | None = None
    guardians: tuple[str, ...] = (MOTHER,)
    is_agreed: bool = True

    def lived(self) -> Lived:
        """Return what is true of it."""
        return child_lived(self)

    def set_next_visit(self, *, last_visit_day: date) -> None:
        """Work out the next visit of its plan, as `handbook.plan_days` does."""
        plans = {plan.key: plan for plan in load(self.schedule).plans}
        if (plan := plans.get(self.plan or "")) is None:
            return
        birthday = corrected_birthday(
            born=self.birth_day, gestation_at_birth=Gestation(self.gestation_days)
        )
        found = next_visit(plan, corrected_birthday=birthday, last_visit_day=last_visit_day)
        self.plan_from_day, self.plan_to_day = found or (None, None)


@dataclass
class Visit:
    """An appointment, with the columns of `candidates.STEPS` and `letters.asked.APPOINTMENTS`."""

    id: str
    number: int
    subject_id: str
    item_key: str
    care: str
    starts_at: datetime
    booked_at: datetime
    made_at: datetime
    channel: str
    child_id: str | None
    state: str = AppointmentState.BOOKED
    after: str = AppointmentState.BOOKED
    expires_at: datetime | None = None
    is_lost: bool = False
    is_child_gone: bool = False
    person_id: str = MOTHER
    hospital_id: str = HOSPITAL
    clinic: str = "门诊"
    room: str = ""

    def step(self, state: AppointmentState, *, now: datetime) -> None:
        """Take it to its next state."""
        self.state = self.after = state.value
        self.made_at = now


@dataclass
class Pause:
    """An interval of silence, with the columns of `letters.asked.PAUSES`."""

    id: str
    from_at: datetime
    until_at: datetime | None
    kind: str | None
    hospital_id: str = HOSPITAL
    person_id: str = MOTHER
    why: str = PauseWhy.AWAY

    def holds(self, now: datetime) -> bool:
        """Say whether it lasts at a moment: `[from, until)`."""
        return self.from_at <= now and (self.until_at is None or self.until_at > now)


@dataclass
class Family:
    """Everything that is known of the family by now."""

    schedules: Schedules
    policy: Policy
    shelf: Shelf
    rules: str
    """The key of the edition of rules."""
    follows: bool
    letters_left: int
    wordings: Mapping[tuple[str, str], Row] = field(default_factory=dict)
    pregnancies: list[Mother] = field(default_factory=list)
    children: list[Newborn] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    unwanted: set[ReminderKind] = field(default_factory=set)
    done: set[tuple[str, str]] = field(default_factory=set)
    given: Counter[tuple[str, str]] = field(default_factory=Counter)
    letters_on: Counter[date] = field(default_factory=Counter)
    is_unreached: bool = False
    """Whether staff know that no message reaches her."""
    read: set[tuple[str, str]] = field(default_factory=set)
    """Subject and article of what was shown."""
    told_late: set[tuple[str, str]] = field(default_factory=set)
    """Subject and item of what staff were told is late."""

    @property
    def pregnancy(self) -> Mother:
        """Return the newest pregnancy.

        Raises:
            ValueError: none is known.
        """
        if not self.pregnancies:
            raise ValueError("no pregnancy is known yet")
        return self.pregnancies[-1]

    def child(self, number: int) -> Newborn:
        """Return the child of a number, counted from 1.

        Raises:
            ValueError: there is no such child.
        """
        if not 1 <= number <= len(self.children):
            raise ValueError(f"there is no child {number}")
        return self.children[number - 1]

    def lives(self) -> list[Mother | Newborn]:
        """Return every pregnancy and child."""
        return [*self.pregnancies, *self.children]

    def subject_of(self, item: str, *, child: int) -> Mother | Newborn:
        """Return whose item it is.

        Raises:
            ValueError: no edition has the item, or there is no such child.
        """
        if is_of(self.schedules.pregnancy, item):
            return self.pregnancy
        if is_of(self.schedules.child, item):
            return self.child(child)
        raise ValueError(f"there is no item {item}")

    def visit(self, item: str) -> Visit:
        """Return what is booked for an item.

        Raises:
            ValueError: nothing is.
        """
        for each in reversed(self.visits):
            if each.item_key == item and each.state == AppointmentState.BOOKED:
                return each
        raise ValueError(f"nothing is booked for {item}")

    def facts(self, *, now: datetime, today: date) -> Facts:
        """Return what a letter asks, as of now."""
        booked = frozenset(
            (each.subject_id, each.item_key)
            for each in self.visits
            if each.state == AppointmentState.BOOKED and each.starts_at >= now
        )
        return Facts(
            now=now, edition=self.rules, people={MOTHER: self._human(today)},
            lives={each.id: each.lived() for each in self.lives()},
            appointments={each.id: each for each in self.visits},
            done=frozenset(self.done), given=self.given, booked=booked,
            pauses=[each for each in self.pauses if each.holds(now)],
            policies={HOSPITAL: self.policy}, wordings=self.wordings, shelf=self.shelf,
        )  # fmt: skip

    def _human(self, today: date) -> Human:
        reach = Reach(
            official="openid" if self.follows else None, follows=self.follows, mini="openid",
            credits={LETTERS: self.letters_left},
        )  # fmt: skip
        return Human(
            is_closed=False, agreed=frozenset(Purpose), heard_at=None, called_at=None,
            letters_today=self.letters_on[today], unwanted=frozenset(self.unwanted), reach=reach,
        )  # fmt: skip


def is_of(edition: str, item: str) -> bool:
    """Say whether an edition of care has an item, a dose or a plan."""
    plans = {plan.key for plan in load(edition).plans}
    return item in plans or item in targets_of(edition, Edge.OPENS)
