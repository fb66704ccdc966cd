"""A public holiday moves what is said of care, by its rule; a visit's own day never moves."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from core.clock import beijing_moment
from core.db import Session
from scheduler.candidates import appointment_point
from scheduler.models import Reminder
from scheduler.plans import plan
from scheduler.speech.documents import Step, When
from scheduler.speech.editions import current
from scheduler.speech.holidays import Holiday, around, moved
from scheduler.speech.planner import due_of, moment, rules_for
from scheduler.speech.points import Point, Traits, care_point
from tests.make import Make

DAY = timedelta(days=1)
EVE, FIRST, LAST, BACK = (
    date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 7), date(2026, 10, 8),
)  # fmt: skip
"""国庆 2026 with its days off, and the working days beside it."""

SATURDAY = date(2026, 6, 6)
MAKE_UP = date(2026, 10, 10)
EDITION = "national-2026"


@pytest.mark.parametrize(
    ("day", "how", "to"),
    [
        (FIRST, Holiday.AFTER, BACK),
        (LAST, Holiday.BEFORE, EVE),
        (LAST, None, LAST),
        (EVE, Holiday.BEFORE, EVE),
        (SATURDAY, Holiday.AFTER, SATURDAY),
        (MAKE_UP, Holiday.AFTER, MAKE_UP),
        (date(2027, 10, 1), Holiday.AFTER, date(2027, 10, 1)),
    ],
    ids=["after", "before", "stays", "no holiday", "a weekend", "a workday", "not published"],
)
def test_a_day_moves_out_of_a_holiday_as_the_rule_says(
    day: date, how: Holiday | None, to: date
) -> None:
    assert moved(day, how) == to


def test_whoever_looks_at_days_beside_a_holiday_looks_at_the_holiday() -> None:
    assert around(BACK, BACK + DAY) == (FIRST, BACK + DAY)
    assert around(EVE - DAY, EVE) == (EVE - DAY, LAST)
    assert around(SATURDAY, SATURDAY) == (SATURDAY, SATURDAY)


def test_a_holiday_moves_only_what_is_said_at_an_hour_of_a_day() -> None:
    with pytest.raises(ValueError, match="hour of a day"):
        When(hours=-2, holiday=Holiday.BEFORE)


def of_item(step: Step, opens: date, closes: date) -> Point:
    return care_point(step, edition=EDITION, item_key="serum2", days=(opens, closes))


@pytest.mark.parametrize(
    ("rule", "point", "day"),
    [
        ("window_opens", of_item(Step.OPENS, FIRST + DAY, FIRST + 40 * DAY), BACK),
        ("window_opens", of_item(Step.OPENS, FIRST, LAST), EVE),
        ("last_call", of_item(Step.CLOSES, FIRST - 30 * DAY, BACK), EVE),
        ("window_opens", of_item(Step.OPENS, EVE, BACK), EVE),
    ],
    ids=["opens in it", "over by its end", "a last call in it", "opens before"],
)
def test_care_is_told_on_a_day_on_which_something_can_be_done(
    rule: str, point: Point, day: date
) -> None:
    due = due_of(current().rules[rule].rule, point, since=None)

    assert due is not None
    assert due.due_at == beijing_moment(day, hour=9)


def test_of_a_visit_nothing_moves() -> None:
    starts_at = beijing_moment(BACK, hour=9)
    point = appointment_point(
        Step.NEAR, traits=Traits(), at=starts_at, ends_at=starts_at, starts_at=starts_at,
        booked_at=starts_at - 30 * DAY,
    )  # fmt: skip

    days = {rule.key: moment(rule, point) for rule in rules_for(current(), point)}

    assert days["day_before"] == beijing_moment(LAST, hour=18)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "today", "items"),
    [("window_opens", BACK, {"us_anomaly"}), ("last_call", EVE, {"serum2", "anc2"})],
    ids=["after it", "before it"],
)
def test_the_sweep_of_a_day_finds_what_moved_to_it(
    session: Session, make: Make, rule: str, today: date, items: set[str]
) -> None:
    make.pregnancy(last_period_day=date(2026, 5, 15))
    plan(session, now=beijing_moment(today - 3 * DAY, hour=8))

    plan(session, now=beijing_moment(today - 2 * DAY, hour=8))

    said_at = beijing_moment(today, hour=9)
    found = session.scalars(
        sa.select(Reminder.item_key).where(Reminder.rule == rule, Reminder.due_at == said_at)
    )
    assert set(found) == items
