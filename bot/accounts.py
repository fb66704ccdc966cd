"""The chat about herself: she comes, she goes, and whether messages may be sent to her."""

import re

from accounts import actions
from accounts.models import Purpose
from accounts.notices import notice
from bot.handbook import gentle
from bot.speech import menu, say
from bot.turn import Turn

ON = re.compile(r"^(?:同意，?)?(?:开启|打开|开通|订阅)提醒")
OFF = re.compile(r"^(?:关闭|取消|停止|退订|不要)提醒|^不要再?(?:发|提醒)|^退订")


def welcomed(turn: Turn) -> str:
    """Welcome her: a newcomer is asked one thing, after a loss nothing speaks of pregnancy."""
    if turn.is_after_loss:
        return gentle(turn)
    if turn.pregnancy is not None:
        return say("welcome_back", menu=menu())
    return say(
        "welcome", hospital=turn.hospital.name, emergency_phone=turn.hospital.emergency_phone
    )


def reminders(turn: Turn) -> str | None:
    """Switch messages on or off as she says; None if she does not speak of it."""
    if OFF.match(turn.text):
        actions.withdraw_consent(
            turn.writing, person=turn.person, purpose=Purpose.MESSAGES, now=turn.now
        )
        return say("reminders_off")
    if not ON.match(turn.text):
        return None
    actions.give_consent(
        turn.writing,
        person=turn.person,
        purpose=Purpose.MESSAGES,
        version=notice(Purpose.MESSAGES).version,
        channel="chat",
        now=turn.now,
    )
    return say("reminders_on")
