"""Opening a pregnancy, and closing it after a loss."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from accounts.actions import withdraw_consent
from accounts.errors import ConsentNeeded
from accounts.models import AuditRow, Purpose, SubjectKind
from accounts.rules import Actor
from core.db import Database, Session
from core.errors import NotFound, Refusal
from handbook.actions import Loss, open_pregnancy, record_loss
from handbook.care.schedule import CURRENT
from handbook.errors import AlreadyClosed, AlreadyOpen, LossDayOutOfRange
from handbook.models import DatingSource, LossKind, Pregnancy, PregnancyState
from handbook.queries import (
    datings_of,
    events_of,
    items_of,
    pregnancies_of_family,
    pregnancy_in,
    pregnancy_of,
)
from handbook.timeline import Reading, read_dating
from tests import world

TODAY = date(2026, 6, 1)
MISCARRIAGE = Loss(LossKind.MISCARRIAGE, date(2026, 5, 30), "电话告知")


@pytest.fixture
def reading() -> Reading:
    return read_dating(source="last_period", day=date(2026, 3, 5), today=TODAY)


@pytest.fixture
def her(cast: world.Cast) -> Actor:
    return Actor(SubjectKind.PERSON, cast.mother.id)


@pytest.fixture
def staff(cast: world.Cast) -> Actor:
    return Actor(SubjectKind.STAFF, cast.care_worker.id)


@pytest.fixture
def pregnancy(
    session: Session, cast: world.Cast, reading: Reading, her: Actor, now: datetime
) -> Pregnancy:
    return open_pregnancy(session, person=cast.mother, reading=reading, actor=her, now=now)


def lose(session: Session, pregnancy: Pregnancy, actor: Actor, now: datetime, **other: object):
    return record_loss(
        session,
        **{
            "hospital_id": pregnancy.hospital_id, "pregnancy_id": pregnancy.id,
            "loss": MISCARRIAGE, "actor": actor, "now": now,
        }
        | other,
    )  # fmt: skip


def acts(session: Session, pregnancy: Pregnancy) -> list[tuple[str, str]]:
    rows = session.scalars(
        sa.select(AuditRow).where(AuditRow.subject_id == pregnancy.id).order_by(AuditRow.number)
    )
    return [(row.act, row.actor_id) for row in rows]


def test_a_pregnancy_opens_with_her_dating_and_todays_edition(
    session: Session, cast: world.Cast, pregnancy: Pregnancy
):
    assert (pregnancy.state, pregnancy.schedule) == (PregnancyState.ONGOING, CURRENT)
    assert (pregnancy.last_period_day, pregnancy.due_day) == (date(2026, 3, 5), date(2026, 12, 10))
    assert (pregnancy.hospital_id, pregnancy.family_id) == (
        cast.hospital.id, cast.mother.family_id,
    )  # fmt: skip


def test_opening_leaves_a_dating_an_event_and_an_audit_row(
    session: Session, pregnancy: Pregnancy, her: Actor, now: datetime
):
    (dating,) = datings_of(session, pregnancy_id=pregnancy.id)
    (event,) = events_of(session, pregnancy_id=pregnancy.id)

    assert (dating.source, dating.accepted_at) == (DatingSource.LAST_PERIOD, now)
    assert (event.before, event.after, event.made_by_id) == (None, "ongoing", her.id)
    assert acts(session, pregnancy) == [("open_pregnancy", her.id)]


def test_nothing_is_opened_without_consent(
    session: Session, cast: world.Cast, reading: Reading, her: Actor, now: datetime
):
    withdraw_consent(session, person=cast.mother, purpose=Purpose.HANDBOOK, now=now)

    with pytest.raises(ConsentNeeded):
        open_pregnancy(session, person=cast.mother, reading=reading, actor=her, now=now)

    assert pregnancy_of(session, person_id=cast.mother.id) is None


def test_a_second_pregnancy_at_once_is_refused(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, reading: Reading, now: datetime
):
    actor = Actor(SubjectKind.PERSON, cast.mother.id)

    with pytest.raises(AlreadyOpen):
        open_pregnancy(session, person=cast.mother, reading=reading, actor=actor, now=now)

    assert len(datings_of(session, pregnancy_id=pregnancy.id)) == 1


def test_a_loss_closes_at_once_and_is_written_down(
    session: Session, pregnancy: Pregnancy, staff: Actor, now: datetime
):
    lost = lose(session, pregnancy, staff, now)

    assert (lost.state, lost.loss, lost.closed_at) == (
        PregnancyState.ENDED, LossKind.MISCARRIAGE, now,
    )  # fmt: skip
    assert events_of(session, pregnancy_id=pregnancy.id)[-1].note == "电话告知"
    assert acts(session, pregnancy)[-1] == ("record_loss", staff.id)


def test_nothing_is_on_the_timeline_after_a_loss(
    session: Session, pregnancy: Pregnancy, staff: Actor, now: datetime
):
    before = items_of(pregnancy, today=TODAY)

    lost = lose(session, pregnancy, staff, now)

    assert before
    assert items_of(lost, today=TODAY) == []


def test_a_loss_is_recorded_once(
    session: Session, pregnancy: Pregnancy, staff: Actor, now: datetime
):
    lose(session, pregnancy, staff, now)

    with pytest.raises(AlreadyClosed):
        lose(session, pregnancy, staff, now)

    assert len(events_of(session, pregnancy_id=pregnancy.id)) == 2


def test_another_hospital_does_not_find_it(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, staff: Actor, now: datetime
):
    with pytest.raises(NotFound):
        lose(session, pregnancy, staff, now, hospital_id=cast.other_hospital.id)

    assert pregnancy.state is PregnancyState.ONGOING


def test_an_unknown_pregnancy_is_not_found(session: Session, cast: world.Cast):
    with pytest.raises(NotFound):
        pregnancy_in(session, pregnancy_id="prg_none", hospital_id=cast.hospital.id)


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(date(2026, 3, 4), id="before-the-pregnancy"),
        pytest.param(date(2026, 6, 2), id="tomorrow"),
    ],
)
def test_a_loss_on_an_impossible_day_is_refused(
    session: Session, pregnancy: Pregnancy, staff: Actor, now: datetime, day: date
):
    with pytest.raises(LossDayOutOfRange):
        lose(session, pregnancy, staff, now, loss=Loss(LossKind.MISCARRIAGE, day, ""))


def test_after_a_loss_she_may_open_a_new_one_and_it_comes_first(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, staff: Actor, now: datetime
):
    lose(session, pregnancy, staff, now)
    later = now + timedelta(days=120)
    reading = read_dating(source="last_period", day=date(2026, 8, 20), today=date(2026, 9, 29))

    second = open_pregnancy(session, person=cast.mother, reading=reading, actor=staff, now=later)

    assert pregnancy_of(session, person_id=cast.mother.id) == second
    assert pregnancies_of_family(
        session, family_id=cast.mother.family_id, hospital_id=cast.hospital.id
    ) == [second, pregnancy]


def test_another_hospital_sees_no_pregnancy_of_the_family(
    session: Session, cast: world.Cast, pregnancy: Pregnancy
):
    seen = pregnancies_of_family(
        session, family_id=pregnancy.family_id, hospital_id=cast.other_hospital.id
    )

    assert seen == []


def test_the_closed_one_is_returned_when_none_is_ongoing(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, staff: Actor, now: datetime
):
    lose(session, pregnancy, staff, now)

    assert pregnancy_of(session, person_id=cast.mother.id) == pregnancy


def told(refusable: Callable[[], object]) -> str:
    """Return the code of the refusal, or "done"."""
    try:
        refusable()
    except Refusal as refusal:
        return refusal.code
    return "done"


def all_at_once(act: Callable[[Session], object], database: Database) -> list[str]:
    """Return what eight callers are told who do the same in their own transactions."""
    together = Barrier(8)

    def once() -> None:
        with database.transaction() as session:
            together.wait(timeout=10)
            act(session)

    with ThreadPoolExecutor(8) as pool:
        return sorted(pool.map(told, [once] * 8))


@pytest.fixture
def real_cast(real_database: Database) -> world.Cast:
    with real_database.transaction() as session:
        return world.settle(session)


def opening(cast: world.Cast, reading: Reading, now: datetime) -> Callable[[Session], Pregnancy]:
    actor = Actor(SubjectKind.PERSON, cast.mother.id)
    return lambda session: open_pregnancy(
        session, person=cast.mother, reading=reading, actor=actor, now=now
    )


@pytest.mark.slow
def test_of_eight_taps_at_once_one_opens(
    real_database: Database, real_cast: world.Cast, reading: Reading, now: datetime
):
    answers = all_at_once(opening(real_cast, reading, now), real_database)

    assert answers == ["done"] + ["handbook.already_open"] * 7


@pytest.mark.slow
def test_of_eight_records_of_a_loss_at_once_one_stands(
    real_database: Database, real_cast: world.Cast, reading: Reading, now: datetime
):
    with real_database.transaction() as session:
        pregnancy = opening(real_cast, reading, now)(session)
    actor = Actor(SubjectKind.STAFF, real_cast.care_worker.id)

    answers = all_at_once(lambda session: lose(session, pregnancy, actor, now), real_database)

    assert answers == ["done"] + ["handbook.already_closed"] * 7
