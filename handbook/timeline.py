"""Dating and the timeline: from a day she knows to the days of her care, each with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from handbook.care.layers import ScheduleItem
from handbook.care.numbers import NUMBERS
from handbook.care.phrases import phrase, said_day, said_gestation
from handbook.care.rows import Anchor, Check, Need
from handbook.care.schedule import Schedule
from handbook.care.spans import WEEK, Span
from handbook.care.wording import said_reason, said_window
from handbook.errors import (
    BadGestation,
    DueDayLongPast,
    DueDayTooFar,
    LastPeriodInFuture,
    PregnancyTooLong,
)

PREGNANCY = timedelta(days=NUMBERS.pregnancy_days.value)
LONGEST_WEEKS = NUMBERS.longest_weeks.value


@dataclass(frozen=True, order=True)
class Gestation:
    """A gestational age (孕周) in whole days since the first day of the last period."""

    days: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the gestational age written as "12+3".

        Raises:
            ValueError: it is written in another way.
        """
        return cls(Span.read(text).days)

    @property
    def weeks(self) -> int:
        """Return the completed weeks."""
        return self.days // WEEK

    @property
    def rest(self) -> int:
        """Return the days beyond the completed weeks, 0 to 6."""
        return self.days % WEEK

    @property
    def short(self) -> str:
        """Return it as tables write it: "12+3"."""
        return f"{self.weeks}+{self.rest}"

    def __str__(self) -> str:
        """Return it as people say it: "12周+3天"."""
        return said_gestation(self.days)


@dataclass(frozen=True)
class Reading:
    """A dating that was worked out but not yet accepted.

    `source` is one of the values of `handbook.models.DatingSource`; `given_day` is the day that was
    given: last period, due day, scan, transfer, or the day on which weeks were counted.
    """

    source: str
    given_day: date
    last_period_day: date
    due_day: date


class Status(StrEnum):
    """Where an item stands today."""

    PAST = "past"
    OPEN = "open"
    COMING = "coming"


@dataclass(frozen=True)
class Item:
    """One item of a family's timeline; all days are included at both ends.

    `ideal_from_day` and `ideal_to_day` are where a reminder should aim (the whole window when the
    document names nothing better). `only_for` is empty unless a doctor orders the item for some.
    """

    key: str
    name: str
    from_day: date
    to_day: date
    ideal_from_day: date
    ideal_to_day: date
    when: str
    status: Status
    reason: str
    what: str
    why: str
    preparation: str
    checks: tuple[Check, ...]
    source: str
    needs_review: bool
    need: Need
    only_for: str
    is_reminded: bool
    together_with: str
    care: str | None


def gestation(*, last_period_day: date, day: date) -> Gestation:
    """Return the gestational age on a day.

    Raises:
        LastPeriodInFuture: the day lies before the last period.
    """
    if day < last_period_day:
        raise LastPeriodInFuture
    return Gestation((day - last_period_day).days)


def read_dating(*, source: str, day: date, today: date) -> Reading:
    """Return the dating that a last period or a due day gives.

    `source` is "last_period", "due_date" or "clinician" (a due day that a clinician has set).

    Raises:
        LastPeriodInFuture: the last period is still to come.
        PregnancyTooLong: by this last period she is beyond `LONGEST_WEEKS` weeks today.
        DueDayTooFar: the due day is further away than a pregnancy lasts.
        DueDayLongPast: by this due day she is beyond `LONGEST_WEEKS` weeks today.
    """
    match source:
        case "last_period":
            if day > today:
                raise LastPeriodInFuture
            if _is_too_long(day, today):
                raise PregnancyTooLong(weeks=LONGEST_WEEKS)
            return reading(source=source, given_day=day, last_period_day=day)
        case "due_date" | "clinician":
            if day - PREGNANCY > today:
                raise DueDayTooFar(days=PREGNANCY.days)
            if _is_too_long(day - PREGNANCY, today):
                raise DueDayLongPast(weeks=LONGEST_WEEKS)
            return reading(source=source, given_day=day, last_period_day=day - PREGNANCY)
        case _:
            raise ValueError(f"a day alone gives no dating by {source}")


def reading_of_gestation(*, weeks: int, days: int, today: date) -> Reading:
    """Return the dating of somebody who knows how many weeks and days she is today.

    Raises:
        BadGestation: the days are not 0 to 6, or it is less than nothing or over `LONGEST_WEEKS`.
    """
    total = weeks * WEEK + days
    if not (0 <= days < WEEK and 0 <= total <= LONGEST_WEEKS * WEEK):
        raise BadGestation(weeks=LONGEST_WEEKS)
    return reading(
        source="gestation", given_day=today, last_period_day=today - timedelta(days=total)
    )


def reading(*, source: str, given_day: date, last_period_day: date) -> Reading:
    """Return the dating whose day 0 is `last_period_day`."""
    return Reading(source, given_day, last_period_day, last_period_day + PREGNANCY)


def items(
    schedule: Schedule, *, last_period_day: date, today: date, source: str = "last_period"
) -> list[Item]:
    """Return the pregnancy items of a schedule with their days, those that open first in front.

    `source` is what the pregnancy was dated by, so that the reason names what the family gave.
    """
    return dated(
        schedule.items, anchors={Anchor.LAST_PERIOD: last_period_day}, today=today, source=source
    )


def dated(
    rows: tuple[ScheduleItem, ...],
    *,
    anchors: Mapping[Anchor, date],
    today: date,
    source: str = "last_period",
) -> list[Item]:
    """Return the items whose anchor day is known, with their days, in the order of their days."""
    known = [row for row in rows if row.anchor in anchors]
    found = [_item(row, anchors[row.anchor], today=today, source=source) for row in known]
    return sorted(found, key=lambda item: (item.from_day, item.to_day, item.key))


def status(*, from_day: date, to_day: date, today: date) -> Status:
    """Return where a window of days, both included, stands today."""
    if today > to_day:
        return Status.PAST
    return Status.OPEN if today >= from_day else Status.COMING


def _is_too_long(last_period_day: date, today: date) -> bool:
    return (today - last_period_day).days > LONGEST_WEEKS * WEEK


def _item(row: ScheduleItem, anchor_day: date, *, today: date, source: str) -> Item:
    from_day, to_day = row.opens.after(anchor_day), row.closes.after(anchor_day)
    when = said_window(row)
    return Item(
        key=row.key,
        name=row.name,
        from_day=from_day,
        to_day=to_day,
        ideal_from_day=(row.ideal_opens or row.opens).after(anchor_day),
        ideal_to_day=(row.ideal_closes or row.closes).after(anchor_day),
        when=when,
        status=status(from_day=from_day, to_day=to_day, today=today),
        reason=said_reason(
            row, anchor_day=anchor_day, counted_from=_counted_from(row, anchor_day, source)
        ),
        what=row.what,
        why=row.why,
        preparation=row.preparation,
        checks=row.checks,
        source=row.source,
        needs_review=row.needs_review,
        need=row.need,
        only_for=row.only_for,
        is_reminded=row.is_reminded,
        together_with=row.together_with,
        care=row.care,
    )


def _counted_from(row: ScheduleItem, anchor_day: date, source: str) -> str:
    given = source if row.anchor is Anchor.LAST_PERIOD else row.anchor.value
    due_day = said_day(anchor_day + PREGNANCY)
    return phrase(f"from_{given}", day=said_day(anchor_day), due_day=due_day)
