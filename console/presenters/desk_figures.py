"""Figures of clinics as staff read them, each with what it counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from booking.queries_figures import Figures
from console.presenters import times

NOTHING = "—"

MEANINGS: Mapping[str, str] = {
    "就诊": "登记为已就诊的人次",
    "预约率": "已就诊的人次中，提前预约的占多少（现场当天取号、加号的不算提前）",
    "复诊预约率": "已就诊的人次中，当天就已约好下一次的占多少",
    "爽约率": "提前预约的人次中，没有来的占多少；提前取消、改期和停诊的不算",
    "等待天数": "提前预约的人，从预约到就诊日隔几天的中位数；当天是0天",
    "号源使用率": "开放号源的全部名额中，被约走的占多少；停诊的不算",
}
"""Every figure, and what it counts."""


@dataclass(frozen=True)
class FigureLine:
    """A line of figures: of which week, of which clinic, and the figures in order of `MEANINGS`."""

    week: str
    clinic: str
    values: tuple[str, ...]


def figure_line(one: Figures, *, clinics: Mapping[str, str]) -> FigureLine:
    """Return a line; `clinics` tells names by id."""
    week = "" if one.week is None else f"{times.day(one.week)}起"
    return FigureLine(week, clinics.get(one.clinic_id or "", "全部门诊"), values(one))


def values(one: Figures) -> tuple[str, ...]:
    """Return the figures in the order of `MEANINGS`."""
    visits, places = one.visits, one.places
    return (
        str(visits.seen),
        _rate(one.ahead_rate, visits.seen_ahead, visits.seen),
        _rate(one.next_rate, visits.with_next, visits.seen),
        _rate(one.missed_rate, visits.missed, visits.due),
        NOTHING if visits.waited is None else f"{visits.waited:g} 天",
        _rate(one.use_rate, places.taken, places.places),
    )


def _rate(rate: float | None, part: int, whole: int) -> str:
    return NOTHING if rate is None else f"{rate:.1%}（{part}/{whole}）"
