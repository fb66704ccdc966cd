"""What is true of a batch of reminders, read in a dozen statements whatever its size."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from content.models import StageAnchor
from content.queries import Listed, for_stage
from conversation.rules import WINDOW
from core.clock import beijing_date, beijing_moment
from core.db import Session, rows
from handbook.care.rows import Anchor
from handbook.care.vaccines import Sex
from scheduler.channels.choosing import Reach
from scheduler.channels.outlets import Outlets
from scheduler.letters import asked
from scheduler.letters.lots import Words, drawn
from scheduler.models import ReminderKind, ReminderState
from scheduler.policy import Policy, default, policy
from scheduler.speech.documents import Rule
from scheduler.speech.editions import current
from scheduler.speech.holidays import Holiday
from scheduler.speech.points import Life

Row = Any
"""A row of one of the statements of `asked`."""

Shelf = Callable[[str, StageAnchor, int], Listed | None]
"""The article of a hospital for a day from an anchor, or None."""


@dataclass(frozen=True)
class Due:
    """A reminder that was locked: as it stands in its table."""

    id: str
    hospital_id: str
    person_id: str
    kind: ReminderKind
    rule: str
    edition: str
    occasion: str
    subject_id: str
    item_key: str | None
    urgency: int
    due_at: datetime
    too_late_at: datetime
    state: ReminderState
    reason: str | None
    attempts: int
    letter_id: str | None
    tried: Sequence[str]


@dataclass(frozen=True)
class Human:
    """What is true of a person: whether she has an account, what she agreed to, when she wrote."""

    is_closed: bool
    agreed: frozenset[str]
    heard_at: datetime | None
    called_at: datetime | None
    letters_today: int
    unwanted: frozenset[str]
    reach: Reach


@dataclass(frozen=True)
class Lived:
    """A pregnancy or a child: its days, or why nothing is said of it any more (`over`).

    `guardians` are those who look after a child, None for a pregnancy; `is_agreed` whether any of
    them agreed to its record. `plan` is its plan of follow-up visits and the days of the next one.
    """

    life: Life
    over: str | None = None
    guardians: frozenset[str] | None = None
    is_agreed: bool = True
    plan: tuple[str, date, date] | None = None


@dataclass
class Facts:
    """Everything that is asked before anything is said, by id."""

    now: datetime
    edition: str
    """Of the rules of speaking that are spoken by now."""
    people: Mapping[str, Human]
    lives: Mapping[str, Lived]
    appointments: Mapping[str, Row]
    done: frozenset[tuple[str, str]]
    """Subject and item of visits in the record."""
    given: Mapping[tuple[str, str], int]
    """Doses in the record, by child and vaccine."""
    booked: frozenset[tuple[str, str]]
    pauses: Sequence[Row]
    policies: Mapping[str, Policy]
    wordings: Mapping[tuple[str, str], Row]
    shelf: Shelf = field(repr=False)
    tried: Mapping[str, Row] = field(default_factory=dict)
    """Wordings that are drawn by lot, by id."""
    lots: Mapping[tuple[str, str], Row] = field(default_factory=dict)
    closed: frozenset[tuple[str, str]] = frozenset()
    """Hospital and care of which every session of today is closed (停诊)."""
    articles: dict[tuple[str, StageAnchor, int], Listed | None] = field(default_factory=dict)

    @cached_property
    def today(self) -> date:
        """Return the date in Beijing."""
        return beijing_date(self.now)

    def words(self, due: Due, rule: Rule) -> Words:
        """Return the words a reminder gets: those in force, or the ones drawn for it."""
        lot = self.lots.get((due.hospital_id, due.rule))
        own = self.wordings.get((due.hospital_id, due.rule))
        is_drawn = rule.learns and self.policy(due.hospital_id).learning.is_on
        if lot is None or not lot.shares or not is_drawn:
            return Words(own, None)
        key = drawn(lot.shares, person_id=due.person_id, rule=due.rule, occasion=due.occasion)
        return Words(self.tried.get(key, own), lot.number)

    def policy(self, hospital_id: str) -> Policy:
        """Return how a hospital speaks."""
        return self.policies.get(hospital_id) or default()

    def article(self, hospital_id: str, anchor: StageAnchor, day: int) -> Listed | None:
        """Return the most particular article of a stage, or None; asked once a batch and stage."""
        key = (hospital_id, anchor, day)
        if key not in self.articles:
            self.articles[key] = self.shelf(hospital_id, anchor, day)
        return self.articles[key]


def gather(session: Session, due: Sequence[Due], *, outlets: Outlets, now: datetime) -> Facts:
    """Read what is true of these reminders."""
    ids = ",".join({one.person_id for one in due})
    hospitals = {one.hospital_id for one in due}
    subjects = ",".join({one.subject_id for one in due})
    wordings = _live_wordings(session, hospitals)
    given = {
        "ids": ids, "hospitals": ",".join(hospitals), "now": now, "window": now - WINDOW,
        "day": beijing_moment(beijing_date(now)),
        "pregnancies": subjects, "children": subjects,
    }  # fmt: skip
    return Facts(
        now=now,
        edition=current().key,
        people=_people(session, given, outlets),
        lives=lives_of(session, subjects.split(",")),
        appointments={row.id: row for row in rows(session, asked.APPOINTMENTS, {"ids": subjects})},
        done=frozenset((r.subject_id, r.item_key) for r in rows(session, asked.VISITS, given)),
        given={(r.child_id, r.vaccine): r.given for r in rows(session, asked.DOSES, given)},
        booked=frozenset((r.subject_id, r.item_key) for r in rows(session, asked.BOOKED, given)),
        pauses=rows(session, asked.PAUSES, given),
        policies=policies_of(session, hospitals),
        wordings=_in_force(wordings),
        shelf=shelf_of(session),
        tried={row.id: row for row in wordings},
        lots=_lots(session, wordings),
        closed=_closed(session, due, given),
    )


def shelf_of(session: Session) -> Shelf:
    """Return how the most particular article of a stage is found: one statement each."""

    def found(hospital_id: str, anchor: StageAnchor, day: int) -> Listed | None:
        page = for_stage(
            session, hospital_id=hospital_id, anchor=anchor, day=day, after="", limit=1
        )  # fmt: skip
        return page[0] if page else None

    return found


def lives_of(session: Session, ids: Iterable[str]) -> dict[str, Lived]:
    """Return pregnancies and children by id; other ids are left out."""
    given = {"ids": ",".join(ids)}
    return {
        **{row.id: pregnancy_lived(row) for row in rows(session, asked.PREGNANCIES, given)},
        **{row.id: child_lived(row) for row in rows(session, asked.CHILDREN, given)},
    }


def policies_of(session: Session, hospitals: Iterable[str]) -> dict[str, Policy]:
    """Return how hospitals speak, those that set anything of their own."""
    found = rows(session, asked.POLICIES, {"hospitals": ",".join(hospitals)})
    return {row.hospital_id: policy(row.values) for row in found}


def wordings_of(session: Session, hospitals: Iterable[str]) -> dict[tuple[str, str], Row]:
    """Return the hospitals' own words that are in force, by hospital and rule."""
    return _in_force(_live_wordings(session, hospitals))


def _live_wordings(session: Session, hospitals: Iterable[str]) -> Sequence[Row]:
    return rows(session, asked.WORDINGS, {"hospitals": ",".join(hospitals)})


def _in_force(wordings: Iterable[Row]) -> dict[tuple[str, str], Row]:
    return {(row.hospital_id, row.rule): row for row in wordings if row.state == "approved"}


def _lots(session: Session, wordings: Iterable[Row]) -> dict[tuple[str, str], Row]:
    """Return how wordings are drawn; asks nothing where none is tried."""
    trying = {row.hospital_id for row in wordings if row.state == "tried"}
    if not trying:
        return {}
    found = rows(session, asked.LOTS, {"hospitals": ",".join(trying)})
    return {(row.hospital_id, row.rule): row for row in found}


def _closed(
    session: Session, due: Iterable[Due], given: Mapping[str, object]
) -> frozenset[tuple[str, str]]:
    """Return which care nobody gives today; asks nothing where no rule of these waits for it."""
    rules = [current().rule(key) for key in {one.rule for one in due}]
    if not any(rule is not None and rule.when.holiday is Holiday.AFTER for rule in rules):
        return frozenset()
    return frozenset((row.hospital_id, row.care) for row in rows(session, asked.CLOSED, given))


def _people(session: Session, given: Mapping[str, object], outlets: Outlets) -> dict[str, Human]:
    unwanted: dict[str, set[str]] = {}
    for row in rows(session, asked.CHOICES, given):
        if not row.is_wanted:
            unwanted.setdefault(row.person_id, set()).add(row.kind)
    reaches = _reaches(session, given, outlets)
    found = {}
    for row in rows(session, asked.PEOPLE, given):
        reach = reaches.get(row.id) or Reach()
        reach.heard_at, reach.has_phone = _utc(row.heard_at), row.has_phone
        reach.customer_messages = row.customer_messages
        found[row.id] = Human(
            is_closed=row.closed_at is not None, agreed=frozenset(row.agreed),
            heard_at=reach.heard_at, called_at=_utc(row.called_at),
            letters_today=row.letters_today, reach=reach,
            unwanted=frozenset(unwanted.get(row.id, ())),
        )  # fmt: skip
    return found


def _reaches(session: Session, given: Mapping[str, object], outlets: Outlets) -> dict[str, Reach]:
    found: dict[str, Reach] = {}
    for row in rows(session, asked.IDENTITIES, given):
        reach = found.setdefault(row.person_id, Reach())
        if row.appid == outlets.official:
            reach.official, reach.follows = row.openid, row.follows
        elif row.appid == outlets.mini:
            reach.mini = row.openid
    for row in rows(session, asked.SUBSCRIPTIONS, given):
        reach = found.setdefault(row.person_id, Reach())
        reach.credits[row.template_id] = row.credits
        if row.is_lasting:
            reach.lasting.add(row.template_id)
    return found


def pregnancy_lived(row: Row) -> Lived:
    """Return what is true of a pregnancy, from its row (`asked.PREGNANCIES`)."""
    is_over = row.state == "ended" or row.quiet_at is not None
    days = {Anchor.LAST_PERIOD: row.last_period_day}
    if row.state != "ongoing":
        days = {Anchor.DELIVERY: row.delivery_day, Anchor.DISCHARGE: row.discharge_day}
    life = Life(
        row.id, row.schedule, _known(days), row.opened_at.astimezone(UTC),
        is_multiple=row.fetuses > 1,
    )  # fmt: skip
    return Lived(life, over="pregnancy_closed" if is_over else None)


def child_lived(row: Row) -> Lived:
    """Return what is true of a child, from its row (`asked.CHILDREN`)."""
    days = {Anchor.BIRTH: row.birth_day, Anchor.DISCHARGE: row.discharge_day}
    life = Life(
        row.id, row.schedule, _known(days), row.opened_at.astimezone(UTC),
        sex=None if row.sex is None else Sex(row.sex),
    )  # fmt: skip
    plan = None
    if row.plan_from_day is not None:
        plan = (row.plan, row.plan_from_day, row.plan_to_day)
    return Lived(
        life, over=None if row.state == "living" else "child_gone",
        guardians=frozenset(row.guardians), is_agreed=row.is_agreed, plan=plan,
    )  # fmt: skip


def _known(days: Mapping[Anchor, date | None]) -> dict[Anchor, date]:
    return {anchor: day for anchor, day in days.items() if day is not None}


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
