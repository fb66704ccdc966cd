"""A history as data: what becomes known of a family, and on which day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from core.clock import beijing_moment
from handbook.births import LEAST_WEEKS
from handbook.care.reading import STRICT, Words, read
from handbook.care.spans import WEEK
from handbook.care.vaccines import Sex
from handbook.timeline import LONGEST_WEEKS, PREGNANCY
from scheduler.models import ReminderKind

MORNING = time(10)
FOLLOWED = timedelta(days=400)
"""A history that names no end is followed for so long after the last thing that happens."""

LONGEST = timedelta(days=366 * 8)
MOST_HAPPENINGS = 200


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that becomes known on a day, at an hour of Beijing."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    day: date
    at: time = MORNING

    @property
    def moment(self) -> datetime:
        """Return when it becomes known."""
        return beijing_moment(self.day, hour=self.at.hour, minute=self.at.minute)


@dataclass(frozen=True, kw_only=True)
class _Dated(Happening):
    last_period: date | None = None
    due: date | None = None

    def __post_init__(self) -> None:
        """Refuse none or both of the days, and a gestation that nobody has."""
        if (self.last_period is None) == (self.due is None):
            raise ValueError("the last period or the due day, one of them")
        if not 0 <= (self.day - self.last_period_day).days <= LONGEST_WEEKS * WEEK:
            raise ValueError("nobody is that far on that day")

    @property
    def last_period_day(self) -> date:
        """Return day 0 of gestation."""
        if self.last_period is not None:
            return self.last_period
        return (self.due or self.day) - PREGNANCY


@dataclass(frozen=True, kw_only=True)
class Expecting(_Dated):
    """Her pregnancy is taken up here: early, or late."""

    what: Literal["expecting"]


@dataclass(frozen=True, kw_only=True)
class Redated(_Dated):
    """Her dates are corrected."""

    what: Literal["redated"]


@dataclass(frozen=True, kw_only=True)
class Several(Happening):
    """More than one child is expected."""

    what: Literal["several"]
    children: Annotated[int, Field(ge=1, le=5)] = 2


@dataclass(frozen=True, kw_only=True)
class Born(Happening):
    """A birth is recorded; `plan` is the follow-up that clinicians chose for the children."""

    what: Literal["born"]
    birth_day: date | None = None
    children: Annotated[int, Field(ge=1, le=5)] = 1
    sex: Sex | None = None
    plan: str = ""


@dataclass(frozen=True, kw_only=True)
class Discharged(Happening):
    """Mother and children have gone home, on that day."""

    what: Literal["discharged"]


@dataclass(frozen=True, kw_only=True)
class Lost(Happening):
    """Her pregnancy is over, and its loss recorded."""

    what: Literal["lost"]


@dataclass(frozen=True, kw_only=True)
class Died(Happening):
    """The death of a child is recorded; children are counted from 1."""

    what: Literal["died"]
    child: int = 1


@dataclass(frozen=True, kw_only=True)
class MovedAway(Happening):
    """The family lives elsewhere: its children are looked after there, she asks for silence."""

    what: Literal["moved_away"]


@dataclass(frozen=True, kw_only=True)
class Paused(Happening):
    """She wants to hear nothing (of a kind) until a day, not included, or until she says so."""

    what: Literal["paused"]
    until: date | None = None
    kind: ReminderKind | None = None


@dataclass(frozen=True, kw_only=True)
class Resumed(Happening):
    """She wants to hear again."""

    what: Literal["resumed"]


@dataclass(frozen=True, kw_only=True)
class OptedOut(Happening):
    """She wants to hear nothing of a kind any more."""

    what: Literal["opted_out"]
    kind: ReminderKind


@dataclass(frozen=True, kw_only=True)
class _About(Happening):
    item: Words
    child: int = 1
    """Which child, where the item is a child's."""


@dataclass(frozen=True, kw_only=True)
class Booked(_About):
    """A place is booked for an item, through one of the doors."""

    what: Literal["booked"]
    visit_day: date
    hour: time = MORNING
    through: Words = "miniapp"


@dataclass(frozen=True, kw_only=True)
class Came(_About):
    """She came to what was booked, and the record says so."""

    what: Literal["came"]


@dataclass(frozen=True, kw_only=True)
class Missed(_About):
    """She did not come to what was booked."""

    what: Literal["missed"]


@dataclass(frozen=True, kw_only=True)
class CancelledByClinic(_About):
    """The clinic cancelled what was booked."""

    what: Literal["cancelled_by_clinic"]


@dataclass(frozen=True, kw_only=True)
class Recorded(_About):
    """The record says that it is done, here or elsewhere."""

    what: Literal["recorded"]


AnyHappening = Annotated[
    Expecting | Redated | Several | Born | Discharged | Lost | Died | MovedAway | Paused | Resumed
    | OptedOut | Booked | Came | Missed | CancelledByClinic | Recorded,
    Field(discriminator="what"),
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class History:
    """A family, how it can be reached, and what happens, in order.

    She follows the account or not; `letters` is how many single consents to weekly letters she
    gave. `until` is the last day that is looked at.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    title: Words
    follows: bool = True
    letters: Annotated[int, Field(ge=0)] = 99
    happenings: Annotated[tuple[AnyHappening, ...], Field(min_length=1, max_length=MOST_HAPPENINGS)]
    until: date | None = None

    def __post_init__(self) -> None:
        """Refuse what is out of order or has no end in sight."""
        moments = [each.moment for each in self.happenings]
        if moments != sorted(moments):
            raise ValueError("what happens stands in the order of its days")
        if not self.happenings[-1].day <= self.last_day <= self.happenings[0].day + LONGEST:
            raise ValueError("it ends after what happens, within eight years")

    @property
    def last_day(self) -> date:
        """Return the last day that is looked at."""
        return self.until or self.happenings[-1].day + FOLLOWED


EXAMPLES = Path(__file__).parent / "examples"


def read_history(path: Path) -> History:
    """Return the history of a file.

    Raises:
        ValueError: it does not fit; the notes name the file.
    """
    return read(path, History)


def examples() -> dict[str, History]:
    """Return the histories that come with the program, by file name."""
    return {path.stem: read_history(path) for path in sorted(EXAMPLES.glob("*.yaml"))}


def shifted(history: History, *, by: timedelta) -> History:
    """Return the same history some days later."""
    return replace(
        history,
        happenings=tuple(_shifted(each, by) for each in history.happenings),
        until=None if history.until is None else history.until + by,
    )


def _shifted(happening: AnyHappening, by: timedelta) -> AnyHappening:
    named = ("day", "birth_day", "visit_day", "last_period", "due", "until")
    days = {name: getattr(happening, name, None) for name in named}
    moved = {name: day + by for name, day in days.items() if day is not None}
    return replace(happening, **moved)


def check_birth_day(born: Born, *, last_period_day: date) -> date:
    """Return the day of a birth.

    Raises:
        ValueError: nobody is born at that gestation, or it is yet to come.
    """
    day = born.birth_day or born.day
    weeks = (day - last_period_day).days / WEEK
    if day > born.day or not LEAST_WEEKS <= weeks <= LONGEST_WEEKS:
        raise ValueError("nobody is born on that day")
    return day


Happenings = Sequence[AnyHappening]
