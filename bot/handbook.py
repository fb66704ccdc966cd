"""The chat about her handbook: dates understood, the timeline, and why each day."""

import json
import re
from datetime import date

from accounts.actions import give_consent
from accounts.models import Purpose
from accounts.notices import notice
from accounts.queries import consents_of
from booking.queries import live_by_item
from bot.speech import page, say, tap, tap_text
from bot.turn import Turn
from conversation.actions import call_person, forget, remember
from core.dates import long_day, short_day
from handbook import actions
from handbook.care.rows import Need
from handbook.models import Pregnancy, PregnancyState
from handbook.queries import items_of
from handbook.statements import Statement
from handbook.timeline import Item, Reading, Status, gestation, read_dating

SHOWN = 8
"""Items in one answer: more would not fit the 2,048 bytes of a reply, nor a tired head."""

YES = re.compile(
    r"^(?:确认(?:并同意)?|同意|对的?|是的?|没错|好的?|嗯+|正确|可以)[。.！!了啦呀啊]*$"
)
NO = re.compile(r"^(?:不对|不是|错了?|重新填|不同意|取消)(?:，?重新填)?[。.！!了啦]*$")
TIMELINE = re.compile(
    r"^(?:查看|看看|查)?(?:我的)?(?:产检(?:时间表?|安排|计划|表)?|时间表|检查安排|手册|孕周|预产期)"
    r"(?:是多少|是哪天|怎么安排)?[。.？?]*$|^下(?:一)?次(?:产检|检查)"
)
WHY = re.compile(r"^为什么(?:要做|做|是)?(?P<name>.{1,20}?)[。.？?]*$")
DATING = "dating"


def understood(turn: Turn, said: Statement) -> str:
    """Repeat what was understood, with the due date, and ask her to confirm."""
    if said.reading is None:
        return say("dating_unclear")
    weeks = gestation(last_period_day=said.reading.last_period_day, day=turn.today)
    if turn.ongoing is not None:
        call_person(turn.conversation, now=turn.now)
        return say(
            "understood_again", sentence=said.sentence, due_day=long_day(said.reading.due_day),
            gestation=str(weeks), known_due_day=long_day(turn.ongoing.due_day),
        )  # fmt: skip
    question = {"asked": DATING, "source": said.reading.source} | {
        "day": said.reading.last_period_day.isoformat()
        if said.reading.source == "gestation"
        else said.reading.given_day.isoformat()
    }
    remember(turn.conversation, question=json.dumps(question), now=turn.now)
    shown = notice(Purpose.HANDBOOK)
    return say(
        "understood", sentence=said.sentence, due_day=long_day(said.reading.due_day),
        gestation=str(weeks), notice=notice_link(turn, Purpose.HANDBOOK, shown.title),
        confirm=tap("label_confirm", "确认并同意"), wrong=tap("label_wrong", "不对，重新填"),
    )  # fmt: skip


def confirmed(turn: Turn) -> str | None:
    """Answer her yes or no to the dates repeated to her; None if nothing was asked or answered.

    1. Give the consent she was shown.
    2. Open the handbook with the dating as accepted.
    3. Tell what comes first, and offer reminders.
    """
    question = turn.question
    if question is None or json.loads(question)["asked"] != DATING:
        return None
    if NO.match(turn.text):
        forget(turn.conversation)
        return say("wrong_dating")
    if not YES.match(turn.text):
        return None
    pregnancy = _opened(turn, json.loads(question))
    weeks = gestation(last_period_day=pregnancy.last_period_day, day=turn.today)
    return say(
        "opened", gestation=str(weeks), due_day=long_day(pregnancy.due_day),
        next=_next(items_of(pregnancy, today=turn.today)),
        notice=notice_link(turn, Purpose.MESSAGES, notice(Purpose.MESSAGES).title),
        remind=tap("label_remind", "开启提醒"), timeline=tap("label_timeline", "我的产检"),
    )  # fmt: skip


def timeline(turn: Turn) -> str:
    """Tell her dates: what is open now, what comes, what is booked."""
    if turn.is_after_loss:
        return gentle(turn)
    if turn.pregnancy is not None and turn.pregnancy.state is PregnancyState.DELIVERED:
        return say("delivered")
    if turn.ongoing is None:
        return say("dating_needed")
    ahead = _ahead(items_of(turn.ongoing, today=turn.today))[:SHOWN]
    booked = live_by_item(turn.session, person_id=turn.person.id, since=turn.now)
    lines = [_line(item, is_booked=item.key in booked) for item in ahead]
    return say(
        "timeline", gestation=str(turn.gestation), due_day=long_day(turn.ongoing.due_day),
        items="\n".join(lines) or say("next_nothing"),
        example=tap_text(ahead[0].name, f"为什么{ahead[0].name}") if ahead else "",
        page=page(say("label_page"), turn.address("/pages/home/index")),
        booking=tap("label_booking", "预约产检"),
    )  # fmt: skip


def why(turn: Turn, name: str) -> str | None:
    """Explain one item's days; None if no item is called so."""
    if turn.ongoing is None:
        return None
    found = [item for item in items_of(turn.ongoing, today=turn.today) if name in item.name]
    if not name or not found:
        return None
    item = found[0]
    return say(
        "why", name=item.name, from_day=long_day(item.from_day), to_day=long_day(item.to_day),
        reason=item.reason, what=item.what, source=item.source,
        preparation=item.preparation or say("why_no_preparation"),
        review=say("why_review") if item.needs_review else "",
    )  # fmt: skip


def gentle(turn: Turn) -> str:
    """Answer after a loss: no week, no date, a person to talk to."""
    return say("gentle", phone=turn.hospital.phone, person=tap("label_person", "转人工"))


def has_consent(turn: Turn, purpose: Purpose) -> bool:
    """Say whether she agreed to a purpose and did not take it back."""
    return purpose in consents_of(turn.session, person_id=turn.person.id)


def notice_link(turn: Turn, purpose: Purpose, title: str) -> str:
    """Return a link to the notice that somebody reads before she agrees to a purpose."""
    address = f"{turn.house.settings.base_url}/notices/{purpose.value}"
    return page(say("label_notice", title=title), address)


def _opened(turn: Turn, question: dict[str, str]) -> Pregnancy:
    """Give the consent she was shown and open the handbook: both, or by a refusal neither."""
    with turn.writing.begin_nested():
        forget(turn.conversation)
        give_consent(
            turn.writing, person=turn.person, purpose=Purpose.HANDBOOK,
            version=notice(Purpose.HANDBOOK).version, channel="chat", now=turn.now,
        )  # fmt: skip
        return actions.open_pregnancy(
            turn.writing, person=turn.person, reading=_asked(question, today=turn.today),
            actor=turn.actor, now=turn.now,
        )  # fmt: skip


def _asked(question: dict[str, str], *, today: date) -> Reading:
    day = date.fromisoformat(question["day"])
    if question["source"] == "gestation":
        reading = read_dating(source="last_period", day=day, today=today)
        return Reading("gestation", today, reading.last_period_day, reading.due_day)
    return read_dating(source=question["source"], day=day, today=today)


def _ahead(items: list[Item]) -> list[Item]:
    """Return what is still ahead for everybody, what is open and closes first in front.

    What a doctor orders for some (a puncture, say) is for a doctor to speak of.
    """
    ahead = [
        item for item in items if item.status is not Status.PAST and item.need is not Need.INDICATED
    ]
    return sorted(ahead, key=_urgency)


def _urgency(item: Item) -> tuple[bool, date, int]:
    """Sort open items by their last day, of equals the shorter window first; then the coming."""
    is_coming = item.status is Status.COMING
    day = item.from_day if is_coming else item.to_day
    return is_coming, day, (item.to_day - item.from_day).days


def _next(items: list[Item]) -> str:
    ahead = _ahead(items)
    if not ahead:
        return say("next_nothing")
    first = ahead[0]
    key = "next_open" if first.status is Status.OPEN else "next_coming"
    return say(
        key, name=first.name, from_day=short_day(first.from_day), to_day=short_day(first.to_day)
    )


def _line(item: Item, *, is_booked: bool) -> str:
    key = "timeline_open" if item.status is Status.OPEN else "timeline_coming"
    line = say(
        key, name=item.name, from_day=short_day(item.from_day), to_day=short_day(item.to_day)
    )
    return say("timeline_is_booked", line=line) if is_booked else line
