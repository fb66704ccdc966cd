"""What a talk that changes nothing needs of the database: one look before, one note after.

Both are single statements for many talks at once, each commits by itself, and both may be repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from conversation.models import ConversationState
from conversation.receipts import ANSWER, TEXT
from core.crypto import ring
from core.db import Database
from handbook.queries import Speaker, speaker_in

LOOK = """
select receipt.dedup_key is not null as is_answered, receipt.answer,
       conversation.person_id is not null and hospital.id is not null as is_known,
       conversation.state as talks, conversation.awaiting is not null as is_asked,
       person.id as person_id, person.family_id, hospital.id as hospital_id, hospital.name,
       hospital.phone, hospital.emergency_phone,
       newest.id, newest.state, newest.schedule, newest.last_period_day, newest.due_day,
       newest.dating_source, newest.fetuses, newest.delivery_day, newest.discharge_day,
       newest.quiet_at
from unnest(%(appids)b::text[], %(openids)b::text[], %(keys)b::text[])
    with ordinality as asked (appid, openid, dedup_key, place)
left join receipt
    on receipt.appid = asked.appid and receipt.dedup_key = asked.dedup_key
left join wechat_identity
    on wechat_identity.appid = asked.appid and wechat_identity.openid = asked.openid
left join hospital on hospital.oa_appid = asked.appid
left join person on person.id = wechat_identity.person_id
left join conversation on conversation.person_id = person.id
left join lateral (
    select * from pregnancy where pregnancy.person_id = person.id
    order by state <> 'ongoing', id desc limit 1
) as newest on true
order by asked.place
"""

NOTE = """
with asked as materialized (
    select * from unnest(
        %(appids)b::text[], %(keys)b::text[], %(answers)b::bytea[], %(people)b::text[],
        %(said)b::bytea[], %(answered)b::bytea[], %(moments)b::timestamptz[]
    ) with ordinality as asked (
        appid, dedup_key, answer, person_id, said, answered, heard_at, place
    )
),
taken as (
    insert into receipt (appid, dedup_key, answer, received_at)
    select appid, dedup_key, answer, heard_at from asked order by appid, dedup_key, place
    on conflict do nothing
    returning appid, dedup_key, answer
),
first as materialized (
    select asked.* from asked join taken using (appid, dedup_key, answer)
),
locked as materialized (
    select person_id from conversation
    where person_id in (select person_id from first)
    order by person_id for no key update
),
heard as (
    update conversation set heard_at = greatest(conversation.heard_at, latest.heard_at)
    from locked join (
        select person_id, max(heard_at) as heard_at from first group by person_id
    ) as latest using (person_id)
    where conversation.person_id = locked.person_id
    returning conversation.person_id, conversation.state
),
kept as (
    insert into message (person_id, speaker, text, delivery, said_at)
    select first.person_id, part.speaker, part.text, 'none', first.heard_at
    from first
    join heard using (person_id)
    cross join lateral (
        values (1, 'family', first.said), (2, 'bot', first.answered)
    ) as part (turn, speaker, text)
    where heard.state <> 'quiet' or exists (
        select from consent
        where consent.person_id = first.person_id and consent.purpose = 'handbook'
        and consent.withdrawn_at is null
    )
    order by first.place, part.turn
)
select place in (select place from first) as is_first from asked order by place
"""
"""Who is first is told by the receipt: its sealed answer is unlike any other. Words are kept if
she agrees to a handbook as the statement begins (one live consent of a purpose at most stands:
uq_consent_live), or if staff are to read her by now. Keys and conversations are locked in one
order, so that no two of these statements wait for each other."""


@dataclass(frozen=True)
class Asked:
    """A push to look at: whose, at which account, by which key."""

    appid: str
    openid: str
    dedup_key: str


@dataclass(frozen=True)
class Look:
    """What one look tells: how the push was answered before, who she is, whether it is quiet.

    `is_answered` with no `answer` was silence. `standing` is None for whom nobody knows. It is
    quiet when staff are not called and the bot has asked her nothing.
    """

    is_answered: bool
    answer: str | None
    standing: Speaker | None
    is_quiet: bool


@dataclass(frozen=True)
class Noted:
    """A talk as it went: the push, who said what when, and the answer."""

    asked: Asked
    person_id: str
    said: str
    answer: str
    heard_at: datetime


def look(database: Database, asked: Sequence[Asked]) -> list[Look]:
    """Return what is true for each push now, in their order; one statement."""
    given = {
        "appids": [one.appid for one in asked],
        "openids": [one.openid for one in asked],
        "keys": [one.dedup_key for one in asked],
    }
    rows = database.at_once(LOOK, given)
    return [
        Look(
            is_answered=row.is_answered,
            answer=None if row.answer is None else ring().open(row.answer, column=ANSWER),
            standing=speaker_in(row, appid=one.appid) if row.is_known else None,
            is_quiet=row.talks == ConversationState.QUIET and not row.is_asked,
        )
        for one, row in zip(asked, rows, strict=True)
    ]


def note(database: Database, talks: Sequence[Noted]) -> list[str | None]:
    """Write down that talks were answered so, and return the answer that stands for each.

    1. Write the receipts with their answers; of twins one is first, and only for it:
    2. her conversation was heard now,
    3. and the talk is kept, if at this moment there is a ground to.
    4. Read what the other twins were answered, None for silence: mostly there is none.
    """
    if not talks:
        return []
    firsts = [row.is_first for row in database.at_once(NOTE, _sealed(talks))]
    twins = [talk.asked for talk, is_first in zip(talks, firsts, strict=True) if not is_first]
    others = iter(look(database, twins) if twins else ())
    return [
        talk.answer if is_first else next(others).answer
        for talk, is_first in zip(talks, firsts, strict=True)
    ]


def _sealed(talks: Sequence[Noted]) -> dict[str, object]:
    seal = ring().seal
    return {
        "appids": [one.asked.appid for one in talks],
        "keys": [one.asked.dedup_key for one in talks],
        "answers": [seal(one.answer, column=ANSWER) for one in talks],
        "people": [one.person_id for one in talks],
        "said": [seal(one.said, column=TEXT) for one in talks],
        "answered": [seal(one.answer, column=TEXT) for one in talks],
        "moments": [one.heard_at for one in talks],
    }
