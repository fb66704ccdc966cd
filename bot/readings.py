"""Numbers that people write into a message: temperature, blood pressure, breaths, weeks, ages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What a number in a message can be a measure of."""

    TEMPERATURE = "temperature"
    """Body temperature in degrees Celsius."""
    SYSTOLIC = "systolic"
    """Upper blood pressure in mmHg."""
    DIASTOLIC = "diastolic"
    """Lower blood pressure in mmHg."""
    BREATHS = "breaths"
    """Breaths in one minute."""
    MOVEMENTS = "movements"
    """Fetal movements in twelve hours."""


@dataclass(frozen=True)
class Reading:
    """One number with its place `[start, end)` in the plain text."""

    measure: Measure
    value: float
    start: int
    end: int


@dataclass(frozen=True)
class Told:
    """What a message says about the stage of pregnancy or the age of a child; `None` if nothing."""

    gestation_days: int | None
    days_after_birth: int | None
    child_age_days: int | None


NUMBER = re.compile("[0-9]")
"""Every measure has a number; most messages have none."""

# Plausible for a living body (33 to 42); the lookarounds keep weeks, prices and sizes out.
TEMPERATURE = re.compile(
    r"(?<![0-9./])(3[3-9]|4[0-2])(?:[.点度]([0-9])(?![0-9]))?(度)?"
    r"(?![0-9.]|[周岁元块斤码项号楼]|公|cm|kg|mm|ml|万|多?[个天条])"
)
FEVER_WORD = re.compile(r"(?:体温|腋温|耳温|额温|肛温|发热|烧|量了?|温度)[^,。0-9]{0,6}$")
ROOM = re.compile(r"(?:水|室|奶|空调|天气|气温|洗澡|高温)[^,。]{0,4}$")

PRESSURE = re.compile(
    r"(?<![0-9./])([0-9]{2,3})(?:[/,、到比和-]|低压)([0-9]{2,3})(?![0-9./]|周|岁)"
)
UPPER = re.compile(r"(?:高压|收缩压|血压)[^,。0-9不]{0,10}(1[0-9]{2}|2[0-4][0-9])(?![0-9])")
LOWER = re.compile(r"(?:低压|舒张压)[^,。0-9不]{0,8}([4-9][0-9]|1[0-5][0-9])(?![0-9])")
TWICE = re.compile(
    r"(?:量|测)(?:[^,。0-9]|[0-9]次){1,6}(1[3-9][0-9]|2[0-4][0-9])(?![0-9]|[斤块元克g])"
)
BREATHS = re.compile(r"(?:呼吸|喘)[^,。0-9]{0,8}([0-9]{2,3})[次下]")
MOVEMENTS_12H = re.compile(r"12(?:个)?小时[^0-9。]{0,8}([0-9]{1,2})[次下]")

SYSTOLIC_SPAN = (80, 260)
DIASTOLIC_SPAN = (40, 160)

WEEKS = re.compile(r"(?<![0-9.])([4-9]|[1-3][0-9]|4[0-3])(?:\+([0-6])|周(?:[+加零]?([1-6])天?)?)")
NOT_WEEKS = re.compile(r"(?:产后|过了?|生完|出生|宝宝|已经|连续|持续|坐月子|月子|又)$")
MONTHS_PREGNANT = re.compile(r"(?:孕|肚子)[^,。0-9]{0,3}([1-9]|10)个?多?月")
CHILD_NAME = r"(?:宝宝|宝贝|孩子|小孩|娃|儿子|女儿(?!怀)|婴儿|孙子|孙女|幼儿)"
CHILD_AGE = re.compile(
    rf"([0-9]{{1,2}})(个?多?月|岁|周岁)半?多?(?:大?的?|大){CHILD_NAME}"
    rf"|{CHILD_NAME}[^,。0-9]{{0,3}}([0-9]{{1,2}})(个?多?月|岁|周岁)"
    rf"|([0-9]{{1,2}})(天)大?的{CHILD_NAME}|(?:出生|生下来)(?:才|第)?([0-9]{{1,2}})(天)"
)
NEWBORN = re.compile(r"新生儿|刚出生|未满月|没满月|月子里的(?:宝宝|娃)")
AFTER_BIRTH = re.compile(r"(?:产后|生完)(?:第|才|都)?([0-9]{1,3})(天|周|个?月)")
AFTERWARDS = re.compile(r"产后|生完|恶露|坐月子|月子里|剖腹产?后|剖宫产?后|顺产后|生产后|产妇")

DAYS = {"天": 1, "周": 7, "月": 30, "岁": 365}
"""Rough days of a unit, for ages told in words; thresholds need no more."""

NEWBORN_DAYS = 14


def _days(number: str, unit: str) -> int:
    return int(number) * DAYS[unit[-1]]


def _temperatures(text: str) -> Iterator[Reading]:
    for match in TEMPERATURE.finditer(text):
        before = text[max(0, match.start() - 10) : match.start()]
        spoken = match[2] or match[3] or FEVER_WORD.search(before)
        if spoken and not ROOM.search(before):
            value = int(match[1]) + int(match[2] or 0) / 10
            yield Reading(Measure.TEMPERATURE, value, *match.span())


def _within(value: int, span: tuple[int, int]) -> bool:
    return span[0] <= value <= span[1]


def _pressures(text: str) -> Iterator[Reading]:
    for match in PRESSURE.finditer(text):
        upper, lower = int(match[1]), int(match[2])
        if _within(upper, SYSTOLIC_SPAN) and _within(lower, DIASTOLIC_SPAN) and upper > lower:
            yield Reading(Measure.SYSTOLIC, upper, *match.span())
            yield Reading(Measure.DIASTOLIC, lower, *match.span())


SINGLE = (
    (Measure.SYSTOLIC, UPPER),
    (Measure.SYSTOLIC, TWICE),
    (Measure.DIASTOLIC, LOWER),
    (Measure.BREATHS, BREATHS),
    (Measure.MOVEMENTS, MOVEMENTS_12H),
)


def readings(text: str) -> tuple[Reading, ...]:
    """Every measure written in a plain text, in no particular order."""
    if not NUMBER.search(text):
        return ()
    singles = (
        Reading(measure, float(match[1]), *match.span())
        for measure, regex in SINGLE
        for match in regex.finditer(text)
    )
    return (*_temperatures(text), *_pressures(text), *singles)


def _gestation(text: str) -> int | None:
    for match in WEEKS.finditer(text):
        if not NOT_WEEKS.search(text[max(0, match.start() - 4) : match.start()]):
            return int(match[1]) * 7 + int(match[2] or match[3] or 0)
    months = MONTHS_PREGNANT.search(text)
    return _days(months[1], "月") if months else None


def _child_age(text: str) -> int | None:
    match = CHILD_AGE.search(text)
    if match:
        number, unit = (group for group in match.groups() if group)
        return _days(number, unit)
    return NEWBORN_DAYS if NEWBORN.search(text) else None


def told(text: str) -> Told:
    """What a plain text itself says about weeks, days after birth and the age of a child."""
    after = AFTER_BIRTH.search(text)
    days_after = _days(after[1], after[2]) if after else None
    if days_after is None and AFTERWARDS.search(text):
        days_after = 0
    gestation = _gestation(text) if days_after is None else None
    return Told(gestation, days_after, _child_age(text))
