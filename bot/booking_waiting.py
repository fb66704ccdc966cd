"""The chat about the waiting list (候补): joined, where she stands, offers taken or refused."""

import re
from datetime import timedelta

from booking import queries, queries_waiting, waiting
from booking.models_supply import Clinic
from booking.models_waiting import Waiting
from booking.queries_waiting import Waited
from booking.steps import By
from booking.waiting import WaitingWish
from bot.booking import DAYS_AHEAD, MOST_OPTIONS, clinics_in, without
from bot.booking_patients import Patient, asked_for
from bot.booking_said import Said, said_half, said_of
from bot.speech import say, tap, tap_text
from bot.turn import Turn
from core.clock import beijing_date
from core.dates import hour, short_day, when
from core.words import label
from handbook.queries_children import children_of

ASKED = re.compile(r"^(?:我要|我想|想|帮我|请)?候补(?P<rest>.*)$", re.DOTALL)
MINE = re.compile(r"^(?:查看|看看|查)?我的候补|^候补(?:到哪|排到|第几|还有|情况|记录|查询|了吗)")
OFFER = re.compile(r"^(?P<act>接受|不要)候补号\s*(?P<number>\d{1,18})$")
LEAVE = re.compile(r"^(?:退出|取消|不)候补(?P<rest>.*)$")
MOST_SHOWN = 4


def asked(turn: Turn) -> str | None:
    """Answer whoever speaks of the waiting list; None if the message does not.

    Raises:
        Refusal: what `booking.waiting` refuses; each says what to do next.
    """
    if MINE.match(turn.text):
        return _mine(turn)
    if (said := OFFER.match(turn.text)) is not None:
        return _answered(turn, said["number"], is_taken=said["act"] == "接受")
    if (said := LEAVE.match(turn.text)) is not None:
        return _left(turn, said["rest"].strip())
    if (said := ASKED.match(turn.text)) is not None:
        return _wished(turn, said["rest"].strip())
    return None


def _wished(turn: Turn, rest: str) -> str:
    named = clinics_in(turn, rest)
    if not named:
        clinics = queries.clinics(turn.session, hospital_id=turn.hospital.id)
        return _which_clinic(clinics, rest)
    if len(named) > 1:
        return _which_clinic(named, said_of(rest, today=turn.today).typed)
    children = children_of(turn.session, person_id=turn.person.id)
    patient = asked_for(turn, rest, care=named[0].care, children=children)
    wanted = said_of(without(rest, named), today=turn.today)
    return _joined(turn, named[0], wanted, patient or Patient(None))


def _which_clinic(clinics: list[Clinic], rest: str) -> str:
    options = [
        tap_text(one.name, f"候补{one.name} {rest}".strip()) for one in clinics[:MOST_OPTIONS]
    ]
    return say("wait_where", options="\n".join(options))


def _joined(turn: Turn, clinic: Clinic, wanted: Said, patient: Patient) -> str:
    last = turn.today + timedelta(days=DAYS_AHEAD - 1)
    is_herself = patient.child is None and turn.ongoing is not None
    entry = waiting.join(
        turn.writing,
        wish=WaitingWish(
            person=turn.person, hospital_id=turn.hospital.id, clinic_id=clinic.id,
            pregnancy_id=turn.ongoing.id if is_herself and turn.ongoing else None, item_key=None,
            from_day=wanted.day or turn.today, to_day=wanted.day or last,
            half_day=wanted.half_day, key=turn.key, actor=turn.actor, child=patient.child,
        ),
        now=turn.now,
    )  # fmt: skip
    policy = queries.policy_of(turn.session, clinic=clinic)
    return say(
        "waiting_joined", clinic=clinic.name, days=_days(entry),
        before=waiting.position(turn.session, waiting_id=entry.id) - 1,
        minutes=policy.hold_minutes, closes=f"{policy.waiting_closes_time:%H:%M}",
        mine=tap("label_waiting", "我的候补"),
    )  # fmt: skip


def _mine(turn: Turn) -> str:
    found = queries_waiting.waiting_of(turn.session, person_id=turn.person.id)
    if not found:
        return say("waiting_none", booking=tap("label_book", "预约"))
    return say("waiting_list", items="\n\n".join(_line(turn, one) for one in found[:MOST_SHOWN]))


def _line(turn: Turn, waited: Waited) -> str:
    if waited.offer is not None and waited.slot is not None and waited.offer.expires_at is not None:
        number, until = waited.offer.number, waited.offer.expires_at
        return say(
            "waiting_offer", clinic=waited.clinic.name,
            when=when(waited.slot.starts_at, waited.slot.ends_at),
            until=f"{short_day(beijing_date(until))} {hour(until)}",
            take=tap("label_take", f"接受候补号 {number}"),
            refuse=tap("label_refuse", f"不要候补号 {number}"),
        )  # fmt: skip
    return say(
        "waiting_line", clinic=waited.clinic.name, days=_days(waited.entry),
        care=label(f"booking.{waited.clinic.care}"),
        before=waiting.position(turn.session, waiting_id=waited.entry.id) - 1,
        leave=tap("label_leave", f"退出候补{waited.clinic.name}"),
    )  # fmt: skip


def _answered(turn: Turn, number: str, *, is_taken: bool) -> str:
    found = queries_waiting.waiting_of(turn.session, person_id=turn.person.id)
    offered = next(
        (one for one in found if one.offer is not None and str(one.offer.number) == number), None
    )
    if offered is None:
        return say("waiting_gone", mine=tap("label_waiting", "我的候补"))
    answer = waiting.take_offer if is_taken else waiting.refuse_offer
    held = answer(
        turn.writing, person_id=turn.person.id, waiting_id=offered.entry.id,
        by=By(turn.actor, "asked", turn.now, turn.key),
    )  # fmt: skip
    if not is_taken:
        return say("waiting_refused", mine=tap("label_waiting", "我的候补"))
    return say(
        "waiting_taken", when=when(held.slot.starts_at, held.slot.ends_at),
        clinic=held.clinic.name, room=held.clinic.room, number=held.appointment.number,
        preparation=label(f"booking.{held.clinic.care}_preparation"),
    )  # fmt: skip


def _left(turn: Turn, rest: str) -> str:
    found = queries_waiting.waiting_of(turn.session, person_id=turn.person.id)
    named = [one for one in found if one.clinic.name == rest] if rest else found
    if len(named) != 1:
        return _mine(turn)
    waiting.leave(
        turn.writing, person_id=turn.person.id, waiting_id=named[0].entry.id,
        by=By(turn.actor, "asked", turn.now, turn.key),
    )  # fmt: skip
    return say("waiting_left", clinic=named[0].clinic.name, booking=tap("label_book", "预约"))


def _days(entry: Waiting) -> str:
    """Return the days and the half of them that an entry waits for."""
    days = short_day(entry.from_day)
    if entry.to_day != entry.from_day:
        days += f"—{short_day(entry.to_day)}"
    return f"{days} {said_half(entry.half_day)}".strip()
