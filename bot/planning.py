"""The chat about planning (备孕): a handbook before a pregnancy, in which nothing has a date."""

import json
import re

from accounts.actions import give_consent
from accounts.models import Purpose
from accounts.notices import notice
from bot.handbook import NO, YES, has_consent, notice_link
from bot.speech import say, tap
from bot.turn import Turn
from conversation.actions import forget, remember
from handbook.care.wording import said_window
from handbook.planning import actions
from handbook.planning.models import Planning
from handbook.planning.queries import advice_of, planning_of

WISH = re.compile(
    r"^(?:我(?:们)?)?(?:正?在|想|要|想要|开始|准备|打算)*备孕(?:手册|中|了)?[。.!！]*$"
    r"|^(?:我(?:们)?)?(?:想要|想|准备要?|打算要?)(?:怀孕|怀宝宝|(?:个|生)?(?:宝宝|孩子))[。.!！]*$"
)
ENOUGH = re.compile(r"^(?:结束|停止|关闭|不再|不想|不)备孕(?:手册|了)*[。.!！]*$")
PLANNING = "planning"


def wish(turn: Turn) -> str | None:
    """Answer who plans a pregnancy, or plans it no more; None if she speaks of neither."""
    if ENOUGH.match(turn.text):
        actions.close_planning(turn.writing, person=turn.person, actor=turn.actor, now=turn.now)
        return say("planning_closed")
    if not WISH.match(turn.text) or turn.ongoing is not None:
        return None
    planning = planning_of(turn.session, person_id=turn.person.id)
    if planning is not None:
        return _told(planning)
    if has_consent(turn, Purpose.HANDBOOK):
        return _told(_opened(turn))
    remember(turn.conversation, question=json.dumps({"asked": PLANNING}), now=turn.now)
    shown = notice(Purpose.HANDBOOK)
    return say(
        "planning_asked", notice=notice_link(turn, Purpose.HANDBOOK, shown.title),
        confirm=tap("label_confirm", "确认并同意"), no=tap("label_no", "不同意"),
    )  # fmt: skip


def confirmed(turn: Turn) -> str | None:
    """Answer her yes or no to a planning; None if nothing was asked or answered."""
    question = turn.question
    if question is None or json.loads(question)["asked"] != PLANNING:
        return None
    if NO.match(turn.text):
        forget(turn.conversation)
        return say("planning_not_kept")
    if not YES.match(turn.text):
        return None
    with turn.writing.begin_nested():
        forget(turn.conversation)
        give_consent(
            turn.writing, person=turn.person, purpose=Purpose.HANDBOOK,
            version=notice(Purpose.HANDBOOK).version, channel="chat", now=turn.now,
        )  # fmt: skip
        return _told(_opened(turn))


def _opened(turn: Turn) -> Planning:
    return actions.open_planning(turn.writing, person=turn.person, actor=turn.actor, now=turn.now)


def _told(planning: Planning) -> str:
    lines = [
        say("planning_line", name=row.name, when=said_window(row), what=row.what, source=row.source)
        for row in advice_of(planning)
    ]
    return say("planning", items="\n".join(lines), enough=tap("label_enough", "结束备孕"))
