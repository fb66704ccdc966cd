"""Who is affected when a clinic's hours change, as staff see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from booking.models import Appointment, Slot
from booking.models_supply import Doctor
from booking.queries import Place
from booking.supply.closing import Closing, Way
from booking.supply.conflicts import Conflict, ConflictKind
from booking.supply.settling import misfits
from console.presenters import times
from console.presenters.clinics import doctor_name, hours
from core.words import label


@dataclass(frozen=True)
class ConflictLine:
    """A slot with appointments that do not fit any more, and where they could go."""

    slot_id: str
    clinic_id: str
    clinic: str
    when: str
    who: str
    why: str
    people: Sequence[str]
    free: Sequence[tuple[str, str]]


def conflict_line(
    one: Conflict, *, free: Sequence[tuple[Slot, int]], people: Mapping[str, str]
) -> ConflictLine:
    """Return what is to be settled; `people` tells names by person."""
    left = misfits(one)
    why = "这个时间已不出诊" if one.kind is ConflictKind.CLOSED else f"名额已减为 {one.planned} 个"
    return ConflictLine(
        one.slot.id, one.clinic.id, one.clinic.name,
        times.span(one.slot.starts_at, one.slot.ends_at), doctor_name(one.doctor), why,
        [person_line(each, people=people) for each in left],
        [(slot.id, f"{times.span(slot.starts_at, slot.ends_at)}（余 {count}）")
         for slot, count in free if count >= len(left)],
    )  # fmt: skip


def person_line(one: Appointment, *, people: Mapping[str, str]) -> str:
    """Return an appointment by its number and whose it is."""
    return f"{one.number} 号 {people.get(one.person_id, '')} · {label(f'booking.{one.state}')}"


def ways() -> list[tuple[str, str]]:
    """Return what may become of those who have an appointment in closed hours."""
    return [(one.value, label(f"booking.closing_{one}")) for one in Way]


def closing_line(one: Closing, *, doctors: Mapping[str, Doctor]) -> str:
    """Return what is to be closed in one line."""
    doctor = doctors.get(one.doctor_id or "")
    who = "所有人" if doctor is None else doctor_name(doctor)
    return f"{times.days(one.from_day, one.to_day)} {hours(one.from_time, one.to_time)} · {who}"


def affected_line(one: Appointment, slot: Slot, *, people: Mapping[str, str]) -> str:
    """Return an appointment with its time and whose it is."""
    return f"{times.span(slot.starts_at, slot.ends_at)} · {person_line(one, people=people)}"


def lost_line(
    one: Appointment, alternatives: Mapping[str, Sequence[Place]], *, people: Mapping[str, str]
) -> str:
    """Return who lost a place, and what she can be offered."""
    offered = "；".join(
        f"{times.span(each.slot.starts_at, each.slot.ends_at)} {each.clinic.name}"
        for each in alternatives.get(one.slot_id, ())
    )
    return f"{person_line(one, people=people)} · 可改约：{offered or '暂时没有空号'}"
