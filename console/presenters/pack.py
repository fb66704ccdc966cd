"""A clinic's day without a network: what goes into the file, and what came back, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from booking.attendance.pack import ACTS
from booking.attendance.pack_files import KIND, Head
from booking.attendance.queries_day import Coming
from booking.models import AppointmentState
from booking.models_pack import Pack, PackAct, PackLine, PackOutcome
from console.presenters import times
from console.presenters.desk import NAMES, OFFERED, ORDER, SHORTEST_TAIL, Step, day_title, patient
from console.presenters.inbox import name_of
from core.dates import hour
from core.words import label

WHY: Mapping[PackOutcome, str] = {
    PackOutcome.CHANGED: "：当时系统里已是“{found}”，没有登记",
    PackOutcome.NOT_ON_LIST: "：不在这一天的名单里，没有登记",
    PackOutcome.NOT_ITS_DAY: "：那台电脑的日期不对，没有登记",
    PackOutcome.NOTED: "",
}
MOST_DIGITS = 6


@dataclass(frozen=True)
class PackShown:
    """A pack that was exported, and what came back of it."""

    day: str
    issued: str
    state: str


@dataclass(frozen=True)
class ToLookAt:
    """A visit that a merge left to staff: who, what was done when, and why it was not entered."""

    pack_id: str
    visit: str
    appointment_id: str | None
    name: str
    is_walk_in: bool
    lines: Sequence[str]
    now: str


def taken_along(pack: Pack, found: Sequence[Coming], *, file: str) -> dict[str, object]:
    """Return what stands in the file: the sealed head, the steps, and what the day's list shows."""
    return {
        "kind": KIND,
        "file": file,
        "head": Head.of(pack).model_dump(),
        "labels": {state.value: label(f"booking.{state}") for state in ORDER},
        "steps": {state.value: _steps(steps) for state, steps in OFFERED.items()},
        "visits": [_visit(one) for one in found],
    }


def pack_line(pack: Pack, lines: Sequence[PackLine], *, now: datetime) -> PackShown:
    """Return a pack with how it stands; `lines` are those of several packs."""
    came = [one for one in lines if one.pack_id == pack.id]
    done = sum(one.outcome in {PackOutcome.DONE, PackOutcome.ALREADY} for one in came)
    if came:
        last = times.moment(max(one.merged_at for one in came))
        state = f"{last} 合并，登记 {done} 条，另有 {len(came) - done} 条由人核对"
    elif pack.merge_until <= now:
        state = "没有合并过，已过期"
    else:
        state = f"还没有合并，{times.moment(pack.merge_until)} 前可以合并"
    return PackShown(day_title(pack.day), f"{times.moment(pack.issued_at)} 导出", state)


def to_look_at(lines: Sequence[PackLine], found: Sequence[Coming]) -> list[ToLookAt]:
    """Return what merges left to staff, a visit at a time, by the time of its first act."""
    by_id = {one.held.appointment.id: one for one in found}
    visits = groupby(sorted(lines, key=_of_visit), key=_of_visit)
    shown = [(list(group), by_id.get(visit)) for (_, visit), group in visits]
    return [_to_look_at(*one) for one in sorted(shown, key=lambda one: one[0][0].at)]


def merged(new: str, known: str) -> str:
    """Return what a merge did, said once after it; nothing if the address does not tell."""
    if not all(one.isdecimal() and len(one) <= MOST_DIGITS for one in (new, known)):
        return ""
    before = f"，{known} 条以前已合并过，没有重复登记" if int(known) else ""
    return f"合并好了：收到 {new} 条新记录{before}。"


def _to_look_at(lines: Sequence[PackLine], coming: Coming | None) -> ToLookAt:
    first = lines[0]
    name = next((one.name for one in lines if one.name), "")
    return ToLookAt(
        first.pack_id, first.visit, first.appointment_id,
        patient(coming) if coming else name or "没有名字的记录",
        all(one.outcome is PackOutcome.NOTED for one in lines),
        [f"{times.moment(one.at)} {_act(one.act)}{_why(one)}" for one in lines],
        label(f"booking.{coming.held.appointment.state}") if coming else "",
    )  # fmt: skip


def _of_visit(line: PackLine) -> tuple[str, str]:
    return line.pack_id, line.visit


def _why(line: PackLine) -> str:
    found = "" if line.found is None else label(f"booking.{line.found}")
    return WHY[line.outcome].format(found=found)


def _act(act: PackAct) -> str:
    return "来了" if act is PackAct.WALK_IN else NAMES[Step(act.value)]


def _steps(steps: Sequence[Step]) -> list[dict[str, str]]:
    """Return the buttons of a state and where they lead; nobody is missed without a network."""
    return [
        {"act": step.value, "name": NAMES[step], "after": ACTS[PackAct(step.value)][1].value}
        for step in steps
        if step is not Step.MISS
    ]


def _visit(one: Coming) -> dict[str, object]:
    """Return one who comes, with no more of her than the desk's list shows."""
    appointment, slot = one.held.appointment, one.held.slot
    return {
        "id": appointment.id,
        "number": appointment.number,
        "name": patient(one),
        "whose": "" if one.child is None else f"由{name_of(one.person)}预约",
        "tail": (one.person.phone or "")[-SHORTEST_TAIL:],
        "time": f"{hour(slot.starts_at)}–{hour(slot.ends_at)}",
        "share": label(f"booking.share_{appointment.share}"),
        "state": AppointmentState(appointment.state).value,
    }
