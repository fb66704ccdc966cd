"""Where the items of a family stand: what families say and what staff confirm look different."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from console.presenters import times
from handbook.standing.mothers import Kind, Stand, Standing

STANDINGS: Mapping[Standing, str] = {
    Standing.DUE: "还没到时间",
    Standing.WINDOW_OPEN: "现在可做",
    Standing.BOOKED: "已预约",
    Standing.DONE: "已做",
    Standing.OVERDUE: "已逾期",
    Standing.MISSED: "错过，不能补",
}
KINDS: Mapping[Kind, str] = {
    Kind.VISIT: "",
    Kind.DOSE: "疫苗",
    Kind.CHECKLIST: "预警征象",
    Kind.PLAN: "随访方案",
}
REPORTED = "reported"
GROUPS: Mapping[str, str] = {
    Standing.OVERDUE.value: "已逾期",
    REPORTED: "家长自报，待确认",
    Standing.WINDOW_OPEN.value: "现在可做",
    Standing.BOOKED.value: "已预约",
    Standing.DUE.value: "以后的",
    Standing.DONE.value: "已确认做过",
    Standing.MISSED.value: "错过，不能补",
}
FOLDED = frozenset({Standing.DUE.value, Standing.DONE.value, Standing.MISSED.value})
PRESSING = frozenset(GROUPS) - FOLDED


@dataclass(frozen=True, kw_only=True)
class StandLine:
    """One item: where it stands and why; empty days of telling mean that nobody told."""

    key: str
    name: str
    kind: str
    group: str
    label: str
    days: str
    reason: str
    when: str
    source: str
    needs_review: bool
    reported: str
    confirmed: str
    suggested: str
    is_dose: bool


@dataclass(frozen=True)
class StandGroup:
    """Items that stand alike; a folded group is opened by who wants to see it."""

    key: str
    label: str
    is_folded: bool
    lines: list[StandLine]


def stand_groups(stands: Iterable[Stand]) -> list[StandGroup]:
    """Return the items by where they stand, the pressing ones first; empty groups are left out."""
    lines = [stand_line(stand) for stand in stands]
    groups = (
        StandGroup(key, label, key in FOLDED, [line for line in lines if line.group == key])
        for key, label in GROUPS.items()
    )
    return [group for group in groups if group.lines]


def stand_line(stand: Stand) -> StandLine:
    """Present one item."""
    return StandLine(
        key=stand.key,
        name=stand.name,
        kind=KINDS[stand.kind],
        group=_group(stand),
        label=STANDINGS[stand.standing],
        days=times.days(stand.from_day, stand.to_day),
        reason=stand.reason,
        when=stand.when,
        source=stand.source,
        needs_review=stand.needs_review,
        reported=_day(stand.reported_day),
        confirmed=_day(stand.confirmed_day),
        suggested=stand.reported_day.isoformat() if stand.reported_day else "",
        is_dose=stand.kind is Kind.DOSE,
    )


def _group(stand: Stand) -> str:
    is_told_only = stand.standing is Standing.DONE and stand.confirmed_day is None
    return REPORTED if is_told_only else stand.standing.value


def _day(day: date | None) -> str:
    return times.day(day) if day else ""
