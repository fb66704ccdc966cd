"""Receipts of pushes: the same push again gets the answer of the first, and does nothing."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conversation.models import Conversation, ConversationState, Receipt
from conversation.rules import RECEIPT_KEPT
from core.crypto import ring
from core.db import Session, changed, known, rows

TAKE_IN = """
insert into receipt (appid, dedup_key, received_at)
values (%(appid)s, %(dedup_key)s, %(now)s)
on conflict do nothing returning true
"""

SETTLE = """
update receipt set answer = %(answer)s
where appid = %(appid)s and dedup_key = %(dedup_key)s returning true
"""


TAKE_IN_TALK = """
with taken as (
    insert into receipt (appid, dedup_key, received_at)
    values (%(appid)s, %(dedup_key)s, %(now)s)
    on conflict do nothing returning true
),
heard as (
    update conversation set heard_at = %(now)s
    from taken, wechat_identity
    where wechat_identity.appid = %(appid)s and wechat_identity.openid = %(openid)s
      and conversation.person_id = wechat_identity.person_id
    returning conversation.*
)
select exists (select from taken) as is_new, heard.*
from (values (1)) as one left join heard on true
"""

SETTLE_TALK = """
with settled as (
    update receipt set answer = %(answer)s
    where appid = %(appid)s and dedup_key = %(dedup_key)s
)
insert into message (person_id, speaker, text, delivery, said_at)
select consent.person_id, part.speaker, part.text, 'none', %(now)s
from consent cross join (
    values (1, 'family', %(said)s::bytea), (2, 'bot', %(answered)s::bytea)
) as part (place, speaker, text)
where consent.person_id = %(person_id)s and consent.purpose = 'handbook'
  and consent.withdrawn_at is null
order by part.place
returning true
"""
"""At most one live consent of a purpose stands (uq_consent_live), so each part is kept once."""

ANSWER, AWAITING, TEXT = "receipt.answer", "conversation.awaiting", "message.text"
"""The sealed columns that these statements read and write by themselves."""


@dataclass(frozen=True)
class Taken:
    """Whether a push is new, and her conversation if she wrote before."""

    is_new: bool
    conversation: Conversation | None


@dataclass(frozen=True)
class Talk:
    """What somebody said and what she was answered."""

    person_id: str
    said: str
    answered: str


def take_in(session: Session, *, appid: str, dedup_key: str, now: datetime) -> bool:
    """Say whether this push is new, writing its receipt.

    A twin that arrives while the first is still being answered waits here for that transaction:
    the unique key makes it so. If the first fails, the twin takes its place.
    """
    return bool(rows(session, TAKE_IN, {"appid": appid, "dedup_key": dedup_key, "now": now}))


def take_in_talk(
    session: Session, *, appid: str, dedup_key: str, openid: str, now: datetime
) -> Taken:
    """Take a push in that carries words, as `take_in` does, and hear her in the same statement.

    Her conversation stays locked until the end of the transaction, so that what she writes in
    quick succession is answered in turn, each time knowing what the message before changed.
    """
    given = {"appid": appid, "dedup_key": dedup_key, "openid": openid, "now": now}
    (row,) = rows(session, TAKE_IN_TALK, given)
    if row.person_id is None:
        return Taken(is_new=row.is_new, conversation=None)
    awaiting = None if row.awaiting is None else ring().open(row.awaiting, column=AWAITING)
    conversation = Conversation(
        person_id=row.person_id, hospital_id=row.hospital_id,
        state=ConversationState(row.state), awaiting=awaiting,
        awaiting_until=row.awaiting_until, heard_at=now, waiting_since=row.waiting_since,
    )  # fmt: skip
    return Taken(is_new=row.is_new, conversation=known(session, conversation))


def settle(session: Session, *, appid: str, dedup_key: str, answer: str | None) -> None:
    """Keep what a push was answered with; None for silence, which a receipt says by itself."""
    if answer is None:
        return
    sealed = ring().seal(answer, column=ANSWER)
    rows(session, SETTLE, {"appid": appid, "dedup_key": dedup_key, "answer": sealed})


def settle_talk(session: Session, *, appid: str, dedup_key: str, talk: Talk, now: datetime) -> None:
    """Keep the answer as `settle` does; and the talk, if at this moment she agrees to a handbook.

    One statement: her words are kept by the consent as it stands at the very end of the turn.
    """
    seal = ring().seal
    given = {
        "appid": appid, "dedup_key": dedup_key, "person_id": talk.person_id, "now": now,
        "answer": seal(talk.answered, column=ANSWER),
        "said": seal(talk.said, column=TEXT), "answered": seal(talk.answered, column=TEXT),
    }  # fmt: skip
    rows(session, SETTLE_TALK, given)


def answer_of(session: Session, *, appid: str, dedup_key: str) -> str | None:
    """Return what a push was answered with; None for silence."""
    return session.scalar(
        sa.select(Receipt.answer).where(Receipt.appid == appid, Receipt.dedup_key == dedup_key)
    )


def erase_old(session: Session, *, now: datetime) -> int:
    """Erase receipts and the bot's unanswered questions that outlived their use; say how many."""
    receipts = changed(session, sa.delete(Receipt).where(Receipt.received_at < now - RECEIPT_KEPT))
    questions = changed(
        session,
        sa.update(Conversation)
        .where(Conversation.awaiting_until <= now)
        .values(awaiting=None, awaiting_until=None),
    )
    return receipts + questions
