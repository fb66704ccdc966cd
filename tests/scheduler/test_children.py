"""Reminders of a child: to all who look after it, and only while it lives here."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import give_consent
from accounts.audit import PROGRAM
from accounts.models import Consent, Person, Purpose, SubjectKind
from accounts.notices import notice
from accounts.rules import Actor
from booking.actions import book
from booking.models import Care
from core.clock import beijing_moment
from core.db import Session
from handbook.actions_births import record_birth
from handbook.actions_children import (
    add_guardian,
    end_guardianship,
    move_away,
    record_death,
)
from handbook.actions_records import Given, report_dose, report_visit
from handbook.births import Delivery, Newborn
from handbook.care.schedule import load
from handbook.care.vaccines import Sex
from handbook.models_lives import Child, EndReason, GuardianKind
from handbook.telling import Seen
from scheduler.models import ReminderKind, ReminderState
from scheduler.preferences import set_choice
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import PLAN, PLAN_AND_SEND, SEND, Reminders
from tests.scheduler.people import agreed_follower
from tests.world import NOW
from wechat.messages import FakeMessenger

BORN = date(2026, 6, 1)
DAY = timedelta(days=1)
TWO_MONTHS = beijing_moment(date(2026, 8, 1), hour=9)
"""The first dose of the inactivated polio vaccine is due."""

POLIO = "dose:IPV:1"


@pytest.fixture
def child(make: Make, session: Session) -> Child:
    """Lin's, born today at term."""
    give_consent(
        session, person=make.cast.mother, purpose=Purpose.CHILD_RECORD,
        version=notice(Purpose.CHILD_RECORD).version, channel="test", now=NOW,
    )  # fmt: skip
    pregnancy = make.pregnancy(last_period_day=date(2025, 8, 25))
    (born,) = record_birth(
        session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
        delivery=Delivery(day=BORN), newborns=[Newborn(birth_day=BORN, sex=Sex.FEMALE)],
        actor=PROGRAM, now=NOW,
    )  # fmt: skip
    session.flush()
    return born


@pytest.fixture
def father(session: Session, cast: world.Cast, child: Child) -> Person:
    person = agreed_follower(session, cast.hospital, "oOA_father")
    add_guardian(
        session, child=child, person=person, kind=GuardianKind.FATHER, actor=PROGRAM, now=NOW
    )
    session.flush()
    return person


def about_polio(messenger: FakeMessenger) -> set[str]:
    return {one.openid for one in messenger.sent if "脊灰" in str(one.values)}


@pytest.mark.usefixtures("father")
def test_all_who_look_after_a_child_are_told(
    beat: Beat, messenger: FakeMessenger, all_reminders: Reminders, clock: world.MovableClock
) -> None:
    clock.moment = TWO_MONTHS

    beat(*PLAN_AND_SEND)

    assert {one.openid for one in messenger.sent} == {"oOA_lin", "oOA_father"}
    polio = [one for one in all_reminders() if one.item_key == POLIO]
    assert [one.kind for one in polio] == [ReminderKind.CHILD_CARE] * 2


def test_one_of_them_may_leave_it_to_the_other(
    session: Session, father: Person, beat: Beat, messenger: FakeMessenger,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    set_choice(
        session, person=father, kind=ReminderKind.CHILD_CARE, is_wanted=False, actor=PROGRAM,
        now=NOW,
    )  # fmt: skip
    clock.moment = TWO_MONTHS

    beat(*PLAN_AND_SEND)

    assert {one.openid for one in messenger.sent} == {"oOA_lin"}


def dies(session: Session, child: Child, father: Person) -> None:
    record_death(session, child=child, day=BORN + 40 * DAY, note="", actor=PROGRAM, now=TWO_MONTHS)


def moves(session: Session, child: Child, father: Person) -> None:
    move_away(session, child=child, day=BORN + 40 * DAY, actor=PROGRAM, now=TWO_MONTHS)


@pytest.mark.parametrize("ends", [dies, moves], ids=["died", "moved away"])
def test_a_child_that_is_not_here_any_more_is_not_spoken_of(
    session: Session, child: Child, father: Person, beat: Beat, messenger: FakeMessenger,
    all_reminders: Reminders, clock: world.MovableClock,
    ends: Callable[[Session, Child, Person], None],
) -> None:  # fmt: skip
    clock.moment = TWO_MONTHS
    beat(PLAN)
    ends(session, child, father)

    beat(PLAN, SEND)

    assert messenger.sent == []
    assert {one.state for one in all_reminders() if one.due_at <= TWO_MONTHS} == {
        ReminderState.DROPPED
    }


def test_who_does_not_look_after_it_any_more_is_not_told(
    session: Session, child: Child, father: Person, beat: Beat, messenger: FakeMessenger,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    clock.moment = TWO_MONTHS
    beat(PLAN)
    end_guardianship(
        session, child=child, person_id=father.id, reason=EndReason.OWN_WISH, actor=PROGRAM,
        now=TWO_MONTHS,
    )  # fmt: skip

    beat(SEND)

    assert {one.openid for one in messenger.sent} == {"oOA_lin"}


def test_a_dose_in_the_record_is_not_reminded_of(
    session: Session, cast: world.Cast, child: Child, beat: Beat, all_reminders: Reminders,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    clock.moment = TWO_MONTHS
    beat(PLAN)
    report_dose(
        session, child=child, given=Given("IPV", 1, Seen(BORN + 60 * DAY)),
        actor=Actor(SubjectKind.PERSON, cast.mother.id), now=TWO_MONTHS,
    )  # fmt: skip

    beat(SEND)

    (polio,) = [one for one in all_reminders() if one.item_key == POLIO]
    assert (polio.state, polio.reason) == (ReminderState.DROPPED, "done")


def test_a_visit_in_the_record_or_booked_is_not_reminded_of(
    session: Session, make: Make, child: Child, beat: Beat, all_reminders: Reminders,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    clock.moment = beijing_moment(BORN + 30 * DAY, hour=9)
    beat(PLAN)
    planned = {one.item_key for one in all_reminders()}
    report_visit(
        session, subject=child, item_key="c01", seen=Seen(BORN + 30 * DAY),
        actor=Actor(SubjectKind.PERSON, make.cast.mother.id), now=clock.moment,
    )  # fmt: skip
    wish = make.request(make.slot(starts_at=clock.moment + 2 * DAY, care=Care.VACCINATION))
    book(session, request=replace(wish, child=child, item_key="dose:HepB:2"), now=clock.moment)

    beat(SEND)

    assert {"c01", "dose:HepB:2"} <= planned
    found = {one.item_key: one.reason for one in all_reminders()}
    assert (found["c01"], found["dose:HepB:2"]) == ("done", "booked")


def test_without_consent_to_its_record_nothing_of_a_child_is_said(
    session: Session, child: Child, beat: Beat, messenger: FakeMessenger,
    all_reminders: Reminders, clock: world.MovableClock,
) -> None:  # fmt: skip
    clock.moment = TWO_MONTHS
    beat(PLAN)
    session.execute(
        sa.update(Consent)
        .where(Consent.purpose == Purpose.CHILD_RECORD)
        .values(withdrawn_at=TWO_MONTHS)
    )

    beat(SEND)

    due = [one for one in all_reminders() if one.due_at <= TWO_MONTHS]
    assert messenger.sent == []
    assert {one.reason for one in due if one.subject_id == child.id} == {"no_consent"}


def test_a_follow_up_plan_that_clinicians_chose_is_reminded_of(
    session: Session, child: Child, beat: Beat, messenger: FakeMessenger,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    plan = load(child.schedule).plans[0]
    child.plan = plan.key
    child.plan_from_day, child.plan_to_day = BORN + 14 * DAY, BORN + 28 * DAY
    session.flush()
    clock.moment = beijing_moment(BORN + 14 * DAY, hour=9)

    beat(*PLAN_AND_SEND)

    assert plan.name in {one.values["thing1"] for one in messenger.sent}


def test_of_a_child_that_joins_late_all_is_told_in_one_letter(
    session: Session, child: Child, beat: Beat, messenger: FakeMessenger,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    joined = beijing_moment(date(2026, 8, 10), hour=12)
    child.opened_at = child.known_at = joined
    session.flush()
    clock.moment = joined
    beat(*PLAN_AND_SEND)
    at_once = len(messenger.sent)

    clock.moment = beijing_moment(date(2026, 8, 11), hour=9)
    beat(*PLAN_AND_SEND)

    assert at_once == 0
    assert [one.values["thing1"][-1] for one in messenger.sent] == ["项"]
