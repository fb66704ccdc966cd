"""The rules of booking and the changes of the supply as staff see them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from booking import policy
from booking.models_supply import SupplyChange
from console.presenters import times
from console.presenters.clinics import places
from console.presenters.risk import COLOURS
from core.words import label, labels
from handbook.risk.colours import Colour

LONGEST_TIME = 5
"""Hours and minutes of a time of day."""

FIELDS: Mapping[str, str] = {
    "name": "名称", "care": "类别", "room": "诊室", "level": "级别", "address": "地址",
    "phone": "电话", "title": "职称", "rank": "级别", "is_open": "开放", "is_pooled": "号源池",
    "is_drawn": "抽签放号", "is_active": "在职", "colours": "面向的风险", "weekday": "星期",
    "kind": "类型", "day": "日期", "from_time": "开始", "to_time": "结束",
    "slot_minutes": "每段分钟", "shares": "每段名额", "valid_from_day": "开始日期",
    "valid_to_day": "结束日期", "on_holidays": "节假日照常", "reason": "原因",
}  # fmt: skip
"""What people call the values of a change; what is not here only the program reads."""

LABELLED: Mapping[str, str] = {"kind": "exception_", "level": "level_", "care": ""}


@dataclass(frozen=True)
class RuleLine:
    """A rule of booking: what is set, what holds otherwise, and where the default was seen."""

    key: str
    label: str
    value: str
    otherwise: str
    origin: str
    least: int | None
    most: int | None


@dataclass(frozen=True)
class ChangeLine:
    """A change of the supply: when, who, what, and each value before and after."""

    at: str
    who: str
    what: str
    values: Sequence[tuple[str, str, str]]


def rule_lines(values: Mapping[str, Any], *, above: Mapping[str, Any] | None) -> list[RuleLine]:
    """Return every rule with what is set; `above` is what a clinic's hospital sets.

    None for the hospital's own page.
    """
    return [
        RuleLine(
            one.key, one.label, str(values.get(one.key, "")), _otherwise(one, above or {}),
            one.origin, one.least, one.most,
        )
        for one in policy.rules()
    ]  # fmt: skip


def change_lines(changes: Sequence[SupplyChange], *, staff: Mapping[str, str]) -> list[ChangeLine]:
    """Return changes, each with the values that differ."""
    return [
        ChangeLine(
            times.moment(one.made_at), staff.get(one.made_by_id, "系统"),
            label(f"booking.supply_{one.act}"), list(_differences(one)),
        )
        for one in changes
    ]  # fmt: skip


def _otherwise(rule: policy.Rule, above: Mapping[str, Any]) -> str:
    if rule.key in above:
        return f"{above[rule.key]}（本院）"
    return f"{rule.default}（默认）"


def _differences(change: SupplyChange) -> Iterator[tuple[str, str, str]]:
    """Yield what differs: what it is called, before, after."""
    before, after = change.before or {}, change.after or {}
    for key in sorted({*before, *after}, key=lambda one: list({**after, **before}).index(one)):
        name = FIELDS.get(key) or labels("booking").get(f"rule_{key}")
        if name and before.get(key) != after.get(key):
            yield name, _said(key, before.get(key)), _said(key, after.get(key))


def _said(key: str, value: object) -> str:
    """Return a stored value as people say it."""
    if value in (None, [], {}, ""):
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return places(value)
    if isinstance(value, list):
        return "、".join(COLOURS[Colour(one)] for one in value)
    if key == "weekday":
        return f"周{times.WEEKDAYS[int(str(value))]}"
    if key in LABELLED:
        return label(f"booking.{LABELLED[key]}{value}")
    return str(value)[:LONGEST_TIME] if key.endswith("_time") else str(value)
