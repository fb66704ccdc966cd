"""Histories by chance: the same seed gives the same ones, and each can happen to a family."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random

from handbook.care.schedule import CURRENT, CURRENT_CHILD
from handbook.care.spans import WEEK
from handbook.care.vaccines import Sex
from handbook.models import PregnancyState
from handbook.standing.stretches import Edge
from scheduler.journey import histories
from scheduler.journey.befalling import befall
from scheduler.journey.family import Family, Schedules
from scheduler.journey.histories import AnyHappening, History
from scheduler.models import ReminderKind
from scheduler.policy import Policy, default, policy
from scheduler.speech.points import targets_of

FIRST_DAY = date(2026, 1, 1)
DAYS = 365
"""Histories begin within so many days from the first one."""

MOST = 14
"""Happenings after the first one."""

FOLLOWING = 0.9
"""How many follow the account."""

CAPS = (1, 1, 2, 3)
"""Letters a day: where three are allowed the cap is hardly ever met."""

HERS = ("nt", "nt", "serum1", "serum2", "nipt", *targets_of(CURRENT, Edge.OPENS))
THEIRS = (*targets_of(CURRENT_CHILD, Edge.OPENS), "preterm_low_risk")
KINDS = (None, *ReminderKind)
DOORS = ("miniapp", "chat", "desk", "waiting_list", "import")
HOURS_A_DAY, MINUTES_AN_HOUR = 24, 60


@dataclass
class _Chance:
    """A history that grows: what happens next is drawn, and kept if it can happen."""

    random: Random
    day: date
    family: Family = field(
        default_factory=lambda: Family(
            Schedules(), default(), lambda *_: None, "", follows=True, letters_left=0
        )
    )
    clock: time = histories.MORNING
    happenings: list[AnyHappening] = field(default_factory=list)

    def begin(self) -> None:
        """Let a pregnancy be taken up, early or late."""
        weeks = self.random.choice((6, 8, 10, 12, 13, 13, 20, 24, 30, 38))
        last_period = self.day - timedelta(days=weeks * WEEK + self.random.randrange(WEEK))
        self._keep(
            histories.Expecting(
                what="expecting", day=self.day, at=self.clock, last_period=last_period
            )
        )

    def go_on(self) -> None:
        """Let some time pass and something happen."""
        self.day += timedelta(days=self.random.choice((1, 1, 3, 7, 14, 30, 60)))
        self.clock = time(
            self.random.randrange(HOURS_A_DAY), self.random.randrange(MINUTES_AN_HOUR)
        )
        draw = self.random.choice(BEFORE_BIRTH if self._is_expecting() else AFTER_BIRTH)
        try:
            self._keep(draw(self))
        except ValueError:
            return  # it cannot happen to this family now

    def _keep(self, happening: AnyHappening) -> None:
        befall(happening, self.family, now=happening.moment)
        self.happenings.append(happening)

    def _is_expecting(self) -> bool:
        return self.family.pregnancy.state == PregnancyState.ONGOING

    def item(self) -> str:
        """Return an item of the life that goes on, one that cannot be made up as likely as not."""
        keys = HERS if self._is_expecting() or not self.family.children else THEIRS
        return self.random.choice(keys)

    def booked_item(self) -> str:
        """Return what is booked, or an item that is not."""
        open_visits = [one.item_key for one in self.family.visits if one.state == "booked"]
        return self.random.choice(open_visits or [self.item()])

    def child(self) -> int:
        """Return the number of a child."""
        return self.random.randint(1, max(1, len(self.family.children)))


def _expecting(chance: _Chance) -> AnyHappening:
    last_period = chance.day - timedelta(days=chance.random.randint(30, 120))
    return histories.Expecting(
        what="expecting", day=chance.day, at=chance.clock, last_period=last_period
    )


def _redated(chance: _Chance) -> AnyHappening:
    shift = timedelta(days=chance.random.choice((-28, -9, -3, -1, 1, 3, 9, 28)))
    return histories.Redated(
        what="redated", day=chance.day, at=chance.clock,
        last_period=chance.family.pregnancy.last_period_day + shift,
    )  # fmt: skip


def _several(chance: _Chance) -> AnyHappening:
    children = chance.random.choice((1, 2, 3))
    return histories.Several(what="several", day=chance.day, at=chance.clock, children=children)


def _born(chance: _Chance) -> AnyHappening:
    late = timedelta(days=chance.random.choice((0, 0, 0, 1, 5, 40)))
    return histories.Born(
        what="born", day=chance.day, at=chance.clock, birth_day=chance.day - late,
        children=chance.random.choice((1, 1, 1, 2)), sex=chance.random.choice((*Sex, None)),
        plan=chance.random.choice(("", "preterm_low_risk")),
    )  # fmt: skip


def _discharged(chance: _Chance) -> AnyHappening:
    return histories.Discharged(what="discharged", day=chance.day, at=chance.clock)


def _lost(chance: _Chance) -> AnyHappening:
    return histories.Lost(what="lost", day=chance.day, at=chance.clock)


def _died(chance: _Chance) -> AnyHappening:
    return histories.Died(
        what="died", day=chance.day, at=chance.clock, child=chance.child()
    )  # fmt: skip


def _moved_away(chance: _Chance) -> AnyHappening:
    return histories.MovedAway(what="moved_away", day=chance.day, at=chance.clock)


def _paused(chance: _Chance) -> AnyHappening:
    days = chance.random.choice((3, 14, 30, None))
    return histories.Paused(
        what="paused", day=chance.day, at=chance.clock, kind=chance.random.choice(KINDS),
        until=None if days is None else chance.day + timedelta(days=days),
    )  # fmt: skip


def _resumed(chance: _Chance) -> AnyHappening:
    return histories.Resumed(what="resumed", day=chance.day, at=chance.clock)


def _opted_out(chance: _Chance) -> AnyHappening:
    kind = chance.random.choice(tuple(ReminderKind))
    return histories.OptedOut(what="opted_out", day=chance.day, at=chance.clock, kind=kind)


def _booked(chance: _Chance) -> AnyHappening:
    day = chance.day + timedelta(days=chance.random.choice((0, 1, 2, 5, 20)))
    return histories.Booked(
        what="booked", day=chance.day, at=chance.clock, item=chance.item(), child=chance.child(),
        visit_day=day, hour=time(chance.random.randint(7, 19)), through=chance.random.choice(DOORS),
    )  # fmt: skip


def _came(chance: _Chance) -> AnyHappening:
    return histories.Came(
        what="came", day=chance.day, at=chance.clock, item=chance.booked_item(),
        child=chance.child(),
    )  # fmt: skip


def _missed(chance: _Chance) -> AnyHappening:
    item = chance.booked_item()
    return histories.Missed(what="missed", day=chance.day, at=chance.clock, item=item)


def _cancelled(chance: _Chance) -> AnyHappening:
    return histories.CancelledByClinic(
        what="cancelled_by_clinic", day=chance.day, at=chance.clock, item=chance.booked_item()
    )


def _recorded(chance: _Chance) -> AnyHappening:
    return histories.Recorded(
        what="recorded", day=chance.day, at=chance.clock, item=chance.item(), child=chance.child()
    )


Draw = Callable[[_Chance], AnyHappening]

SELDOM: Sequence[Draw] = (_paused, _resumed, _opted_out, _moved_away)
VISITS: Sequence[Draw] = (_booked, _booked, _came, _missed, _cancelled, _recorded)
BEFORE_BIRTH: Sequence[Draw] = (*SELDOM, *VISITS, _redated, _redated, _several, _born, _born, _lost)
AFTER_BIRTH: Sequence[Draw] = (
    *SELDOM, *VISITS, _discharged, _discharged, _expecting, _died, _lost,
)  # fmt: skip


def by_chance(seed: int) -> History:
    """Return the history of a seed."""
    random = Random(seed)  # noqa: S311 - nothing secret hangs on it
    chance = _Chance(random, FIRST_DAY + timedelta(days=random.randrange(DAYS)))
    chance.begin()
    for _step in range(random.randint(0, MOST)):
        chance.go_on()
    return History(
        title=str(seed), follows=random.random() < FOLLOWING,
        letters=random.choice((0, 3, 99)), happenings=tuple(chance.happenings),
        until=chance.happenings[-1].day + timedelta(days=random.choice((20, 60, 200))),
    )  # fmt: skip


def house_by_chance(seed: int) -> Policy:
    """Return how the hospital of a seed speaks: mostly with a cap that is reached."""
    return policy({"letters_a_day": CAPS[seed % len(CAPS)]})
