"""The chat about a wish to book: clinics, days, times, booked; in taps or in one sentence."""

import re
from collections import defaultdict
from datetime import date

from accounts.models import Purpose
from booking import actions, queries
from booking.models import Share
from booking.models_supply import Clinic
from booking.pool import pooled
from booking.queries import Place
from booking.queries_waiting import fits
from bot import booking_fair as fair
from bot.booking_patients import Patient, asked_for, item_key_of
from bot.booking_said import Said, is_plain_wish, said_half, said_of
from bot.handbook import has_consent
from bot.speech import say, tap, tap_text
from bot.turn import Turn
from core.clock import beijing, beijing_date
from core.dates import hour, short_day, weekday, when
from core.words import label
from handbook.models_lives import Child
from handbook.queries_children import children_of

DAYS_AHEAD = 14
MOST_OPTIONS = 10
"""Links in one answer: each takes about 130 of the 2,048 bytes of a reply."""

NEAREST = 4
"""Times that are offered instead of one that is not to be had."""

WISH = re.compile(r"^(?:我要|我想|想|帮我|请)?(?:预约|约个?|挂号|挂个?)(?P<rest>.*)$", re.DOTALL)


def wish(turn: Turn) -> str | None:
    """Answer a wish to book, step by step; None if the message is no such wish.

    A place is booked at once only if she says so and the very time is free; a bare sentence, such
    as `明天9点打疫苗`, is said back, with what is free to be tapped.
    """
    said = WISH.match(turn.text)
    children = children_of(turn.session, person_id=turn.person.id) if _may_be(turn) else []
    if said is None and not _is_bare(turn, children):
        return None
    rest = turn.text if said is None else said["rest"].strip()
    named = clinics_in(turn, rest)
    if not named:
        return _cares(turn)
    wanted = said_of(without(rest, named), today=turn.today)
    patient = asked_for(turn, rest, care=named[0].care, children=children)
    if patient is None:
        return _whom(children, rest)
    heard = None if said is not None else _heard(named[0], wanted, patient)
    if len(named) > 1:
        answer = _clinics(named, wanted, patient)
    else:
        answer = _answered(turn, named[0], wanted, patient, is_order=said is not None)
    return answer if heard is None else f"{heard}\n{answer}"


def clinics_in(turn: Turn, text: str) -> list[Clinic]:
    """Return the clinics that a text names, or all of the kind of care it speaks of."""
    clinics = queries.clinics(turn.session, hospital_id=turn.hospital.id)
    named = [clinic for clinic in clinics if clinic.name in text]
    care = said_of(text, today=turn.today).care
    return named or [clinic for clinic in clinics if clinic.care is care]


def without(text: str, named: list[Clinic]) -> str:
    """Return a text without the name of the clinic: it may hold what reads like a day."""
    return text.replace(named[0].name, "", 1)


def free_days(turn: Turn, clinic: Clinic) -> dict[date, list[Place]]:
    """Return the free slots of a clinic by day; one query."""
    places = queries.slots(
        turn.session, hospital_id=turn.hospital.id, care=clinic.care, from_day=turn.today,
        days=DAYS_AHEAD, now=turn.now,
    )  # fmt: skip
    free: dict[date, list[Place]] = defaultdict(list)
    for place in pooled(one for one in places if one.clinic.id == clinic.id):
        if place.free > 0:
            free[beijing_date(place.slot.starts_at)].append(place)
    return free


def day_options(free: dict[date, list[Place]], *, sends: str) -> str:
    """Return the days to be tapped; a tap sends `sends` and the day."""
    options = []
    for day, places in list(free.items())[:MOST_OPTIONS]:
        left = sum(place.free for place in places)
        text = say("option_day", label=short_day(day), weekday=weekday(day), free=left)
        options.append(tap_text(text, f"{sends} {short_day(day)}"))
    return "\n".join(options)


def time_options(places: list[Place], day: date, *, sends: str) -> str:
    """Return the times of a day to be tapped; a tap sends `sends`, the day and the time."""
    return "\n".join(
        tap_text(
            say("option_time", time=hour(one.slot.starts_at), free=one.free),
            f"{sends} {short_day(day)} {hour(one.slot.starts_at)}",
        )
        for one in places[:MOST_OPTIONS]
    )


def chosen(places: list[Place], wanted: Said) -> Place | None:
    """Return the place that begins at the very time she said, if there is one."""
    exact = [one for one in places if beijing(one.slot.starts_at).time() == wanted.clock]
    return exact[0] if exact else None


def fitting(places: list[Place], wanted: Said) -> list[Place]:
    """Return the places of the half of the day she said; the nearest first to a time she said."""
    found = [one for one in places if fits(wanted.half_day, one.slot)]
    if wanted.clock is None:
        return found
    minutes = wanted.clock.hour * 60 + wanted.clock.minute
    near = sorted(found, key=lambda one: abs(_minutes(one) - minutes))[:NEAREST]
    return sorted(near, key=_minutes)


def _minutes(place: Place) -> int:
    begins = beijing(place.slot.starts_at)
    return begins.hour * 60 + begins.minute


def _may_be(turn: Turn) -> bool:
    """Say whether it is worth asking who her children are."""
    return bool(WISH.match(turn.text)) or said_of(turn.text, today=turn.today).care is not None


def _is_bare(turn: Turn, children: list[Child]) -> bool:
    names = tuple(one.name for one in children if one.name)
    return is_plain_wish(turn.text, today=turn.today, besides=names)


def _heard(clinic: Clinic, wanted: Said, patient: Patient) -> str:
    care = label(f"booking.{clinic.care}")
    return say("heard", care=care, when=wanted.words, patient=patient.said)


def _cares(turn: Turn) -> str:
    offered = queries.care_offered(turn.session, hospital_id=turn.hospital.id)
    names = [label(f"booking.{care}") for care in offered]
    return say("care_choose", options="\n".join(tap_text(name, f"预约{name}") for name in names))


def _whom(children: list[Child], rest: str) -> str:
    options = [
        tap_text(name, f"预约{rest} 给{name}")
        for name in (one.name for one in children)
        if name is not None
    ]
    return say("whom", options="\n".join(options[:MOST_OPTIONS]))


def _clinics(clinics: list[Clinic], wanted: Said, patient: Patient) -> str:
    options = [
        tap_text(
            f"{one.name}（{one.room}）", f"预约{one.name}{patient.typed} {wanted.typed}".strip()
        )
        for one in clinics[:MOST_OPTIONS]
    ]
    care = label(f"booking.{clinics[0].care}")
    return say("clinics", care=care, options="\n".join(options))


def _answered(turn: Turn, clinic: Clinic, wanted: Said, patient: Patient, *, is_order: bool) -> str:
    free, share = free_days(turn, clinic), Share.ONLINE
    if not free:
        free, share = fair.kept_days(turn, clinic, patient), Share.PROTECTED
    if not free:
        return say(
            "no_days", clinic=clinic.name, phone=turn.hospital.phone,
            wait=tap("label_wait", f"候补{clinic.name}{patient.typed}"),
        )  # fmt: skip
    sends = f"预约{clinic.name}{patient.typed}"
    if wanted.day is None:
        days = day_options(free, sends=sends)
        told = "days" if share is Share.ONLINE else "kept_days"
        return say(told, clinic=clinic.name, room=clinic.room, options=days)
    named = f"{short_day(wanted.day)} {weekday(wanted.day)}"
    places = free.get(wanted.day, [])
    if is_order and (place := chosen(places, wanted)) is not None:
        return _booked(turn, place, patient, share)
    places = fitting(places, wanted)
    if places:
        times = time_options(places, wanted.day, sends=sends)
        return say("times", clinic=clinic.name, day=named, options=times)
    half = said_half(wanted.half_day)
    return say(
        "no_times", clinic=clinic.name, day=f"{named}{half}",
        options=day_options(_nearest(free, wanted.day), sends=sends),
        wait=tap("label_wait", f"候补{clinic.name}{patient.typed} {wanted.typed}"),
    )  # fmt: skip


def _nearest(free: dict[date, list[Place]], day: date) -> dict[date, list[Place]]:
    """Return the days with a place that lie nearest to a day, in order."""
    near = sorted(free, key=lambda one: abs(one - day))[:NEAREST]
    return {one: free[one] for one in sorted(near)}


def _booked(turn: Turn, place: Place, patient: Patient, share: Share) -> str:
    """Book the place she chose and tell all she needs on the day; note it if it is drawn."""
    care = place.clinic.care
    request = actions.Request(
        person=turn.person, hospital_id=turn.hospital.id, slot_id=place.slot.id,
        pregnancy_id=None if patient.child is not None or turn.ongoing is None
        else turn.ongoing.id,
        item_key=item_key_of(turn, patient, place), channel="chat", key=turn.key,
        actor=turn.actor, child=patient.child, share=share,
    )  # fmt: skip
    if (asked := fair.drawn(turn, place, request)) is not None:
        return asked
    booked = actions.book(turn.writing, request=request, now=turn.now)
    number = booked.appointment.number
    reminded = has_consent(turn, Purpose.MESSAGES)
    return say(
        "booked", care=label(f"booking.{care}"), clinic=place.clinic.name, room=place.clinic.room,
        when=when(place.slot.starts_at, place.slot.ends_at), number=number, patient=patient.said,
        preparation=label(f"booking.{care}_preparation"),
        reminder=say("booked_remind" if reminded else "booked_silent"),
        move=tap("label_move", f"改约 {number}"),
        cancel=tap("label_cancel", f"取消预约 {number}"),
    )  # fmt: skip
