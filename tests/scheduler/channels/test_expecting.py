"""Letters that a single consent may be kept for: only what is true, wanted and not said."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from core.clock import beijing_moment
from core.db import Session
from handbook.models import Pregnancy
from scheduler.channels.outlets import Outlets
from scheduler.letters.expecting import expected
from scheduler.letters.facts import gather
from scheduler.letters.foreseeing import foreseen_of
from scheduler.models import Reminder, ReminderKind, ReminderState
from scheduler.plans import plan
from scheduler.preferences import set_choice
from tests import world
from tests.make import Make
from tests.scheduler.channels.purses import allow
from tests.scheduler.test_plans import LAST_PERIOD

pytestmark = pytest.mark.usefixtures("both", "pregnancy")

CARE = "TPL_CARE_ONCE"
NOW = beijing_moment(date(2026, 7, 23), hour=10)
LAST_CALL = beijing_moment(date(2026, 7, 24), hour=9)
DAY = timedelta(days=1)
OUTLETS = Outlets(world.SETTINGS.oa_appid, world.SETTINGS.mp_appid)


@pytest.fixture
def pregnancy(make: Make) -> Pregnancy:
    return make.pregnancy(last_period_day=LAST_PERIOD)


def coming(session: Session, cast: world.Cast, *, now: datetime = NOW) -> dict[str, list[datetime]]:
    """Return when letters to come to Lin are due, by layout."""
    people = {cast.mother.id: cast.hospital.id}
    due = [each for each, _ in foreseen_of(session, people, days=7, now=now)]
    facts = gather(session, due, outlets=OUTLETS, now=now)
    found = expected(session, due, facts=facts, outlets=OUTLETS, now=now)
    return {layout: sorted(one.due_at for one in needs) for (_, layout), needs in found.items()}


def test_who_has_no_single_consent_costs_nothing(session: Session, cast: world.Cast) -> None:
    assert coming(session, cast) == {}


def test_letters_of_a_month_are_looked_at_and_those_of_one_rule_are_one(
    session: Session, cast: world.Cast
) -> None:
    allow(session, CARE)

    found = coming(session, cast)

    assert found["care"][0] == LAST_CALL
    assert found["care"].count(LAST_CALL) == 1
    assert found["care"][-1] <= NOW + 30 * DAY


def test_what_she_does_not_want_to_hear_keeps_nothing(session: Session, cast: world.Cast) -> None:
    allow(session, CARE)
    set_choice(
        session, person=cast.mother, kind=ReminderKind.CARE_WINDOW, is_wanted=False, actor=PROGRAM,
        now=NOW,
    )  # fmt: skip

    assert "care" not in coming(session, cast)


def test_what_is_settled_before_its_time_keeps_nothing(session: Session, cast: world.Cast) -> None:
    allow(session, CARE)
    plan(session, now=NOW)
    session.execute(
        sa.update(Reminder)
        .where(Reminder.rule == "last_call")
        .values(state=ReminderState.DROPPED, reason="hushed", settled_at=NOW)
    )

    assert LAST_CALL not in coming(session, cast)["care"]


def test_only_what_comes_before_her_next_visit_counts_since_she_is_asked_then(
    session: Session, cast: world.Cast, make: Make
) -> None:
    allow(session, CARE)
    make.appointment(starts_at=NOW + 2 * DAY)

    found = coming(session, cast)

    assert found["care"] == [LAST_CALL]
    assert found["visit"] == [
        beijing_moment(date(2026, 7, 24), hour=18), beijing_moment(date(2026, 7, 25), hour=8),
    ]  # fmt: skip


def test_of_a_life_without_anything_to_come_nothing_is_kept(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, make: Make
) -> None:
    allow(session, CARE)
    people = {cast.mother.id: cast.hospital.id}
    due = [each for each, _ in foreseen_of(session, people, days=7, now=NOW)]
    facts = gather(session, due, outlets=OUTLETS, now=NOW)
    make.loss(pregnancy, now=NOW)

    assert expected(session, due, facts=facts, outlets=OUTLETS, now=NOW) == {}
