"""From a push to the words it is answered with: danger first, then what she asked for."""

from datetime import datetime

from accounts.actions import follow, meet, unfollow
from accounts.queries import hospital_of_account
from bot import (
    accounts,
    booking,
    booking_fair,
    booking_hers,
    booking_waiting,
    content,
    conversation,
    handbook,
    planning,
)
from bot.signs import Level
from bot.speech import fitted, menu, say
from bot.turn import Turn
from conversation.actions import hear
from conversation.models import Conversation
from conversation.receipts import settle
from core.db import Session
from core.errors import Refusal
from core.house import House
from core.words import say as refuse
from handbook.queries import speaker
from handbook.statements import statement
from scheduler.actions import note_consents, note_delivery, reached_again
from wechat.account import Account, AccountKind
from wechat.push import Push, PushKind

COMMANDS = {
    "TIMELINE": "我的产检",
    "BOOKING": "预约",
    "APPOINTMENTS": "我的预约",
    "PERSON": "转人工",
}
"""What a tap on a key of the OA's menu says in her name."""

NOTED = frozenset({PushKind.DELIVERY, PushKind.UNFOLLOW, PushKind.CONSENT})
"""Events that are no talk and tell us something."""

POPUP = "subscribe_msg_popup_event"
"""She was asked, and answered; any other event of consent is from her phone's list of notices."""

UNREADABLE = frozenset(
    {PushKind.IMAGE, PushKind.VIDEO, PushKind.PLACE, PushKind.LINK, PushKind.PAGE}
)
BLANK = "\n\n"
GREETING = frozenset({"你好", "您好", "在吗", "帮助", "菜单", "help", "hi", "hello", "?", "？"})


def is_talk(account: Account, push: Push) -> bool:
    """Say whether a push is answered in words; any other only tells us something."""
    if account.kind is not AccountKind.OA:
        return False
    return push.kind in {*UNREADABLE, PushKind.FOLLOW, PushKind.VOICE} or words(push) is not None


def tells_nothing(account: Account, push: Push) -> bool:
    """Say whether a push is an event that is neither answered nor noted, however often it comes."""
    return bool(push.event) and push.kind not in NOTED and not is_talk(account, push)


def note(session: Session, *, account: Account, push: Push, now: datetime) -> None:
    """Take to heart what a push tells that is no talk."""
    if push.kind is PushKind.DELIVERY:
        for report in push.reports:
            note_delivery(session, msg_id=report.msg_id, outcome=report.outcome, now=now)
    if push.kind is PushKind.CONSENT:
        note_consents(
            session, appid=account.appid, openid=push.openid, changes=push.consents,
            is_popup=push.event == POPUP, now=now,
        )  # fmt: skip
    if push.kind is PushKind.UNFOLLOW and account.kind is AccountKind.OA:
        unfollow(session, appid=account.appid, openid=push.openid, now=now)


def reply(
    session: Session,
    house: House,
    *,
    account: Account,
    push: Push,
    heard: Conversation | None,
    now: datetime,
) -> str:
    """Return what a talk is answered with, its receipt settled.

    `heard` is her conversation, locked before anything else is read; None when she never wrote.
    """
    turn = _turn(session, house, account, push, heard=heard, now=now)
    if turn.text:
        text = answer(turn)
        conversation.settle(turn, text)
        return text
    if push.kind is PushKind.FOLLOW:
        follow(session, appid=account.appid, openid=push.openid, now=now)
        reached_again(session, person_id=turn.person.id, now=now)
        text = accounts.welcomed(turn)
    else:
        text = say("only_text", emergency_phone=turn.hospital.emergency_phone)
    settle(session, appid=account.appid, dedup_key=push.dedup_key, answer=text)
    return text


def answer(turn: Turn) -> str:
    """Answer what she wrote: danger first, then an open question, a command, an article.

    Her words and the answer are kept if she agreed to that, if a danger was found, or if a person
    was asked for; otherwise nothing of them stays (docs/why/consent.md).

    Raises:
        NeedsTransaction: the turn only reads, and the answer changes something.
    """
    finding = conversation.found(turn)
    if (warning := conversation.warned(turn, finding)) is not None:
        return warning
    advice = conversation.advice(turn, finding)
    if finding.level is Level.ROUTINE:
        # A complaint that can wait is no command, whatever weeks or days it names.
        article = content.offered(turn)
        return f"{advice}{BLANK}{fitted(article, beside=BLANK + advice)}" if article else advice
    served = _served(turn)
    return f"{fitted(served, beside=BLANK + advice)}{BLANK}{advice}" if advice else served


def danger_without_database(push: Push) -> str | None:
    """Return the urgent answer to a danger sign while nothing can be stored; None if none."""
    return conversation.without_database(push.text)


def _served(turn: Turn) -> str:
    """Answer with the first part of the bot that knows what to do; a refusal is told in words."""
    parts = (
        handbook.confirmed,
        planning.confirmed,
        accounts.reminders,
        booking_fair.answered,
        booking_hers.cancel,
        booking_hers.mine,
        booking_hers.move,
        booking_hers.absent,
        booking_waiting.asked,
        conversation.person_called,
        _dates,
        _handbook,
        planning.wish,
        booking.wish,
    )
    try:
        # A part that writes more than once before a refusal has a savepoint of its own.
        said = (part(turn) for part in parts)
        return next((text for text in said if text is not None), None) or menu_or_article(turn)
    except Refusal as refused:
        return refuse(refused.code, **refused.details)


def menu_or_article(turn: Turn) -> str:
    """Greet who greets; anything else is a question."""
    if turn.text.strip().lower() in GREETING:
        return menu() if turn.ongoing is not None else accounts.welcomed(turn)
    return content.answered(turn)


def _dates(turn: Turn) -> str | None:
    said = statement(turn.text, today=turn.today)
    return None if said is None else handbook.understood(turn, said)


def _handbook(turn: Turn) -> str | None:
    if handbook.TIMELINE.match(turn.text):
        return handbook.timeline(turn)
    if (asked := handbook.WHY.match(turn.text)) is not None:
        return handbook.why(turn, asked["name"].strip())
    return None


def words(push: Push) -> str | None:
    """Return what she says by a push, a tap on the menu being words too; None if nothing."""
    if push.kind is PushKind.MENU_CLICK:
        return COMMANDS.get(push.event_key)
    if push.kind in {PushKind.TEXT, PushKind.VOICE} and push.text.strip():
        return push.text.strip()
    return None


def _turn(
    session: Session,
    house: House,
    account: Account,
    push: Push,
    *,
    heard: Conversation | None,
    now: datetime,
) -> Turn:
    """Return her turn; what is true of her is read only now that her conversation is locked."""
    talks = heard or _begun(session, account, push, now=now)
    stands = speaker(session, appid=account.appid, openid=push.openid)
    return Turn(
        session=session, house=house, hospital=stands.hospital, person=stands.person,
        held=talks, pregnancy=stands.pregnancy, text=words(push) or "",
        key=push.dedup_key, now=now,
    )  # fmt: skip


def _begun(session: Session, account: Account, push: Push, *, now: datetime) -> Conversation:
    """Return the conversation of somebody who writes for the first time."""
    hospital = hospital_of_account(session, appid=account.appid)
    person = meet(
        session, hospital=hospital, appid=account.appid, openid=push.openid, unionid=None, now=now
    )
    return hear(session, person=person, hospital_id=hospital.id, now=now)
