"""Who comes to a clinic, as the desk sees it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from accounts.models import Person
from booking.attendance.queries_day import Coming, Left
from booking.models import AppointmentState, Share, Slot
from booking.models_supply import Clinic, Doctor
from booking.supply.queries_supply import DayCount
from console.presenters import times
from console.presenters.inbox import name_of
from core.clock import beijing, beijing_date
from core.dates import hour, weekday
from core.words import label
from handbook.models_lives import Child

SHORTEST_TAIL = 4
"""Fewer digits are not taken for the tail of a phone number."""


MOST_TOLD = 3
"""Names said aloud when a list changes."""


class Step(StrEnum):
    """The buttons of a visit."""

    CHECK_IN = "check_in"
    CALL = "call"
    RECALL = "recall"
    FINISH = "finish"
    LEAVE = "leave"
    MISS = "miss"


NAMES: Mapping[Step, str] = {
    Step.CHECK_IN: "签到", Step.CALL: "叫号", Step.RECALL: "过号", Step.FINISH: "已就诊",
    Step.LEAVE: "离开", Step.MISS: "未到",
}  # fmt: skip

OFFERED: Mapping[AppointmentState, Sequence[Step]] = {
    AppointmentState.BOOKED: (Step.CHECK_IN,),
    AppointmentState.NO_SHOW: (Step.CHECK_IN,),
    AppointmentState.CHECKED_IN: (Step.CALL, Step.LEAVE),
    AppointmentState.CALLED: (Step.FINISH, Step.RECALL, Step.LEAVE),
}
"""Which buttons a visit has on its day; the first is the usual one."""

MOVABLE = frozenset({AppointmentState.BOOKED, AppointmentState.CHECKED_IN})
"""Those who may be moved or cancelled by the clinic."""

ORDER = (
    AppointmentState.CALLED, AppointmentState.CHECKED_IN, AppointmentState.BOOKED,
    AppointmentState.HELD, AppointmentState.NO_SHOW, AppointmentState.LEFT, AppointmentState.SEEN,
)  # fmt: skip
"""Who is called stands first, then the line, then who is still to come."""


@dataclass(frozen=True)
class ClinicLine:
    """A clinic with its places of today."""

    id: str
    name: str
    care: str
    room: str
    today: str


@dataclass(frozen=True)
class ComingLine:
    """Somebody who comes: her ticket, or nothing before check-in, and how many are before her."""

    id: str
    number: int
    ticket: str
    before: str
    time: str
    name: str
    whose: str
    phone: str
    share: str
    state: str
    state_label: str
    steps: Sequence[tuple[str, str]]
    may_change: bool
    person_id: str


def clinic_line(clinic: Clinic, count: DayCount | None) -> ClinicLine:
    """Return a clinic; `count` is None on a day on which it is not held."""
    today = "今天不出诊" if count is None else f"今天已约 {count.taken} / {count.places}"
    return ClinicLine(clinic.id, clinic.name, label(f"booking.{clinic.care}"), clinic.room, today)


def coming_lines(found: Sequence[Coming], *, now: datetime) -> list[ComingLine]:
    """Return who comes: the line in the order of turns, then the others by their time."""
    ordered = sorted(found, key=_turn)
    waiting = [
        one.held.appointment.id
        for one in ordered
        if one.held.appointment.state is AppointmentState.CHECKED_IN
    ]
    before = {key: f"前面 {count} 人" if count else "下一位" for count, key in enumerate(waiting)}
    return [coming_line(one, before=before, now=now) for one in ordered]


def coming_line(one: Coming, *, before: Mapping[str, str], now: datetime) -> ComingLine:
    """Return one who comes; `before` says by appointment how many are before her."""
    appointment, slot = one.held.appointment, one.held.slot
    ticket = "" if appointment.queue_number is None else f"{appointment.queue_number} 号"
    return ComingLine(
        appointment.id, appointment.number, ticket, before.get(appointment.id, ""),
        f"{hour(slot.starts_at)}–{hour(slot.ends_at)}", patient(one),
        "" if one.child is None else f"由{name_of(one.person)}预约", one.person.phone or "",
        label(f"booking.share_{appointment.share}"), appointment.state.value,
        label(f"booking.{appointment.state}"), [(step, NAMES[step]) for step in _steps(one, now)],
        appointment.state in MOVABLE, one.person.id,
    )  # fmt: skip


def patient(one: Coming) -> str:
    """Return the name of who is seen: the child's, or the person's own."""
    if one.child is None:
        return name_of(one.person)
    return one.child.name or f"{name_of(one.person)}的宝宝"


def is_found(line: ComingLine, words: str) -> bool:
    """Say whether a name, an appointment's number or a phone's tail is what is looked for."""
    if not words:
        return True
    if words.isdecimal():
        is_tail = len(words) >= SHORTEST_TAIL and line.phone.endswith(words)
        return is_tail or words == str(line.number)
    return words in line.name or words in line.whose


def counts(lines: Sequence[ComingLine]) -> list[tuple[str, int]]:
    """Return how many are in each state that somebody is in."""
    states = [one.state for one in lines]
    return [(label(f"booking.{one}"), states.count(one)) for one in ORDER if one in states]


def told(lines: Sequence[ComingLine], *, changed: Collection[str]) -> str:
    """Return what others have changed on a day's list, to be said aloud."""
    return news_told([(one.id, one.name, one.state_label) for one in lines], changed=changed)


def news_told(who: Sequence[tuple[str, str, str]], *, changed: Collection[str]) -> str:
    """Return what others have changed on a list, to be said aloud.

    `who` are those on the list: appointment, name, how it stands. Who is on it no more was
    cancelled or moved.
    """
    seen = {key: f"{name} {state}".strip() for key, name, state in who if key in changed}
    told = "、".join(list(seen.values())[:MOST_TOLD])
    if len(seen) > MOST_TOLD:
        told = f"{told}等 {len(seen)} 位"
    parts = [told] if told else []
    if not set(changed) <= set(seen):
        parts.append("有预约取消或改期")
    return f"名单有变化：{'；'.join(parts)}" if parts else "名单有变化"


def day_title(day: date) -> str:
    """Return a day as `2026年6月1日 周一`."""
    return f"{times.day(day)} {weekday(day)}"


def left_choice(one: Left, *, doctors: Mapping[str, Doctor]) -> tuple[str, str]:
    """Return a free place as it is chosen from: its value, and how it reads."""
    share = label(f"booking.share_{one.share}")
    return f"{one.slot.id}/{one.share}", f"{_sitting(one.slot, doctors)} {share} 余 {one.free}"


def extra_choice(slot: Slot, *, doctors: Mapping[str, Doctor]) -> tuple[str, str]:
    """Return a slot as a place is added to it: its value, and how it reads."""
    return f"{slot.id}/{Share.EXTRA}", f"{_sitting(slot, doctors)} 加号"


def patient_choices(person: Person, children: Sequence[Child]) -> list[tuple[str, str]]:
    """Return whom a person can be entered for: herself, or a child she looks after."""
    hers = name_of(person)
    own = [(f"{person.id}/{one.id}", one.name or f"{hers}的宝宝") for one in children]
    return [(person.id, f"{hers}（本人）"), *own]


def when(one: Coming) -> str:
    """Return the day and the time of a visit."""
    return times.span(one.held.slot.starts_at, one.held.slot.ends_at)


def _sitting(slot: Slot, doctors: Mapping[str, Doctor]) -> str:
    """Return when a slot is, and whose if it is not the team's."""
    said, doctor = times.span(slot.starts_at, slot.ends_at), doctors.get(slot.doctor_id or "")
    return said if doctor is None else f"{said} {doctor.name}"


def _turn(one: Coming) -> tuple[int, datetime, int]:
    appointment = one.held.appointment
    at = appointment.queued_at or one.held.slot.starts_at
    return ORDER.index(appointment.state), at, appointment.queue_number or appointment.number


def _steps(one: Coming, now: datetime) -> Sequence[Step]:
    """Return the buttons; on another day there are none, and nobody is missed beforehand."""
    appointment, slot = one.held.appointment, one.held.slot
    if beijing(slot.starts_at).date() != beijing_date(now):
        return ()
    offered = OFFERED.get(appointment.state, ())
    is_due = appointment.state is AppointmentState.BOOKED and slot.starts_at <= now
    return (*offered, Step.MISS) if is_due else offered
