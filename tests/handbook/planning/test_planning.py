"""Before a pregnancy: a handbook without a single date, which a dating turns into one."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from accounts.models import AuditRow, Person, SubjectKind
from accounts.rules import Actor
from core.db import Session
from core.errors import Refusal
from handbook.actions import open_pregnancy
from handbook.care.schedule import CURRENT, load
from handbook.errors import AlreadyOpen
from handbook.models import Pregnancy, PregnancyState
from handbook.planning.actions import close_planning, open_planning
from handbook.planning.errors import AlreadyPlanning, NotPlanning
from handbook.planning.models import Planning, PlanningState
from handbook.planning.queries import (
    advice_of,
    events_of_planning,
    planning_of,
    plannings_of_family,
)
from handbook.planning.rules import NEXT_PLANNING
from handbook.queries import items_of
from handbook.timeline import read_dating
from tests import world


@pytest.fixture
def lin(cast: world.Cast) -> Person:
    return cast.mother


@pytest.fixture
def her(lin: Person) -> Actor:
    return Actor(SubjectKind.PERSON, lin.id)


@pytest.fixture
def planning(session: Session, lin: Person, her: Actor, now: datetime) -> Planning:
    return open_planning(session, person=lin, actor=her, now=now)


def conceive(session: Session, person: Person, her: Actor, now: datetime) -> Pregnancy:
    day = now.date() - timedelta(days=40)
    reading = read_dating(source="last_period", day=day, today=now.date())
    return open_pregnancy(session, person=person, reading=reading, actor=her, now=now)


def test_every_state_of_a_planning_has_its_steps():
    assert set(NEXT_PLANNING) == {state.value for state in PlanningState}


def test_a_planning_is_hers_and_is_written_down(
    session: Session, planning: Planning, lin: Person, now: datetime
):
    (event,) = events_of_planning(session, planning_id=planning.id)

    assert planning_of(session, person_id=lin.id) == planning
    assert (event.before, event.after, event.made_by_id, event.made_at) == (
        None, PlanningState.PLANNING, lin.id, now,
    )  # fmt: skip
    told = sa.select(AuditRow.act).where(AuditRow.subject_id == planning.id)
    assert list(session.scalars(told)) == ["planning_planning"]


def test_no_planning_is_kept_of_who_has_not_agreed(
    session: Session, cast: world.Cast, now: datetime
):
    mei = cast.newcomer

    with pytest.raises(Refusal, match="consent_needed"):
        open_planning(session, person=mei, actor=Actor(SubjectKind.PERSON, mei.id), now=now)


@pytest.mark.usefixtures("planning")
def test_there_is_one_planning_at_a_time(session: Session, lin: Person, her: Actor, now: datetime):
    with pytest.raises(AlreadyPlanning):
        open_planning(session, person=lin, actor=her, now=now)


def test_who_is_pregnant_plans_nothing(session: Session, lin: Person, her: Actor, now: datetime):
    conceive(session, lin, her, now)

    with pytest.raises(AlreadyOpen):
        open_planning(session, person=lin, actor=her, now=now)


def test_a_dating_makes_a_planning_an_ongoing_pregnancy(
    session: Session, planning: Planning, lin: Person, her: Actor, now: datetime
):
    pregnancy = conceive(session, lin, her, now)

    assert pregnancy.state is PregnancyState.ONGOING
    assert (planning.state, planning.pregnancy_id, planning.closed_at) == (
        PlanningState.PREGNANT, pregnancy.id, now,
    )  # fmt: skip
    assert planning_of(session, person_id=lin.id) is None


def test_a_closed_planning_is_over_and_may_begin_again(
    session: Session, planning: Planning, lin: Person, her: Actor, now: datetime
):
    close_planning(session, person=lin, actor=her, now=now)

    again = open_planning(session, person=lin, actor=her, now=now)

    found = plannings_of_family(session, family_id=lin.family_id, hospital_id=planning.hospital_id)
    assert {one.id: one.state for one in found} == {
        planning.id: PlanningState.CLOSED, again.id: PlanningState.PLANNING,
    }  # fmt: skip


def test_nothing_is_closed_where_nothing_is_planned(
    session: Session, lin: Person, her: Actor, now: datetime
):
    with pytest.raises(NotPlanning):
        close_planning(session, person=lin, actor=her, now=now)


def test_what_is_asked_for_before_a_pregnancy_has_its_sources(planning: Planning):
    advice = {row.key: row for row in advice_of(planning)}

    assert set(advice) == {"folic_acid", "prepregnancy_check"}
    assert all(row.source for row in advice.values())


def test_what_belongs_to_planning_is_on_no_timeline_of_a_pregnancy(
    session: Session, lin: Person, her: Actor, now: datetime
):
    pregnancy = conceive(session, lin, her, now)

    keys = {item.key for item in items_of(pregnancy, today=now.date())}
    assert "prepregnancy_check" in {row.key for row in load(CURRENT).items} - keys
