"""Hearing, alarms, and staff who read, answer and close; each only in their own hospital."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import meet
from accounts.models import AuditRow, Person
from conversation import queries
from conversation.actions import (
    Danger,
    answer,
    call_person,
    close,
    hear,
    keep,
    open_conversation,
    raise_alarm,
)
from conversation.errors import EmptyAnswer, WindowClosed
from conversation.models import (
    Alarm,
    Conversation,
    ConversationState,
    Delivery,
    Message,
    Speaker,
)
from conversation.rules import WINDOW, fits_a_message, is_window_open
from core.db import Session
from core.errors import NotFound
from tests import world
from tests.world import NOW

BLEEDING = Danger("bleeding", "now", "2026-06", "call_120")
MINUTE = timedelta(minutes=1)


def heard(session: Session, cast: world.Cast, person: Person, *, now=NOW) -> Conversation:
    return hear(session, person=person, hospital_id=cast.hospital.id, now=now)


@pytest.fixture
def hers(session: Session, cast: world.Cast) -> Conversation:
    """Lin's conversation, begun at `NOW`."""
    return heard(session, cast, cast.mother)


def acts_of(session: Session, staff_id: str) -> list[str]:
    session.flush()
    of_staff = sa.select(AuditRow.act).where(AuditRow.actor_id == staff_id)
    return list(session.scalars(of_staff.order_by(AuditRow.number)))


def test_a_conversation_begins_quiet(hers: Conversation) -> None:
    assert (hers.state, hers.heard_at) == (ConversationState.QUIET, NOW)


def test_hearing_again_moves_the_window_and_nothing_else(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    call_person(hers, now=NOW)
    session.flush()

    again = heard(session, cast, cast.mother, now=NOW + MINUTE)

    assert again is hers
    assert (again.state, again.waiting_since) == (ConversationState.WAITING, NOW)
    assert again.heard_at == NOW + MINUTE


def test_who_waits_already_keeps_her_place(hers: Conversation) -> None:
    call_person(hers, now=NOW)
    call_person(hers, now=NOW + MINUTE)

    assert hers.waiting_since == NOW


def test_an_alarm_puts_her_before_staff_and_is_audited(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    alarm = raise_alarm(session, person=cast.mother, conversation=hers, danger=BLEEDING, now=NOW)

    assert hers.state is ConversationState.WAITING
    assert (alarm.sign, alarm.level, alarm.opened_at) == ("bleeding", "now", None)
    of_alarm = sa.select(AuditRow.act).where(AuditRow.subject_id == alarm.id)
    assert session.scalars(of_alarm).all() == ["raise_alarm"]


def test_the_inbox_shows_alarms_first_then_who_waits_longest(
    session: Session, cast: world.Cast
) -> None:
    waiting_long, waiting, alarmed, answered, quiet = (
        heard(session, cast, person) for person in _five(session, cast)
    )
    call_person(waiting, now=NOW + MINUTE)
    call_person(waiting_long, now=NOW)
    answered.state = ConversationState.ANSWERED
    person = session.get_one(Person, alarmed.person_id)
    raise_alarm(session, person=person, conversation=alarmed, danger=BLEEDING, now=NOW + 5 * MINUTE)
    session.flush()

    rows = queries.inbox(session, hospital_id=cast.hospital.id)

    assert [row.conversation.person_id for row in rows] == [
        alarmed.person_id, waiting_long.person_id, waiting.person_id, answered.person_id,
    ]  # fmt: skip
    assert [len(row.alarms) for row in rows] == [1, 0, 0, 0]
    assert quiet.person_id not in {row.person.id for row in rows}


def test_an_alarm_stays_in_the_inbox_though_somebody_closed_the_conversation(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    raise_alarm(session, person=cast.mother, conversation=hers, danger=BLEEDING, now=NOW)
    close(session, staff=cast.care_worker, person_id=cast.mother.id, now=NOW)
    session.flush()

    (row,) = queries.inbox(session, hospital_id=cast.hospital.id)

    assert row.conversation.state is ConversationState.QUIET
    assert [alarm.sign for alarm in row.alarms] == ["bleeding"]


def test_the_inbox_of_another_hospital_is_empty(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    raise_alarm(session, person=cast.mother, conversation=hers, danger=BLEEDING, now=NOW)

    assert queries.inbox(session, hospital_id=cast.other_hospital.id) == []


def test_opening_shows_what_was_said_marks_alarms_and_audits_the_read(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    for text in ("一", "二", "三"):
        keep(session, person=cast.mother, speaker=Speaker.FAMILY, text=text, now=NOW)
    raise_alarm(session, person=cast.mother, conversation=hers, danger=BLEEDING, now=NOW)
    session.flush()

    said = open_conversation(
        session, staff=cast.care_worker, person_id=cast.mother.id, now=NOW + MINUTE
    )

    assert [message.text for message in said] == ["一", "二", "三"]
    assert queries.alarms_of(session, person_id=cast.mother.id) == []
    alarm = session.scalars(sa.select(Alarm)).one()
    session.refresh(alarm)
    assert (alarm.opened_by, alarm.opened_at) == (cast.care_worker.id, NOW + MINUTE)
    assert acts_of(session, cast.care_worker.id) == ["read_conversation"]


def test_who_opened_an_alarm_first_stays_on_record(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    raise_alarm(session, person=cast.mother, conversation=hers, danger=BLEEDING, now=NOW)
    for staff in (cast.care_worker, cast.manager):
        open_conversation(session, staff=staff, person_id=cast.mother.id, now=NOW)

    assert session.scalars(sa.select(Alarm.opened_by)).one() == cast.care_worker.id


def test_only_the_last_messages_are_shown_oldest_first(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    for text in "一二三四":
        keep(session, person=cast.mother, speaker=Speaker.BOT, text=text, now=NOW)
    session.flush()

    said = queries.said(session, person_id=cast.mother.id, hospital_id=cast.hospital.id, limit=2)

    assert [message.text for message in said] == ["三", "四"]


def test_staff_of_another_hospital_see_say_and_close_nothing(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    keep(session, person=cast.mother, speaker=Speaker.FAMILY, text="一", now=NOW)
    who = {"staff": cast.stranger, "person_id": cast.mother.id, "now": NOW}

    with pytest.raises(NotFound):
        open_conversation(session, **who)
    with pytest.raises(NotFound):
        answer(session, text="你好", **who)
    with pytest.raises(NotFound):
        close(session, **who)
    assert acts_of(session, cast.stranger.id) == []
    assert (
        queries.said(session, person_id=cast.mother.id, hospital_id=cast.other_hospital.id, limit=9)
        == []
    )


def test_a_conversation_that_never_began_is_not_found(session: Session, cast: world.Cast) -> None:
    with pytest.raises(NotFound):
        queries.conversation_of(session, person_id=cast.mother.id, hospital_id=cast.hospital.id)


def test_an_answer_waits_for_the_worker_and_takes_her_off_the_waiting(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    call_person(hers, now=NOW)

    message = answer(
        session, staff=cast.care_worker, person_id=cast.mother.id, text="  请来院 ", now=NOW
    )

    assert (message.text, message.delivery) == ("请来院", Delivery.PENDING)
    assert (hers.state, hers.waiting_since) == (ConversationState.ANSWERED, None)
    assert acts_of(session, cast.care_worker.id) == ["answer_conversation"]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("好", True),
        ("好" * 600, True),
        ("好" * 601, False),
        ("🤰" * 512, True),
        ("🤰" * 513, False),
        ("", False),
    ],
    ids=["one", "most", "too many", "most pictograms", "too many bytes", "none"],
)
def test_an_answer_fits_what_the_platform_carries(text: str, fits: bool) -> None:
    assert fits_a_message(text) is fits


@pytest.mark.parametrize("text", [" \n ", "好" * 601, "🤰" * 600], ids=["blank", "long", "heavy"])
def test_an_answer_that_does_not_fit_is_refused_and_nothing_kept(
    session: Session, cast: world.Cast, hers: Conversation, text: str
) -> None:
    with pytest.raises(EmptyAnswer):
        answer(session, staff=cast.care_worker, person_id=cast.mother.id, text=text, now=NOW)

    assert session.scalars(sa.select(Message)).all() == []


def test_after_48_hours_an_answer_is_refused_before_it_is_lost(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    with pytest.raises(WindowClosed):
        answer(
            session, staff=cast.care_worker, person_id=cast.mother.id, text="好",
            now=NOW + WINDOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("ago", "is_open"),
    [(WINDOW - MINUTE, True), (WINDOW, False)],
    ids=["a minute before", "48 hours"],
)
def test_the_window_is_open_for_48_hours(ago: timedelta, is_open: bool) -> None:
    assert is_window_open(heard_at=NOW - ago, now=NOW) is is_open
    assert not is_window_open(heard_at=None, now=NOW)


def test_a_closed_conversation_is_off_the_inbox(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    call_person(hers, now=NOW)

    close(session, staff=cast.care_worker, person_id=cast.mother.id, now=NOW)

    session.flush()
    assert queries.inbox(session, hospital_id=cast.hospital.id) == []
    assert acts_of(session, cast.care_worker.id) == ["close_conversation"]


def _five(session: Session, cast: world.Cast) -> list[Person]:
    return [
        meet(
            session, hospital=cast.hospital, appid="wxOA0001", openid=f"oOA_{number}",
            unionid=None, now=NOW,
        )
        for number in range(5)
    ]  # fmt: skip
