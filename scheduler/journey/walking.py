"""A journey: what a family hears, sees and leads to from the first day of a history to its last.

Nothing here knows when or whether something is said. The planner of the worker plans
(`speech.planner.plans`), its truth judges and its channels are chosen (`letters.deciding.decide`);
here only time passes, and a platform that takes every letter.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import chain
from types import MappingProxyType

from core.clock import beijing_date, beijing_moment
from handbook.standing.stretches import FARTHEST
from scheduler.candidates import of_step
from scheduler.channels.outlets import Outlets, Ways
from scheduler.journey import duties, telling
from scheduler.journey.befalling import befall
from scheduler.journey.entries import Entry, Sort
from scheduler.journey.family import (
    HOSPITAL,
    LETTERS,
    MINI,
    MOTHER,
    OFFICIAL,
    Family,
    Schedules,
)
from scheduler.journey.histories import AnyHappening, History
from scheduler.letters.deciding import Batch, decide
from scheduler.letters.facts import Due, Row, Shelf
from scheduler.letters.foreseeing import planned
from scheduler.letters.judging import Verdict
from scheduler.letters.writing import Letter
from scheduler.models import Channel, ReminderState
from scheduler.plans import AHEAD
from scheduler.policy import Policy, default
from scheduler.speech.editions import Edition
from scheduler.speech.holidays import around
from scheduler.speech.planner import Due as Planned
from scheduler.speech.planner import days_ahead, plans
from scheduler.speech.points import EDGES, Point, points_of

DAY = timedelta(days=1)
ORDER = {sort: number for number, sort in enumerate(Sort)}


@dataclass(frozen=True)
class _Template:
    """A template of the hospital, with the columns of `channels.outlets.TEMPLATES`."""

    channel: str
    layout: str
    template_id: str
    hospital_id: str = HOSPITAL
    keys: None = None


DATING_CHANGED = "dating_changed"
"""What was dropped for this is planned again when the dates change back (`plans.AGAIN`)."""

NO_WORDINGS: Mapping[str, Row] = MappingProxyType({})
TEMPLATES = (_Template(Channel.MINI_ONCE, "letter", LETTERS),)
"""Weekly letters may not go as template messages."""


def journey(
    history: History,
    *,
    rules: Edition,
    schedules: Schedules,
    shelf: Shelf,
    policy: Policy | None = None,
    wordings: Mapping[str, Row] = NO_WORDINGS,
) -> list[Entry]:
    """Return every line of a history, in order: windows, messages, articles, tasks, each with why.

    `policy` and `wordings` (by rule) are the hospital's own. The platform takes every letter at
    once, nobody writes to us, and a single person listens.

    Raises:
        ValueError: something cannot happen to this family.
    """
    family = Family(
        schedules, policy or default(), shelf, rules.key, history.follows, history.letters,
        wordings={(HOSPITAL, rule): wording for rule, wording in wordings.items()},
    )  # fmt: skip
    outlets = Outlets(OFFICIAL, MINI, {name: name for name in rules.layouts})
    walk = _Walk(family, rules, outlets)
    ends = [each.moment for each in history.happenings[1:]]
    ends.append(beijing_moment(history.last_day, hour=23, minute=59))
    for happening, end in zip(history.happenings, ends, strict=True):
        walk.happen(happening, until=beijing_date(end))
        walk.pass_time(since=happening.moment, until=end)
    return sorted(walk.entries, key=lambda line: (line.at, ORDER[line.sort]))


@dataclass
class _Walk:
    """The family, what is planned and not settled by reminder, and the lines so far."""

    family: Family
    rules: Edition
    outlets: Outlets
    pending: dict[str, Due] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    beats: list[tuple[datetime, str]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def happen(self, happening: AnyHappening, *, until: date) -> None:
        """Let something become known, and plan up to a day as the worker would."""
        now = happening.moment
        befall(happening, self.family, now=now)
        self.entries.append(telling.happened(happening, self.family))
        self.entries += duties.aftercare(self.family, now=now)
        self.entries += duties.earlier(self.family, now=now)
        self.entries += telling.standing_open(self.family, now=now)
        for subject_id, since, points in self._points(now, until + AHEAD):
            due = plans(
                self.rules, points, since=since, today=beijing_date(now), to_day=until + AHEAD
            )
            for each in due:
                self._plan(each, subject_id)

    def pass_time(self, *, since: datetime, until: datetime) -> None:
        """Let the worker beat in `[since, until)`, and the days after the first one begin."""
        while self.beats and self.beats[0][0] < until:
            self._beat(max(self.beats[0][0], since))
        from_day, to_day = beijing_date(since) + DAY, beijing_date(until)
        self.entries += telling.reached(self.family, from_day=from_day, to_day=to_day)
        self.entries += duties.overdue(self.family, from_day=from_day, to_day=to_day)

    def _points(
        self, now: datetime, to_day: date
    ) -> Iterator[tuple[str, datetime | None, Iterable[Point]]]:
        """Yield by life what the worker looks at: all of who is new, else what was not swept."""
        ahead = max((-days for _, days in days_ahead(self.rules, EDGES)), default=0) * DAY
        tomorrow, to_day = around(beijing_date(now) + DAY, to_day)
        for one in self.family.lives():
            lived = one.lived()
            if lived.over is None:
                from_day = tomorrow - FARTHEST if one.known_at == now else tomorrow
                points = points_of(lived.life, from_day=from_day, to_day=to_day + ahead)
                yield one.id, lived.life.since, chain(points, planned(lived))
        for visit in self.family.visits:
            if visit.made_at == now:
                yield visit.id, None, [each.point for each in of_step(visit)]

    def _plan(self, planned: Planned, subject_id: str) -> None:
        rule, occasion = planned.rule, planned.point.occasion(subject_id)
        reminder_id = f"{rule.key} {occasion}"
        if reminder_id in self.known:
            return
        self.known.add(reminder_id)
        self.pending[reminder_id] = Due(
            id=reminder_id, hospital_id=HOSPITAL, person_id=MOTHER, kind=rule.kind,
            rule=rule.key, edition=self.rules.key, occasion=occasion, subject_id=subject_id,
            item_key=planned.point.traits.item_key or None, urgency=rule.urgency.rank,
            due_at=planned.due_at, too_late_at=planned.too_late_at,
            state=ReminderState.PENDING, reason=None, attempts=0, letter_id=None, tried=(),
        )  # fmt: skip
        heappush(self.beats, (planned.due_at, reminder_id))

    def _beat(self, now: datetime) -> None:
        """Let the worker take everything that is due, as `letters.claiming.claim` does."""
        due = []
        while self.beats and self.beats[0][0] <= now:
            due.append(self.pending[heappop(self.beats)[1]])
        today = beijing_date(now)
        facts = self.family.facts(now=now, today=today)
        batch = Batch(facts, self.rules, Ways(self.outlets, TEMPLATES, {}, now))
        decide(due, batch, before={})
        for letter in batch.letters:
            self._said(letter, now=now)
        for verdict in batch.verdicts:
            self._settle(verdict, now=now)

    def _said(self, letter: Letter, *, now: datetime) -> None:
        self.family.letters_on[beijing_date(now)] += 1
        self.family.letters_left -= letter.channel is Channel.MINI_ONCE
        due = [self.pending[one] for one in letter.reminder_ids]
        self.entries.append(telling.said(letter, due, self.family, rules=self.rules, now=now))

    def _settle(self, verdict: Verdict, *, now: datetime) -> None:
        if verdict.state is ReminderState.PENDING:
            next_at = verdict.next_at or now
            heappush(self.beats, (next_at, verdict.reminder_id))
            return
        due = self.pending.pop(verdict.reminder_id)
        if verdict.reason == DATING_CHANGED:
            self.known.discard(verdict.reminder_id)
        if verdict.state is ReminderState.SENDING:
            return
        line = telling.unsaid(due, verdict, self.family, rules=self.rules, now=now)
        self.entries.append(line)
        is_outstanding = verdict.state is ReminderState.UNDELIVERABLE and due.too_late_at > now
        if is_outstanding and not self.family.is_unreached:
            self.family.is_unreached = True
            self.entries += duties.calls(self.family, since=due.due_at, now=now)
