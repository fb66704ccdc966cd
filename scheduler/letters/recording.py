"""Writing down what came of letters, in batches, and the platform's later word."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from booking.attendance.missed import note_reminded
from core.db import Session, changed, rows
from scheduler.channels import ledger, meters
from scheduler.channels.acts import Act, act_on
from scheduler.channels.meters import Tally
from scheduler.letters.judging import NO_WORD, Verdict
from scheduler.letters.writing import Letter, by_key, end_letters, settle, settle_sent
from scheduler.models import Channel, EarlyReport, ReminderState
from scheduler.models_channels import SubscriptionChange
from scheduler.rules import REPORT_KEPT, next_try
from scheduler.speech.documents import Step
from scheduler.speech.editions import current
from wechat.errors import NotSubscribed
from wechat.push import DeliveryOutcome

WAIT_FOR = """
select pg_advisory_xact_lock(hashtextextended(mark, 0)) from (
    select distinct 'message/' || id as mark
    from unnest(string_to_array(%(ids)s, ',')) as id order by 1
) as marks
"""
"""The sending and the report of a message are written down one after the other."""

ACCEPT = """
update letter set state = 'accepted', sent_at = %(now)s, platform_msg_id = nullif(taken.msg_id, '')
from json_each_text(%(taken)s::json) as taken(letter_id, msg_id)
where letter.id = taken.letter_id
"""

REMINDED = """
select subject_id from reminder
join letter on letter.id = reminder.letter_id and letter.person_id = reminder.person_id
where letter.platform_msg_id = any(string_to_array(%(ids)s, ',')) and reminder.rule = any(%(rules)s)
"""

CERTAINLY_NOT = """
update letter set doubt_at = case when doubt_at = claimed_at then null else doubt_at end,
    failure = refused.failure
from json_each_text(%(refused)s::json) as refused(letter_id, failure)
where letter.id = refused.letter_id
"""

TRIED = """
update reminder set tried = tried || to_jsonb(refused.channel)
from json_each_text(%(refused)s::json) as refused(id, channel)
where reminder.id = refused.id
"""

TOLD_EARLY = """
delete from early_report where msg_id = any(string_to_array(%(ids)s, ','))
returning msg_id, outcome
"""

REPORT = """
with told as (
    update letter set state = %(state)s, reported_at = %(now)s, failure = %(failure)s
    where platform_msg_id = any(string_to_array(%(ids)s, ','))
    and letter.state in ('accepted', 'delivered')
    returning letter.id, letter.person_id, letter.platform_msg_id
), moved as (
    update reminder set state = 'undeliverable', reason = %(failure)s, settled_at = %(now)s,
        listed_at = %(now)s
    from told where reminder.person_id = told.person_id and reminder.letter_id = told.id
    and reminder.state = 'sent'
    and %(state)s = 'failed'
)
select platform_msg_id as msg_id from told
"""


@dataclass(frozen=True)
class Outcome:
    """What came of handing one letter over.

    Taken: `msg_id` is the platform's (may be empty), `code` None. Refused: `code` says how;
    `is_uncertain` when it may have been taken all the same. Not tried at all: `is_untried`.
    """

    letter: Letter
    msg_id: str = ""
    code: str | None = None
    is_uncertain: bool = False
    is_untried: bool = False


def record(session: Session, outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """Write down what came of letters; a handful of statements for all of them."""
    by_key(session)
    _accepted(session, [one for one in outcomes if one.code is None and not one.is_untried], now)
    refused = [one for one in outcomes if one.code is not None or one.is_untried]
    settle(session, [v for one in refused for v in _verdicts(one, now=now)], now=now)
    _refused(session, refused, now=now)
    meters.count(session, _tallies(outcomes), now=now)


def note_delivery(
    session: Session, *, msg_id: str, outcome: DeliveryOutcome, now: datetime
) -> None:
    """Write down the platform's later word: what did not arrive goes onto a person's list.

    A word that comes before the sending is written down is kept until `record` meets it.
    """
    _wait_for(session, [msg_id])
    if not _report(session, [msg_id], outcome, now=now):
        early = {"msg_id": msg_id, "outcome": outcome.value, "now": now}
        session.connection().exec_driver_sql(
            "insert into early_report (msg_id, outcome, told_at)"
            " values (%(msg_id)s, %(outcome)s, %(now)s) on conflict do nothing",
            early,
        )


def erase_reports(session: Session, *, now: datetime) -> int:
    """Erase reports of messages that are not ours; say how many."""
    return changed(session, sa.delete(EarlyReport).where(EarlyReport.told_at < now - REPORT_KEPT))


def _accepted(session: Session, taken: Sequence[Outcome], now: datetime) -> None:
    if not taken:
        return
    msg_ids = [one.msg_id for one in taken if one.msg_id]
    _wait_for(session, msg_ids)
    given = {"taken": json.dumps({one.letter.letter_id: one.msg_id for one in taken}), "now": now}
    session.connection().exec_driver_sql(ACCEPT, given)
    settle_sent(session, [each for one in taken for each in one.letter.reminder_ids], now=now)
    for row in rows(session, TOLD_EARLY, {"ids": ",".join(msg_ids)}):
        _report(session, [row.msg_id], DeliveryOutcome(row.outcome), now=now)


def _verdicts(one: Outcome, *, now: datetime) -> list[Verdict]:
    """Return what becomes of the reasons of a letter that was not taken."""
    letter, act = one.letter, act_on(one.code or "")
    back = Verdict(reminder_id="", state=ReminderState.PENDING, reason=one.code, next_at=now)
    if one.is_untried or act in (Act.MIDNIGHT, Act.ALARM):
        back = Verdict(
            reminder_id="", state=ReminderState.PENDING, reason=one.code, next_at=now, tries=-1
        )
    elif one.is_uncertain and letter.channel is not Channel.TEMPLATE:
        state = ReminderState.UNDELIVERABLE if letter.must_reach else ReminderState.SENT
        back = Verdict(reminder_id="", state=state, reason=NO_WORD)
    elif act in (Act.RETRY, Act.REST):
        again = next_try(attempts=letter.attempts + 1, now=now)
        state = ReminderState.PENDING if again else ReminderState.UNDELIVERABLE
        back = Verdict(reminder_id="", state=state, reason=one.code, next_at=again)
    return [
        Verdict(reminder_id=each, state=back.state, reason=back.reason, next_at=back.next_at,
                tries=back.tries)
        for each in letter.reminder_ids
    ]  # fmt: skip


def _refused(session: Session, refused: Sequence[Outcome], *, now: datetime) -> None:
    """Write down what refusals mean for letters, consents, and the channels that were tried."""
    certain = [one for one in refused if not one.is_uncertain]
    if certain:
        refused_by = json.dumps({one.letter.letter_id: one.code for one in certain})
        session.connection().exec_driver_sql(CERTAINLY_NOT, {"refused": refused_by})
    _end(session, refused)
    for_good = [one for one in certain if _is_for_good(one)]
    tried = {each: one.letter.channel.value for one in for_good for each in one.letter.reminder_ids}
    if tried:
        session.connection().exec_driver_sql(TRIED, {"refused": json.dumps(tried)})
    spent = [one for one in certain if one.letter.spends]
    empty = [one for one in certain if one.code == NotSubscribed.NAME]
    ledger.change(session, _spendings(empty), why=SubscriptionChange.FOUND_EMPTY, now=now)
    back = [one for one in spent if one.code != NotSubscribed.NAME]
    ledger.change(session, _spendings(back), why=SubscriptionChange.RETURNED, now=now)


def _end(session: Session, refused: Sequence[Outcome]) -> None:
    """End the letters that are not tried again under the same id."""
    over: dict[tuple[str, str | None], list[str]] = {}
    for one in refused:
        is_template = one.letter.channel is Channel.TEMPLATE
        if is_template and not _is_for_good(one):
            continue
        state = "unsure" if one.is_uncertain else "refused"
        over.setdefault((state, one.code), []).append(one.letter.letter_id)
    for (state, code), ids in over.items():
        end_letters(session, ids, state=state, failure=code)


def _is_for_good(one: Outcome) -> bool:
    return one.code is not None and act_on(one.code) is Act.OTHER_WAY


def _spendings(outcomes: Sequence[Outcome]) -> list[ledger.Spending]:
    return [
        ledger.Spending(
            one.letter.person_id, one.letter.appid, one.letter.template_id, one.letter.letter_id
        )
        for one in outcomes
    ]


def _tallies(outcomes: Sequence[Outcome]) -> list[Tally]:
    found: dict[tuple[str, Channel], Tally] = {}
    for one in outcomes:
        if one.is_untried:
            continue
        key = (one.letter.appid, one.letter.channel)
        tally = found.setdefault(key, Tally(*key))
        tally.note(None if one.code is None else act_on(one.code), one.code or "")
    return list(found.values())


def _report(
    session: Session, msg_ids: Sequence[str], outcome: DeliveryOutcome, *, now: datetime
) -> bool:
    is_delivered = outcome is DeliveryOutcome.DELIVERED
    given = {
        "ids": ",".join(msg_ids), "now": now, "state": "delivered" if is_delivered else "failed",
        "failure": None if is_delivered else outcome.value,
    }  # fmt: skip
    is_ours = bool(rows(session, REPORT, given))
    if is_ours and is_delivered:
        _note_reminded(session, msg_ids, now=now)
    return is_ours


def _note_reminded(session: Session, msg_ids: Sequence[str], *, now: datetime) -> None:
    """Tell the desk whose appointment was reminded of: only then a missed one counts."""
    near = [key for key, one in current().rules.items() if one.rule.step is Step.NEAR]
    for row in rows(session, REMINDED, {"ids": ",".join(msg_ids), "rules": near}):
        note_reminded(session, appointment_id=row.subject_id, at=now)


def _wait_for(session: Session, msg_ids: Sequence[str]) -> None:
    session.flush()
    if msg_ids:
        session.connection().exec_driver_sql(WAIT_FOR, {"ids": ",".join(msg_ids)})
