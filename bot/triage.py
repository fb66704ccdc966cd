"""Danger signs are caught first: from a message to how soon a doctor must see her.

Pure rules, no model and no memory. The words of the message and what matched are not kept.
"""

import re
from dataclasses import dataclass

from bot.matching import Message, Stage, holds, mentions, told_stage
from bot.plain import plain
from bot.signs import Change, Level, Sign, rules

PARTICLES = re.compile(r"^(?:我|有点|有|医生|请问|你好|,)+|(?:了|啊|呀|呢|吗|的|怎么办|,|。)+$")
"""What a bare word may be dressed in and still be a bare word."""


@dataclass(frozen=True)
class Finding:
    """What the rules made of a message; it holds nothing of its words."""

    level: Level
    rule_version: str
    text_key: str
    """The entry of `danger_words.zh_CN.toml` that answers this; empty when nothing was found."""
    sign_id: str | None = None
    variant: str | None = None
    asks: bool = False
    """Too short to be sure: add the question `ask_<sign_id>` too; the level stays."""
    knowledge: bool = False
    """Danger words without a present report: no alarm, but one safety line must be added."""
    needs_person_now: bool = False
    """A person must take over at once; no article, no questionnaire."""
    needs_review: bool = False
    """The level is our proposal until the hospital's doctors have signed it."""


@dataclass(frozen=True)
class Alarm:
    """A sign that is reported now, with what its conditions made of it."""

    sign: Sign
    level: Level
    variant: str | None
    text_key: str


def text_key(sign: Sign, change: Change | None) -> str:
    """The entry of the texts for a sign as it stands, or as a change leaves it."""
    if change and change.text:
        return change.text
    if not sign.text:
        return str(change.level if change else sign.level)
    moved = change and change.level is not sign.level
    return f"{sign.text}_{change.level}" if change and moved else sign.text


def _weigh(sign: Sign, message: Message) -> Alarm:
    settled = next((change for change in sign.settles if holds(change, message)), None)
    raised = [change for change in (*sign.reads, *sign.raises) if holds(change, message)]
    changes: list[Change] = [settled] if settled else raised
    strongest = max(changes, key=lambda change: change.level.rank, default=None)
    if strongest is None or (not settled and strongest.level.rank < sign.level.rank):
        return Alarm(sign, sign.level, None, text_key(sign, None))
    return Alarm(sign, strongest.level, strongest.variant, text_key(sign, strongest))


def _reported(sign: Sign, message: Message) -> bool | None:
    """Whether the sign is reported now; `None` when it is not even mentioned."""
    heard = None
    for start, end in mentions(sign, message):
        framed = message.frame(start, end)
        if framed is None or framed in sign.ignores:
            return True
        heard = False
    return heard


def _is_bare(sign: Sign, text: str) -> bool:
    bare = PARTICLES.sub("", text)
    return any(span == (0, len(bare)) for span in sign.asks.spans(bare))


def _alarm(message: Message, alarms: list[Alarm], version: str) -> Finding:
    # max keeps the first of equals, and the list is in the order of the files
    worst = max(alarms, key=lambda alarm: (alarm.level.rank, alarm.sign.stage in message.known))
    return Finding(
        level=worst.level,
        rule_version=version,
        text_key=worst.text_key,
        sign_id=worst.sign.id,
        variant=worst.variant,
        asks=_is_bare(worst.sign, message.text),
        needs_person_now=any(alarm.sign.needs_person_now for alarm in alarms),
        needs_review=worst.sign.needs_review,
    )


def _quiet(spoken_of: list[Sign], version: str) -> Finding:
    if not spoken_of:
        return Finding(Level.NONE, version, text_key="")
    gravest = max(spoken_of, key=lambda sign: (sign.needs_person_now, sign.level.rank))
    key = "knowledge_self" if gravest.needs_person_now else "knowledge"
    return Finding(Level.NONE, version, text_key=key, sign_id=gravest.id, knowledge=True)


def may_mention(message: Message) -> bool:
    """Whether any sign could be mentioned at all; a cheap look that spares most messages the rest.

    A sign is mentioned by its words or by a measure (`bot.matching.mentions`). Without any word of
    any sign and without any measure there is none.
    """
    return rules().said.occur(message.text) or bool(message.readings)


def triage(text: str, *, stage: Stage) -> Finding:
    """How urgent a message is by the rules of `danger/`, the most urgent sign deciding.

    Args:
        text: the message as it was typed; any length, any characters.
        stage: what is known of the family; unknown values never lower a level.
    """
    known = rules()
    simple = plain(text, letters=known.letters, typos=known.typos)
    if not may_mention(Message(simple, stage)):
        return Finding(Level.NONE, known.version, text_key="")
    message = Message(simple, told_stage(simple, stage))
    heard = [(sign, _reported(sign, message)) for sign in known.signs]
    alarms = [_weigh(sign, message) for sign, now in heard if now]
    if alarms:
        return _alarm(message, alarms, known.version)
    return _quiet([sign for sign, now in heard if now is False], known.version)
