"""The chat about her appointments: listed, cancelled, moved; and why she did not come."""

import re
from collections.abc import Sequence

from booking import actions, courses, queries
from booking.attendance import missed
from booking.attendance.queries_line import before_you
from booking.models import AppointmentState
from booking.models_waiting import Excuse, MissedVisit
from booking.queries import Booked
from booking.rules import LIVES, cancel_until, may_cancel
from booking.steps import By
from bot import booking_fair
from bot.booking import chosen, day_options, fitting, free_days, time_options
from bot.booking_said import said_of
from bot.speech import say, tap, tap_text
from bot.turn import Turn
from core.clock import beijing_date
from core.dates import hour, short_day, weekday, when
from core.words import label

CANCEL = re.compile(r"^取消预约\s*(?P<number>\d+)?")
MINE = re.compile(r"^(?:查看|看看|查)?我的预约|^预约记录|^我约了")
MOVE = re.compile(
    r"^(?:我?想|要|帮我|请)*(?:改约|改期|改时间|换个?时间)\s*(?P<number>\d{4,18})?(?P<rest>.*)$"
)
FOLLOW = re.compile(r"^后面一起改\s*(?P<number>\d{1,18})$")
MISSED = re.compile(r"^未到说明\s*(?P<number>\d{1,18})(?:\s*原因(?P<reason>[1-3]))?$")
APPEAL = re.compile(r"^申诉\s*(?P<number>\d{1,18})(?P<words>.*)$", re.DOTALL)
REASONS = (
    (Excuse.IN_LABOUR, "excuse_in_labour"),
    (Excuse.IN_HOSPITAL, "excuse_in_hospital"),
    (Excuse.CHILD_FEVER, "excuse_child_fever"),
)
"""In the chat a reason is a number: its words would be taken for a sign of danger."""

MOST_SHOWN = 5
LONGEST_WORDS = 300


def mine(turn: Turn) -> str | None:
    """List her coming appointments and missed visits; None if the message does not ask for them."""
    if not MINE.match(turn.text):
        return None
    held, gone, offers = _held(turn), _missed(turn), booking_fair.offered(turn)
    if not (held or gone or offers):
        return say("no_appointments", booking=tap("label_book", "预约"))
    lines = [*offers, *(_line(turn, one) for one in held)][:MOST_SHOWN]
    lines += [_missed_line(turn, one) for one in gone[: MOST_SHOWN - len(lines)]]
    return say("appointments", items="\n\n".join(lines))


def cancel(turn: Turn) -> str | None:
    """Cancel the appointment she names; None if the message is no such wish.

    Raises:
        TooLateToCancel: the hour until which she can has passed.
    """
    said = CANCEL.match(turn.text)
    if said is None:
        return None
    held = _held(turn)
    if (found := _named(held, said["number"])) is None:
        return _which(turn, held, said["number"], ask="cancel_which")
    gone = actions.cancel(
        turn.writing, person_id=turn.person.id, appointment_id=found.appointment.id,
        by=By(turn.actor, "asked", turn.now, turn.key),
    )  # fmt: skip
    return say(
        "cancelled", when=when(gone.slot.starts_at, gone.slot.ends_at),
        care=label(f"booking.{gone.clinic.care}"), booking=tap("label_book", "预约"),
    )  # fmt: skip


def move(turn: Turn) -> str | None:
    """Move the appointment she names, by day and time; None if the message is no such wish.

    Raises:
        TooLateToCancel: the hour until which she can has passed.
        SlotFull: the place was taken meanwhile.
    """
    if (said := FOLLOW.match(turn.text)) is not None:
        return _followed(turn, said["number"])
    said = MOVE.match(turn.text)
    if said is None:
        return None
    held = _held(turn)
    if (found := _named(held, said["number"])) is None:
        return _which(turn, held, said["number"], ask="move_which")
    return _moved(turn, found, said["rest"])


def absent(turn: Turn) -> str | None:
    """Take a reason or an appeal for a missed visit; None if the message is neither.

    Raises:
        NotMissed: there is nothing to appeal against.
    """
    if (said := APPEAL.match(turn.text)) is not None:
        return _appealed(turn, said["number"], said["words"].strip())
    said = MISSED.match(turn.text)
    if said is None:
        return None
    found = _of_number(turn, said["number"])
    if found is None:
        return say("no_such_appointment", appointments=tap("label_appointments", "我的预约"))
    if said["reason"] is None:
        return _reasons(said["number"])
    missed.excuse(
        turn.writing, person_id=turn.person.id, appointment_id=found.appointment_id,
        reason=REASONS[int(said["reason"]) - 1][0], by=By(turn.actor, "asked", turn.now, turn.key),
    )  # fmt: skip
    return say("missed_excused")


def _moved(turn: Turn, found: Booked, rest: str) -> str:
    sends = f"改约 {found.appointment.number}"
    free, wanted = free_days(turn, found.clinic), said_of(rest, today=turn.today)
    places = [] if wanted.day is None else free.get(wanted.day, [])
    place = chosen(places, wanted)
    if place is None:
        now = when(found.slot.starts_at, found.slot.ends_at)
        near = fitting(places, wanted)
        if near and wanted.day is not None:
            day = f"{short_day(wanted.day)} {weekday(wanted.day)}"
            times = time_options(near, wanted.day, sends=sends)
            return say("move_times", now=now, day=day, options=times)
        if not free:
            return say("move_nowhere", now=now, phone=turn.hospital.phone)
        return say("move_days", now=now, options=day_options(free, sends=sends))
    new = actions.move(
        turn.writing, person_id=turn.person.id, appointment_id=found.appointment.id,
        slot_id=place.slot.id, by=By(turn.actor, "asked", turn.now, turn.key),
    )  # fmt: skip
    number = new.appointment.number
    follow = (
        "" if new.appointment.course_id is None else tap("label_follow", f"后面一起改 {number}")
    )
    return say(
        "moved", before=when(found.slot.starts_at, found.slot.ends_at), clinic=new.clinic.name,
        when=when(new.slot.starts_at, new.slot.ends_at), room=new.clinic.room, number=number,
        follow=follow,
    )  # fmt: skip


def _followed(turn: Turn, number: str) -> str:
    found = _named(_held(turn), number)
    if found is None:
        return say("no_such_appointment", appointments=tap("label_appointments", "我的预约"))
    rest = courses.move_rest(
        turn.writing, person_id=turn.person.id, appointment_id=found.appointment.id,
        by=By(turn.actor, "asked", turn.now, turn.key),
    )  # fmt: skip
    moved = [one.moved for one in rest if one.moved is not None]
    lines = [when(one.slot.starts_at, one.slot.ends_at) for one in moved]
    mine = tap("label_appointments", "我的预约")
    if not lines:
        return say("followed_none", appointments=mine)
    return say("followed", items="\n".join(lines), appointments=mine)


def _appealed(turn: Turn, number: str, words: str) -> str:
    found = _of_number(turn, number)
    if found is None:
        return say("no_such_appointment", appointments=tap("label_appointments", "我的预约"))
    if not words:
        return say("appeal_how", number=number)
    missed.appeal(
        turn.writing, person_id=turn.person.id, appointment_id=found.appointment_id,
        words=words[:LONGEST_WORDS], by=By(turn.actor, "asked", turn.now, turn.key),
    )  # fmt: skip
    policy = queries.policy_of_hospital(turn.session, hospital_id=turn.hospital.id)
    return say("appealed", days=policy.appeal_working_days)


def _reasons(number: str) -> str:
    options = [
        tap_text(say(words), f"未到说明 {number} 原因{place}")
        for place, (_, words) in enumerate(REASONS, start=1)
    ]
    appeal = tap("label_appeal", f"申诉 {number}")
    return say("missed_why", options="\n".join(options), appeal=appeal)


def _held(turn: Turn) -> list[Booked]:
    since = turn.now.replace(hour=0, minute=0, second=0, microsecond=0)
    coming = queries.appointments_of(turn.session, person_id=turn.person.id, since=since)
    live = [one for one in coming if _stands(turn, one)]
    return live[:MOST_SHOWN]


def _stands(turn: Turn, held: Booked) -> bool:
    """Say whether it is still to come, or she waits for her turn."""
    state = held.appointment.state
    if state is AppointmentState.BOOKED:
        return held.slot.starts_at >= turn.now
    return state in LIVES and state is not AppointmentState.HELD


def _named(held: Sequence[Booked], number: str | None) -> Booked | None:
    return next((one for one in held if str(one.appointment.number) == number), None)


def _which(turn: Turn, held: list[Booked], number: str | None, *, ask: str) -> str:
    if not held:
        return say("no_appointments", booking=tap("label_book", "预约"))
    if number is not None:
        return say("no_such_appointment", appointments=tap("label_appointments", "我的预约"))
    return say(ask, items="\n\n".join(_line(turn, one) for one in held))


def _line(turn: Turn, held: Booked) -> str:
    number = held.appointment.number
    return say(
        "appointment_line", when=when(held.slot.starts_at, held.slot.ends_at),
        care=label(f"booking.{held.clinic.care}"), clinic=held.clinic.name, room=held.clinic.room,
        number=number, acts=_acts(turn, held),
    )  # fmt: skip


def _acts(turn: Turn, held: Booked) -> str:
    """Return what she can do with an appointment, or where she is in line."""
    appointment, slot = held.appointment, held.slot
    if appointment.state is AppointmentState.CALLED:
        return say("called", room=held.clinic.room)
    if appointment.state is AppointmentState.CHECKED_IN:
        before = before_you(turn.session, held=held)
        return say("in_line", ticket=appointment.queue_number or 0, before=before)
    policy = queries.policy_of(turn.session, clinic=held.clinic)
    if not may_cancel(starts_at=slot.starts_at, now=turn.now, policy=policy):
        return ""
    until = cancel_until(starts_at=slot.starts_at, policy=policy)
    return say(
        "line_acts", move=tap("label_move", f"改约 {appointment.number}"),
        cancel=tap("label_cancel_short", f"取消预约 {appointment.number}"),
        until=f"{short_day(beijing_date(until))} {hour(until)}",
    )  # fmt: skip


def _missed(turn: Turn) -> list[MissedVisit]:
    hers = missed.missed_of(turn.session, person_id=turn.person.id, hospital_id=turn.hospital.id)
    return [one for one in hers if one.counts and one.cleared_at is None]


def _missed_line(turn: Turn, gone: MissedVisit) -> str:
    held = queries.appointment_of(
        turn.session, person_id=turn.person.id, appointment_id=gone.appointment_id
    )
    return say(
        "missed_line", when=when(held.slot.starts_at, held.slot.ends_at),
        explain=tap("label_explain", f"未到说明 {held.appointment.number}"),
    )  # fmt: skip


def _of_number(turn: Turn, number: str) -> MissedVisit | None:
    hers = missed.missed_of(turn.session, person_id=turn.person.id, hospital_id=turn.hospital.id)
    for one in hers:
        held = queries.appointment_of(
            turn.session, person_id=turn.person.id, appointment_id=one.appointment_id
        )
        if str(held.appointment.number) == number:
            return one
    return None
