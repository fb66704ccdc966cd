"""The look at what fell due: pure for one woman, and over the tables, as often as one likes."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import withdraw_consent
from accounts.models import Purpose, SubjectKind
from core.clock import beijing_moment
from core.db import Session
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.rules import DropReason, TaskKind, TaskState
from handbook.follow_up.sightings import Sighting
from handbook.models import Pregnancy
from handbook.models_lives import Child, ChildState
from handbook.models_records import DoseRecord, VisitRecord
from handbook.risk.actions import clear_visit_interval, set_visit_interval
from handbook.risk.colours import Colour
from handbook.risk.refresh import Followed, fallen_due, overdue_item, refresh_worklist, unreachable
from tests import world
from tests.handbook.risk import ward

ASSESSED = date(2026, 5, 1)


def followed(
    *,
    delivery_day: date | None = None,
    visit_day: date | None = None,
    most_days: int | None = None,
) -> Followed:
    return Followed("prg_1", delivery_day, ASSESSED, visit_day, most_days)


@pytest.mark.parametrize(
    ("woman", "today", "expected"),
    [
        pytest.param(followed(), date(2026, 9, 1), [], id="no-interval-no-clock"),
        pytest.param(followed(most_days=14), date(2026, 5, 15), [], id="the-last-day"),
        pytest.param(
            followed(most_days=14), date(2026, 5, 16),
            [(TaskKind.HIGH_RISK_NO_VISIT, "seen:2026-05-01", date(2026, 5, 16))],
            id="the-day-after",
        ),
        pytest.param(
            followed(most_days=14, visit_day=date(2026, 4, 20)), date(2026, 5, 15), [],
            id="an-older-visit-changes-nothing",
        ),
        pytest.param(
            followed(visit_day=date(2026, 5, 10)), date(2026, 5, 10),
            [(TaskKind.REASSESSMENT, "visit:2026-05-10", date(2026, 5, 11))],
            id="re-assessed-at-each-visit",
        ),
        pytest.param(
            followed(most_days=14, visit_day=date(2026, 5, 10)), date(2026, 5, 25),
            [
                (TaskKind.REASSESSMENT, "visit:2026-05-10", date(2026, 5, 11)),
                (TaskKind.HIGH_RISK_NO_VISIT, "seen:2026-05-10", date(2026, 5, 25)),
            ],
            id="both",
        ),
        pytest.param(
            followed(delivery_day=date(2026, 5, 20), most_days=1), date(2026, 5, 20),
            [(TaskKind.REASSESSMENT, "home_visit", date(2026, 5, 28))],
            id="after-birth-no-other-clock",
        ),
        pytest.param(
            followed(delivery_day=date(2026, 5, 20)), date(2026, 7, 1),
            [
                (TaskKind.REASSESSMENT, "home_visit", date(2026, 5, 28)),
                (TaskKind.REASSESSMENT, "day_42", date(2026, 7, 16)),
            ],
            id="on-day-42",
        ),
        pytest.param(
            followed(delivery_day=ASSESSED), date(2026, 6, 11), [], id="assessed-since-the-birth"
        ),
        pytest.param(
            followed(delivery_day=ASSESSED), date(2026, 6, 12),
            [(TaskKind.REASSESSMENT, "day_42", date(2026, 6, 27))],
            id="day-42-comes-all-the-same",
        ),
    ],
)  # fmt: skip
def test_what_fell_due_for_a_woman(
    woman: Followed, today: date, expected: list[tuple[TaskKind, str, date]]
):
    found = [(one.kind, one.occasion, one.due_at) for one in fallen_due(woman, today=today)]

    assert found == [(kind, occasion, beijing_moment(day)) for kind, occasion, day in expected]


def look(session: Session, *sightings: Sighting, now: datetime) -> int:
    return refresh_worklist(session, sightings=sightings, now=now)


def tasks(session: Session) -> list[tuple[TaskKind, TaskState, DropReason | None]]:
    """Return every task there ever was, the oldest first."""
    found = sa.select(FollowUpTask).order_by(FollowUpTask.opened_at, FollowUpTask.id)
    return [(task.kind, task.state, task.reason) for task in session.scalars(found)]


def visit(
    session: Session,
    cast: world.Cast,
    *,
    day: date,
    now: datetime,
    pregnancy: Pregnancy | None = None,
    child: Child | None = None,
    item_key: str = "visit_2",
) -> VisitRecord:
    """Let staff confirm a visit."""
    made = VisitRecord(
        id=f"vis_{item_key}_{day}", pregnancy_id=pregnancy and pregnancy.id,
        child_id=child and child.id, item_key=item_key, confirmed_day=day,
        confirmed_by_id=cast.care_worker.id, confirmed_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def watched(session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime) -> Pregnancy:
    """A yellow pregnancy, assessed on 1 May, in a hospital that wants a visit every 14 days."""
    set_visit_interval(session, staff=cast.clinician, colour=Colour.YELLOW, most_days=14, now=now)
    ward.assessed(session, cast.clinician, pregnancy, Colour.YELLOW, now=now, day=ASSESSED)
    return pregnancy


def test_a_woman_not_seen_in_time_comes_onto_the_worklist_once(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    opened = [look(session, now=now + timedelta(days=day)) for day in range(3)]

    assert opened == [1, 0, 0]
    assert ward.due(session, cast.hospital.id) == [
        (TaskKind.HIGH_RISK_NO_VISIT, beijing_moment(date(2026, 5, 16)))
    ]


def test_a_hospital_without_a_table_has_no_such_clock(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    clear_visit_interval(session, staff=cast.clinician, colour=Colour.YELLOW, now=now)

    assert look(session, now=now) == 0


def test_a_visit_ends_the_waiting_and_asks_for_a_new_assessment(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    look(session, now=now)
    visit(session, cast, pregnancy=watched, day=ward.TODAY, now=now)

    look(session, now=now + timedelta(hours=1))

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.REASSESSMENT]
    assert (TaskKind.HIGH_RISK_NO_VISIT, TaskState.DONE, None) in tasks(session)


def test_an_assessment_ends_the_re_assessment(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    visit(session, cast, pregnancy=watched, day=ward.TODAY, now=now)
    look(session, now=now)

    ward.assessed(session, cast.clinician, watched, Colour.GREEN, now=now)

    assert look(session, now=now) == 0
    assert ward.kinds(session, cast.hospital.id) == []


def test_what_a_family_reports_does_not_end_the_waiting(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    said = visit(session, cast, pregnancy=watched, day=ward.TODAY, now=now)
    said.confirmed_day = said.confirmed_by_id = said.confirmed_at = None
    said.reported_day, said.reported_by_id, said.reported_at = ward.TODAY, cast.mother.id, now

    look(session, now=now)

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.HIGH_RISK_NO_VISIT]


def test_a_withdrawn_visit_never_was(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    wrong = visit(session, cast, pregnancy=watched, day=ward.TODAY, now=now)
    wrong.withdrawn_at, wrong.withdrawn_by_id = now, cast.care_worker.id
    wrong.withdrawn_by_kind = SubjectKind.STAFF

    look(session, now=now)

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.HIGH_RISK_NO_VISIT]


def test_after_birth_she_is_re_assessed_twice_and_nothing_of_before_is_left(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    look(session, now=now)
    ward.deliver(session, watched, day=ward.TODAY, now=now + timedelta(hours=1))

    look(session, now=now + timedelta(hours=2))
    look(session, now=now + timedelta(days=42))

    assert ward.due(session, cast.hospital.id) == [
        (TaskKind.REASSESSMENT, beijing_moment(date(2026, 6, 9))),
        (TaskKind.REASSESSMENT, beijing_moment(date(2026, 7, 28))),
    ]
    assert tasks(session)[0] == (
        TaskKind.HIGH_RISK_NO_VISIT, TaskState.DROPPED, DropReason.BORN,
    )  # fmt: skip


def test_a_birth_long_ago_asks_for_nothing(session: Session, watched: Pregnancy, now: datetime):
    ward.deliver(session, watched, day=ward.TODAY, now=now)

    assert look(session, now=now + timedelta(days=57)) == 0


def test_nothing_is_opened_after_a_loss(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    ward.lose(session, cast.care_worker, watched, now=now)

    assert look(session, late("visit_2", pregnancy=watched), now=now) == 0
    assert ward.kinds(session, cast.hospital.id) == [TaskKind.LOSS_AFTERCARE]


def test_what_a_loss_left_behind_is_swept(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    look(session, now=now)
    ward.deliver(session, watched, day=ward.TODAY, now=now)
    watched.quiet_at = now

    look(session, now=now + timedelta(hours=1))

    assert tasks(session) == [(TaskKind.HIGH_RISK_NO_VISIT, TaskState.DROPPED, DropReason.LOSS)]


def test_nothing_is_opened_for_who_took_her_consent_back(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    withdraw_consent(session, person=cast.mother, purpose=Purpose.HANDBOOK, now=now)

    assert look(session, now=now) == 0


def late(item_key: str, *, pregnancy: Pregnancy | None = None, child: Child | None = None):
    return overdue_item(
        item_key=item_key, to_day=date(2026, 5, 30), pregnancy_id=pregnancy and pregnancy.id,
        child_id=child and child.id,
    )  # fmt: skip


def test_an_overdue_item_comes_onto_the_worklist_once(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    opened = [look(session, late("visit_2", pregnancy=pregnancy), now=now) for _ in range(2)]

    assert opened == [1, 0]
    assert ward.due(session, cast.hospital.id) == [
        (TaskKind.OVERDUE_ITEM, beijing_moment(date(2026, 5, 31)))
    ]


def test_an_overdue_visit_is_done_once_it_is_recorded(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    look(session, late("visit_2", pregnancy=pregnancy), now=now)
    visit(session, cast, pregnancy=pregnancy, day=ward.TODAY, now=now + timedelta(hours=1))

    look(session, now=now + timedelta(hours=2))

    assert tasks(session) == [(TaskKind.OVERDUE_ITEM, TaskState.DONE, None)]


def test_an_older_visit_of_a_plan_does_not_do_the_next_one(
    session: Session, cast: world.Cast, child: Child, now: datetime
):
    visit(session, cast, child=child, day=date(2026, 5, 1), now=now, item_key="preterm_low_risk")
    look(session, late("preterm_low_risk", child=child), now=now + timedelta(days=1))

    look(session, now=now + timedelta(days=2))

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.OVERDUE_ITEM]


def test_an_overdue_dose_is_done_once_it_is_recorded(
    session: Session, cast: world.Cast, child: Child, now: datetime
):
    look(session, late("dose:DTaP:1", child=child), now=now)
    before = ward.kinds(session, cast.hospital.id)
    session.add(
        DoseRecord(
            id="dos_1", child_id=child.id, vaccine="DTaP", number=1, reported_day=ward.TODAY,
            reported_by_id=cast.mother.id, reported_at=now + timedelta(hours=1),
        )
    )  # fmt: skip

    look(session, now=now + timedelta(hours=2))

    assert before == [TaskKind.OVERDUE_ITEM]
    assert ward.kinds(session, cast.hospital.id) == []


def test_a_child_that_is_gone_is_off_the_worklist_at_once_and_swept_later(
    session: Session, cast: world.Cast, child: Child, now: datetime
):
    look(session, late("visit_2", child=child), now=now)
    child.state, child.state_day, child.closed_at = ChildState.DIED, ward.TODAY, now
    session.flush()

    at_once = ward.kinds(session, cast.hospital.id)
    look(session, late("visit_2", child=child), now=now)

    assert at_once == []
    assert tasks(session) == [(TaskKind.OVERDUE_ITEM, TaskState.DROPPED, DropReason.CHILD_GONE)]


def test_whom_no_message_reaches_is_called(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    sighting = unreachable(person_id=cast.mother.id, since_day=date(2026, 5, 20))

    look(session, sighting, now=now)
    look(session, sighting, now=now)

    (task,) = session.scalars(sa.select(FollowUpTask)).all()
    assert (task.kind, task.person_id) == (TaskKind.UNREACHABLE, cast.mother.id)
    assert task.pregnancy_id == pregnancy.id


def test_an_unreachable_woman_is_not_called_about_it_after_a_loss(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    look(session, unreachable(person_id=cast.mother.id, since_day=ward.TODAY), now=now)

    ward.lose(session, cast.care_worker, pregnancy, now=now)

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.LOSS_AFTERCARE]


def test_nobody_is_called_about_messages_who_has_nothing_here_any_more(
    session: Session, cast: world.Cast, now: datetime
):
    assert look(session, unreachable(person_id=cast.mother.id, since_day=ward.TODAY), now=now) == 0


def test_a_mother_of_a_living_child_whom_no_message_reaches_is_called(
    session: Session, cast: world.Cast, child: Child, now: datetime
):
    assert look(session, unreachable(person_id=cast.mother.id, since_day=ward.TODAY), now=now) == 1


def test_who_takes_her_consent_back_is_off_the_worklist_at_once(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    look(session, now=now)
    withdraw_consent(session, person=cast.mother, purpose=Purpose.HANDBOOK, now=now)

    at_once = ward.kinds(session, cast.hospital.id)
    look(session, now=now)

    assert at_once == []
    assert tasks(session) == [
        (TaskKind.HIGH_RISK_NO_VISIT, TaskState.DROPPED, DropReason.CONSENT_WITHDRAWN)
    ]


def test_the_tasks_of_a_child_go_with_the_consent_to_its_record(
    session: Session, cast: world.Cast, child: Child, now: datetime
):
    look(session, Sighting(TaskKind.OVERDUE_ITEM, "x", now, child_id=child.id), now=now)
    before = ward.kinds(session, cast.hospital.id)

    withdraw_consent(session, person=cast.mother, purpose=Purpose.CHILD_RECORD, now=now)

    assert before == [TaskKind.OVERDUE_ITEM]
    assert ward.kinds(session, cast.hospital.id) == []


def test_the_report_of_a_red_risk_stays_due_without_consent(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.assessed(session, cast.clinician, pregnancy, Colour.RED, now=now)

    withdraw_consent(session, person=cast.mother, purpose=Purpose.HANDBOOK, now=now)

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.REPORT_DUTY]
