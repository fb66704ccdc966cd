"""What can be done in this room: hear, remember a question, raise an alarm, call a person."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.audit import PROGRAM, record
from accounts.models import AuditRow, Person, Staff, SubjectKind
from accounts.queries import person_of
from accounts.rules import Actor
from conversation.errors import EmptyAnswer, WindowClosed
from conversation.models import (
    Alarm,
    Conversation,
    ConversationState,
    Delivery,
    Message,
    Speaker,
)
from conversation.queries import conversation_of, said
from conversation.rules import MEMORY, READ_AGAIN, fits_a_message, is_window_open
from core.db import Session
from core.ids import new_id

SHOWN = 200
"""How many messages of a conversation staff see at once."""

READ = "read_conversation"


@dataclass(frozen=True)
class Danger:
    """What was found in a message: sign, level, version of the rules, and the words shown."""

    sign: str
    level: str
    rules_version: str
    answer_key: str


def hear(session: Session, *, person: Person, hospital_id: str, now: datetime) -> Conversation:
    """Return her conversation, begun if need be, with this moment as the last she wrote."""
    session.execute(
        postgresql.insert(Conversation)
        .values(
            person_id=person.id, hospital_id=hospital_id, state=ConversationState.QUIET,
            heard_at=now,
        )
        .on_conflict_do_update(index_elements=["person_id"], set_={"heard_at": now})
    )  # fmt: skip
    return session.get_one(Conversation, person.id, populate_existing=True)


def remember(conversation: Conversation, *, question: str, now: datetime) -> None:
    """Keep what the bot asked her, sealed, for `MEMORY`."""
    conversation.awaiting, conversation.awaiting_until = question, now + MEMORY


def recall(conversation: Conversation, *, now: datetime) -> str | None:
    """Return what the bot asked her and still waits for; None if nothing."""
    if conversation.awaiting_until is None or conversation.awaiting_until <= now:
        return None
    return conversation.awaiting


def forget(conversation: Conversation) -> None:
    """Drop what the bot asked her."""
    conversation.awaiting = conversation.awaiting_until = None


def keep(session: Session, *, person: Person, speaker: Speaker, text: str, now: datetime) -> None:
    """Keep something that was said. The caller answers for the ground to keep it."""
    session.add(
        Message(
            person_id=person.id, speaker=speaker, text=text, delivery=Delivery.NONE, said_at=now
        )
    )


def raise_alarm(
    session: Session, *, person: Person, conversation: Conversation, danger: Danger, now: datetime
) -> Alarm:
    """Write down a danger sign and put the conversation before staff at once."""
    alarm = Alarm(
        id=new_id("alm", now=now), hospital_id=conversation.hospital_id, person_id=person.id,
        sign=danger.sign, level=danger.level, rules_version=danger.rules_version,
        answer_key=danger.answer_key, raised_at=now,
    )  # fmt: skip
    session.add(alarm)
    session.flush()
    record(
        session, actor=PROGRAM, act="raise_alarm", subject_kind="alarm", subject_id=alarm.id,
        hospital_id=conversation.hospital_id, now=now,
    )  # fmt: skip
    call_person(conversation, now=now)
    return alarm


def call_person(conversation: Conversation, *, now: datetime) -> None:
    """Put the conversation before staff; who waits already keeps her place."""
    if conversation.state is not ConversationState.WAITING:
        conversation.state, conversation.waiting_since = ConversationState.WAITING, now


def open_conversation(
    session: Session, *, staff: Staff, person_id: str, now: datetime
) -> list[Message]:
    """Return what was said, oldest first; marks her alarms as opened and audits the read.

    Raises:
        NotFound: no such conversation in this hospital.
    """
    conversation_of(session, person_id=person_id, hospital_id=staff.hospital_id)
    session.execute(
        sa.update(Alarm)
        .where(Alarm.person_id == person_id, Alarm.opened_at.is_(None))
        .values(opened_at=now, opened_by=staff.id)
    )
    _by_staff(session, staff, READ, person_id, now=now)
    return said(session, person_id=person_id, hospital_id=staff.hospital_id, limit=SHOWN)


def read_on(session: Session, *, staff: Staff, person_id: str, now: datetime) -> list[Message]:
    """Return what was said, oldest first, to staff who has it open; audited each `READ_AGAIN`.

    Raises:
        NotFound: no such conversation in this hospital.
    """
    conversation_of(session, person_id=person_id, hospital_id=staff.hospital_id)
    lately = sa.select(AuditRow.number).where(
        AuditRow.subject_kind == "person",
        AuditRow.subject_id == person_id,
        AuditRow.actor_id == staff.id,
        AuditRow.act == READ,
        AuditRow.at > now - READ_AGAIN,
    )
    if session.scalar(lately.limit(1)) is None:
        _by_staff(session, staff, READ, person_id, now=now)
    return said(session, person_id=person_id, hospital_id=staff.hospital_id, limit=SHOWN)


def answer(session: Session, *, staff: Staff, person_id: str, text: str, now: datetime) -> Message:
    """Write an answer of staff; the worker hands it to the platform.

    Raises:
        NotFound: no such conversation in this hospital.
        EmptyAnswer: nothing is said, or more than a message can hold.
        WindowClosed: the platform takes no message now.
    """
    person_of(session, person_id=person_id, hospital_id=staff.hospital_id)
    conversation = conversation_of(session, person_id=person_id, hospital_id=staff.hospital_id)
    if not fits_a_message(text.strip()):
        raise EmptyAnswer
    if not is_window_open(heard_at=conversation.heard_at, now=now):
        raise WindowClosed
    message = Message(
        person_id=person_id, speaker=Speaker.STAFF, staff_id=staff.id, text=text.strip(),
        delivery=Delivery.PENDING, said_at=now,
    )  # fmt: skip
    session.add(message)
    conversation.state, conversation.waiting_since = ConversationState.ANSWERED, None
    session.flush()
    _by_staff(session, staff, "answer_conversation", person_id, now=now)
    return message


def move(session: Session, *, goes: str, stays: str) -> None:
    """Let the conversation of one person go on as another's: the two are one."""
    for table in (Message, Alarm):
        session.execute(sa.update(table).where(table.person_id == goes).values(person_id=stays))
    theirs = session.get(Conversation, goes, with_for_update=True)
    if theirs is None:
        return
    ours = session.get(Conversation, stays, with_for_update=True)
    if ours is None:
        session.execute(
            sa.update(Conversation)
            .where(Conversation.person_id == goes)
            .values(person_id=stays)
            .execution_options(synchronize_session=False)
        )
        session.expunge(theirs)
        return
    ours.heard_at = max(filter(None, (ours.heard_at, theirs.heard_at)), default=None)
    if theirs.state is ConversationState.WAITING and theirs.waiting_since is not None:
        call_person(ours, now=theirs.waiting_since)
    session.delete(theirs)
    session.flush()


def close(session: Session, *, staff: Staff, person_id: str, now: datetime) -> None:
    """Take a conversation off the inbox.

    Raises:
        NotFound: no such conversation in this hospital.
    """
    conversation = conversation_of(session, person_id=person_id, hospital_id=staff.hospital_id)
    conversation.state, conversation.waiting_since = ConversationState.QUIET, None
    _by_staff(session, staff, "close_conversation", person_id, now=now)


def _by_staff(session: Session, staff: Staff, act: str, person_id: str, *, now: datetime) -> None:
    record(
        session, actor=Actor(SubjectKind.STAFF, staff.id), act=act, subject_kind="person",
        subject_id=person_id, hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip
