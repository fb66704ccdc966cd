"""The chat when a person is needed: danger signs, which come before all else, and hand-over."""

import re

from accounts.models import Hospital
from bot.matching import Stage
from bot.signs import Level
from bot.speech import say, warn
from bot.triage import Finding, triage
from bot.turn import Turn
from conversation import actions, receipts
from conversation.actions import Danger
from conversation.models import ConversationState, Speaker
from conversation.receipts import Talk

PERSON = re.compile(
    r"^(?:转|找|要|叫|联系)?(?:人工|医务人员|医生|护士|客服|真人)(?:客服|服务)?[。.！!]*$"
)
ALARMING = frozenset({Level.CALL_120, Level.GO_NOW})
"""Levels at which staff are called in without being asked (docs/why/triage.md)."""

UNKNOWN = Stage()


def found(turn: Turn) -> Finding:
    """Return what the rules of danger find in her message, knowing how far she is."""
    weeks = turn.gestation
    return triage(turn.text, stage=Stage(gestation_days=weeks.days if weeks else None))


def warned(turn: Turn, finding: Finding) -> str | None:
    """Answer a danger sign that she reports; None if there is none.

    1. Raise the alarm, so that the conversation stands in the inbox, with her words.
    2. Answer with the fixed text of the sign: 120, the hospital's number, what to do; after a
       bare word, also with the one question that a doctor would ask next.
    """
    if finding.level in {Level.NONE, Level.ROUTINE}:
        return None
    text = _text(turn.hospital, finding)
    if finding.asks:
        text = f"{text}\n{warn(f'ask_{finding.sign_id}')}"
    if finding.level in ALARMING or finding.needs_person_now:
        danger = Danger(
            sign=finding.sign_id or "", level=finding.level, rules_version=finding.rule_version,
            answer_key=finding.text_key,
        )  # fmt: skip
        actions.raise_alarm(
            turn.writing, person=turn.person, conversation=turn.conversation, danger=danger,
            now=turn.now,
        )  # fmt: skip
        text = f"{text}\n{say('also_person')}"
    return text


def advice(turn: Turn, finding: Finding) -> str:
    """Return what must be said when danger was only spoken of, or can wait; mostly nothing."""
    if not finding.knowledge and finding.level is not Level.ROUTINE:
        return ""
    return _text(turn.hospital, finding)


def person_called(turn: Turn) -> str | None:
    """Call a person in when she asks for one; None if she does not."""
    if not PERSON.match(turn.text):
        return None
    actions.call_person(turn.conversation, now=turn.now)
    return say("person_called", emergency_phone=turn.hospital.emergency_phone)


def settle(turn: Turn, answer: str) -> None:
    """Keep the answer for a repeated push, and the talk if she agreed or staff are to read it."""
    push = {"appid": turn.hospital.oa_appid, "dedup_key": turn.key}
    session, person, now = turn.writing, turn.person, turn.now
    if turn.conversation.state is ConversationState.QUIET:
        talk = Talk(person.id, said=turn.text, answered=answer)
        receipts.settle_talk(session, **push, talk=talk, now=now)
        return
    receipts.settle(session, **push, answer=answer)
    actions.keep(session, person=person, speaker=Speaker.FAMILY, text=turn.text, now=now)
    actions.keep(session, person=person, speaker=Speaker.BOT, text=answer, now=now)


def without_database(text: str) -> str | None:
    """Return the urgent words for a danger sign when nothing else can be known; None if none."""
    finding = triage(text, stage=UNKNOWN)
    if finding.level in {Level.NONE, Level.ROUTINE}:
        return None
    return say("busy_danger")


def _text(hospital: Hospital, finding: Finding) -> str:
    return warn(
        finding.text_key,
        hospital=hospital.name,
        phone=hospital.phone,
        emergency_phone=hospital.emergency_phone,
    )
