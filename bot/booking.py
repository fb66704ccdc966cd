"""The chat about appointments: clinics, days, times, booked; and given back."""

import re
from collections import defaultdict
from datetime import date

from accounts.models import Purpose
from booking import actions, queries
from booking.models import AppointmentState, Care, Clinic
from booking.queries import Booked, Place
from booking.rules import item_for, may_cancel
from bot.handbook import has_consent
from bot.speech import say, tap, tap_text
from bot.turn import Turn
from core.clock import beijing_date
from core.dates import hour, short_day, weekday, when
from core.words import label
from handbook.queries import items_of
from handbook.statements import day_said

DAYS_AHEAD = 14
MOST_OPTIONS = 10
"""Links in one answer: each takes about 130 of the 2,048 bytes of a reply."""

WISH = re.compile(r"^(?:我要|我想|想|帮我|请)?(?:预约|约个?|挂号|挂个?)(?P<rest>.*)$", re.DOTALL)
CANCEL = re.compile(r"^取消预约\s*(?P<number>\d+)?")
MINE = re.compile(r"^(?:查看|看看|查)?我的预约|^预约记录|^我约了")
TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})")

CARE_WORDS: dict[Care, re.Pattern[str]] = {
    Care.OGTT: re.compile(r"糖耐|糖筛|ogtt", re.IGNORECASE),
    Care.ULTRASOUND: re.compile(r"超声|[bB]超|彩超|四维|三维|排畸|nt", re.IGNORECASE),
    Care.POSTPARTUM: re.compile(r"产后|42天|四十二天"),
    Care.VACCINATION: re.compile(r"疫苗|打针|接种"),
    Care.CHILD: re.compile(r"儿保|儿童|宝宝体检|新生儿|满月"),
    Care.ANTENATAL: re.compile(r"产检|产前|孕检|检查"),
}
"""How people call each kind of care; the first that fits counts."""


def wish(turn: Turn) -> str | None:
    """Answer a wish to book, step by step; None if the message is no such wish."""
    said = WISH.match(turn.text)
    if said is None:
        return None
    rest = said["rest"].strip()
    clinics = queries.clinics(turn.session, hospital_id=turn.hospital.id)
    named = [clinic for clinic in clinics if clinic.name in rest]
    if not named:
        care = next((care for care, words in CARE_WORDS.items() if words.search(rest)), None)
        named = [clinic for clinic in clinics if clinic.care is care]
        if not named:
            return _cares(turn)
    if len(named) > 1:
        return _clinics(named)
    day = day_said(rest.replace(named[0].name, "", 1), today=turn.today)
    return _days(turn, named[0]) if day is None else _times(turn, named[0], day, rest)


def mine(turn: Turn) -> str | None:
    """List her coming appointments; None if the message does not ask for them."""
    if not MINE.match(turn.text):
        return None
    held = _held(turn)
    if not held:
        return say("no_appointments", booking=tap("label_book", "预约"))
    return say("appointments", items="\n\n".join(_line(turn, one) for one in held))


def cancel(turn: Turn) -> str | None:
    """Cancel the appointment she names; None if the message is no such wish.

    Raises:
        TooLateToCancel: it begins too soon.
    """
    said = CANCEL.match(turn.text)
    if said is None:
        return None
    held = _held(turn)
    if not held:
        return say("no_appointments", booking=tap("label_book", "预约"))
    if said["number"] is None:
        return say("cancel_which", items="\n\n".join(_line(turn, one) for one in held))
    chosen = [one for one in held if str(one.appointment.number) == said["number"]]
    if not chosen:
        return say("no_such_appointment", appointments=tap("label_appointments", "我的预约"))
    gone = actions.cancel(
        turn.writing, person_id=turn.person.id, appointment_id=chosen[0].appointment.id,
        actor=turn.actor, now=turn.now,
    )  # fmt: skip
    return say(
        "cancelled", when=when(gone.slot.starts_at, gone.slot.ends_at),
        care=label(f"booking.{gone.clinic.care}"), booking=tap("label_book", "预约"),
    )  # fmt: skip


def _cares(turn: Turn) -> str:
    offered = queries.care_offered(turn.session, hospital_id=turn.hospital.id)
    names = [label(f"booking.{care}") for care in offered]
    return say("care_choose", options="\n".join(tap_text(name, f"预约{name}") for name in names))


def _clinics(clinics: list[Clinic]) -> str:
    options = [
        tap_text(f"{one.name}（{one.room}）", f"预约{one.name}") for one in clinics[:MOST_OPTIONS]
    ]
    care = label(f"booking.{clinics[0].care}")
    return say("clinics", care=care, options="\n".join(options))


def _free(turn: Turn, clinic: Clinic) -> dict[date, list[Place]]:
    """Return the free slots of a clinic by day; one query."""
    places = queries.slots(
        turn.session, hospital_id=turn.hospital.id, care=clinic.care, from_day=turn.today,
        days=DAYS_AHEAD, now=turn.now,
    )  # fmt: skip
    free: dict[date, list[Place]] = defaultdict(list)
    for place in places:
        if place.clinic.id == clinic.id and place.slot.taken < place.slot.places:
            free[beijing_date(place.slot.starts_at)].append(place)
    return free


def _days(turn: Turn, clinic: Clinic) -> str:
    free = _free(turn, clinic)
    if not free:
        return say("no_days", clinic=clinic.name, phone=turn.hospital.phone)
    return say("days", clinic=clinic.name, room=clinic.room, options=_day_options(clinic, free))


def _day_options(clinic: Clinic, free: dict[date, list[Place]]) -> str:
    options = []
    for day, places in list(free.items())[:MOST_OPTIONS]:
        left = sum(place.slot.places - place.slot.taken for place in places)
        text = say("option_day", label=short_day(day), weekday=weekday(day), free=left)
        options.append(tap_text(text, f"预约{clinic.name} {short_day(day)}"))
    return "\n".join(options)


def _times(turn: Turn, clinic: Clinic, day: date, rest: str) -> str:
    free = _free(turn, clinic)
    places = free.get(day, [])
    named = f"{short_day(day)} {weekday(day)}"
    if not free:
        return say("no_days", clinic=clinic.name, phone=turn.hospital.phone)
    if not places:
        others = _day_options(clinic, free)
        return say("no_times", clinic=clinic.name, day=named, options=others)
    if (said := TIME.search(rest)) is not None:
        chosen = [one for one in places if hour(one.slot.starts_at) == f"{said[1]:>02}:{said[2]}"]
        if chosen:
            return _booked(turn, chosen[0])
    options = [
        tap_text(
            say(
                "option_time", time=hour(one.slot.starts_at),
                free=one.slot.places - one.slot.taken,
            ),
            f"预约{clinic.name} {short_day(day)} {hour(one.slot.starts_at)}",
        )
        for one in places[:MOST_OPTIONS]
    ]  # fmt: skip
    return say("times", clinic=clinic.name, day=named, options="\n".join(options))


def _booked(turn: Turn, place: Place) -> str:
    """Book the place she chose and tell all she needs on the day."""
    care = place.clinic.care
    booked = actions.book(
        turn.writing,
        request=actions.Request(
            person=turn.person, hospital_id=turn.hospital.id, slot_id=place.slot.id,
            pregnancy_id=turn.ongoing.id if turn.ongoing else None,
            item_key=_item_key(turn, place), channel="chat", key=turn.key, actor=turn.actor,
        ),
        now=turn.now,
    )  # fmt: skip
    reminded = has_consent(turn, Purpose.MESSAGES)
    return say(
        "booked", care=label(f"booking.{care}"), clinic=place.clinic.name, room=place.clinic.room,
        when=when(place.slot.starts_at, place.slot.ends_at), number=booked.appointment.number,
        preparation=label(f"booking.{care}_preparation"),
        reminder=say("booked_remind" if reminded else "booked_silent"),
        cancel=tap("label_cancel", f"取消预约 {booked.appointment.number}"),
    )  # fmt: skip


def _item_key(turn: Turn, place: Place) -> str | None:
    if turn.ongoing is None:
        return None
    item = item_for(
        items_of(turn.ongoing, today=turn.today), care=place.clinic.care,
        day=beijing_date(place.slot.starts_at),
        taken=queries.live_by_item(turn.session, person_id=turn.person.id, since=turn.now),
    )  # fmt: skip
    return None if item is None else item.key


def _held(turn: Turn) -> list[Booked]:
    coming = queries.appointments_of(turn.session, person_id=turn.person.id, since=turn.now)
    return [one for one in coming if one.appointment.state is AppointmentState.BOOKED][:5]


def _line(turn: Turn, held: Booked) -> str:
    number = held.appointment.number
    can_cancel = may_cancel(starts_at=held.slot.starts_at, now=turn.now)
    return say(
        "appointment_line", when=when(held.slot.starts_at, held.slot.ends_at),
        care=label(f"booking.{held.clinic.care}"), clinic=held.clinic.name, room=held.clinic.room,
        number=number, cancel=tap("label_cancel", f"取消预约 {number}") if can_cancel else "",
    )  # fmt: skip
