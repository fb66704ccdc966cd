"""What a batch changes in the tables, each kind of change in one statement."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.db import Session
from scheduler.letters.judging import Verdict
from scheduler.models import Channel, ReminderKind, ReminderState

SETTLE = """
update reminder set
    state = verdict.state, reason = verdict.reason, held_by = verdict.held_by,
    next_at = coalesce(verdict.next_at, reminder.next_at),
    letter_id = coalesce(verdict.letter_id, reminder.letter_id),
    leased_until = verdict.leased_until, attempts = reminder.attempts + verdict.tries,
    settled_at = case when verdict.state in ('pending', 'sending') then null else %(now)s end,
    listed_at = case when verdict.state = 'undeliverable' then %(now)s end
from json_to_recordset(%(verdicts)s::json) as verdict(
    id text, state text, reason text, held_by text, next_at timestamptz, letter_id text,
    leased_until timestamptz, tries int
)
where reminder.id = verdict.id
"""

OPEN_LETTERS = """
insert into letter (
    id, hospital_id, person_id, kind, channel, appid, template_id, "values", wording_id,
    lot_number, state, claimed_at, doubt_at
)
select id, hospital_id, person_id, kind, channel, appid, template_id, said, wording_id,
       lot_number, 'sending', %(now)s, %(now)s
from json_to_recordset(%(letters)s::json) as opened(
    id text, hospital_id text, person_id text, kind text, channel text, appid text,
    template_id text, said jsonb, wording_id text, lot_number bigint
)
on conflict (id) do update set
    "values" = excluded."values", wording_id = excluded.wording_id,
    lot_number = excluded.lot_number, claimed_at = excluded.claimed_at,
    doubt_at = coalesce(letter.doubt_at, excluded.doubt_at)
"""

SENT = """
update reminder set state = 'sent', reason = null, held_by = null, leased_until = null,
    settled_at = %(now)s
where id = any(string_to_array(%(ids)s, ','))
"""
"""What most of them come to, said shorter."""

BY_KEY = """
select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
       set_config('enable_mergejoin', 'off', true),
       set_config('plan_cache_mode', 'force_generic_plan', true)
"""

END_LETTERS = """
update letter set state = %(state)s, failure = coalesce(failure, %(failure)s)
where id = any(%(ids)s) and state = 'sending'
"""


@dataclass(frozen=True)
class Letter:
    """One message ready to be handed over; its id is the same at every try."""

    letter_id: str
    reminder_ids: tuple[str, ...]
    hospital_id: str
    person_id: str
    kind: ReminderKind
    channel: Channel
    appid: str
    openid: str
    template_id: str
    values: dict[str, str]
    text: str
    page: str
    subject_id: str
    spends: bool
    is_again: bool
    attempts: int
    """Tries of its reasons before this one."""
    must_reach: bool
    """Whether a person calls when nobody knows what became of it."""
    wording_id: str | None = None
    lot_number: int | None = None
    phone: str = ""


def by_key(session: Session) -> None:
    """Let the statements of this transaction find every row by its key.

    A batch is small whatever the tables hold. Where they are not analyzed yet, or were when they
    were empty, a plan would walk through them for each batch. A plan by key is as good for the next
    batch, and is kept: making it anew each time took a fifth of the time.
    """
    session.connection().exec_driver_sql(BY_KEY)


def settle_sent(session: Session, reminder_ids: Sequence[str], *, now: datetime) -> None:
    """Write down that reminders were sent."""
    given = {"ids": ",".join(reminder_ids), "now": now}
    session.connection().exec_driver_sql(SENT, given)


def settle(session: Session, verdicts: Sequence[Verdict], *, now: datetime) -> None:
    """Write down what becomes of reminders."""
    if not verdicts:
        return
    listed = [
        {
            "id": one.reminder_id, "state": one.state, "reason": one.reason,
            "held_by": one.held_by, "next_at": _text(one.next_at), "letter_id": one.letter_id,
            "leased_until": _text(one.leased_until), "tries": one.tries,
        }
        for one in verdicts
    ]  # fmt: skip
    given = {"verdicts": json.dumps(listed), "now": now}
    session.connection().exec_driver_sql(SETTLE, given)


def open_letters(session: Session, letters: Sequence[Letter], *, now: datetime) -> None:
    """Write down letters that are about to be sent, or sent again."""
    if not letters:
        return
    listed = [
        {
            "id": one.letter_id, "hospital_id": one.hospital_id, "person_id": one.person_id,
            "kind": one.kind, "channel": one.channel, "appid": one.appid,
            "template_id": one.template_id, "said": one.values, "wording_id": one.wording_id,
            "lot_number": one.lot_number,
        }
        for one in letters
    ]  # fmt: skip
    given = {"letters": json.dumps(listed, ensure_ascii=False), "now": now}
    session.connection().exec_driver_sql(OPEN_LETTERS, given)


def end_letters(
    session: Session, letter_ids: Sequence[str], *, state: str, failure: str | None
) -> None:
    """Write down that letters are given up: refused, or nobody knows."""
    if letter_ids:
        given = {"ids": list(letter_ids), "state": state, "failure": failure}
        session.connection().exec_driver_sql(END_LETTERS, given)


def sending(letter: Letter, reminder_id: str, *, leased_until: datetime) -> Verdict:
    """Return that a reminder goes with a letter now."""
    return Verdict(
        reminder_id=reminder_id, state=ReminderState.SENDING, letter_id=letter.letter_id,
        leased_until=leased_until, tries=1,
    )  # fmt: skip


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
