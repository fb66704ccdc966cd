"""What was said with two persons who are one stands with the one who stays."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from accounts.models import Person
from conversation.actions import Danger, call_person, hear, keep, move, raise_alarm
from conversation.models import Alarm, Conversation, ConversationState, Message, Speaker
from core.db import Session
from tests import world
from tests.world import NOW

LATER = NOW + timedelta(hours=1)
DANGER = Danger("p_bleed", "go_now", "1", "bleed")


def talk(
    session: Session, cast: world.Cast, person: Person, text: str, *, at: datetime
) -> Conversation:
    conversation = hear(session, person=person, hospital_id=cast.hospital.id, now=at)
    keep(session, person=person, speaker=Speaker.FAMILY, text=text, now=at)
    return conversation


def moved(session: Session, cast: world.Cast) -> Conversation:
    """Let Mei be Lin, and return Lin's conversation."""
    session.flush()
    move(session, goes=cast.newcomer.id, stays=cast.mother.id)
    session.expire_all()
    (hers,) = session.scalars(sa.select(Conversation))
    return hers


@pytest.mark.parametrize(
    ("first", "second"), [(NOW, LATER), (LATER, NOW)], ids=["later there", "later here"]
)
def test_what_was_said_and_who_waits_goes_over(
    session: Session, cast: world.Cast, first: datetime, second: datetime
) -> None:
    talk(session, cast, cast.mother, "一", at=first)
    conversation = talk(session, cast, cast.newcomer, "二", at=second)
    raise_alarm(session, person=cast.newcomer, conversation=conversation, danger=DANGER, now=second)

    hers = moved(session, cast)

    assert (hers.state, hers.waiting_since, hers.heard_at) == (
        ConversationState.WAITING, second, LATER
    )  # fmt: skip
    said = session.scalars(sa.select(Message).order_by(Message.number)).all()
    assert [(one.person_id, one.text) for one in said] == [
        (cast.mother.id, "一"), (cast.mother.id, "二"),
    ]  # fmt: skip
    assert session.scalars(sa.select(Alarm.person_id)).all() == [cast.mother.id]


def test_who_waits_already_keeps_her_place(session: Session, cast: world.Cast) -> None:
    call_person(talk(session, cast, cast.mother, "一", at=NOW), now=NOW)
    call_person(talk(session, cast, cast.newcomer, "二", at=LATER), now=LATER)

    hers = moved(session, cast)

    assert hers.waiting_since == NOW


def test_where_nobody_waits_nobody_does_afterwards(session: Session, cast: world.Cast) -> None:
    talk(session, cast, cast.mother, "一", at=NOW)
    talk(session, cast, cast.newcomer, "二", at=LATER)

    assert moved(session, cast).state is ConversationState.QUIET


def test_a_conversation_goes_over_where_there_was_none(session: Session, cast: world.Cast) -> None:
    call_person(talk(session, cast, cast.newcomer, "二", at=LATER), now=LATER)

    hers = moved(session, cast)

    assert (hers.person_id, hers.state) == (cast.mother.id, ConversationState.WAITING)
