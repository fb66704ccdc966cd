"""Lunar days, working days and the ages of children."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.ages import corrected_age, corrected_birthday, is_preterm
from handbook.care.spans import add_months
from handbook.errors import NoSuchLunarDay, YearWithoutCalendar
from handbook.lunar import LunarDay, LunarYear, lunar_years, solar
from handbook.timeline import Gestation
from handbook.workdays import WorkYear, is_off, working_days_after


@pytest.mark.parametrize(
    ("lunar", "day"),
    [
        pytest.param(LunarDay(year=2026, month=1, day=1), date(2026, 2, 17), id="new-year-2026"),
        pytest.param(LunarDay(year=2025, month=6, day=1), date(2025, 6, 25), id="sixth-2025"),
        pytest.param(
            LunarDay(year=2025, month=6, day=1, is_leap=True), date(2025, 7, 25), id="leap-sixth"
        ),
        pytest.param(LunarDay(year=2025, month=8, day=15), date(2025, 10, 6), id="mid-autumn-2025"),
        pytest.param(LunarDay(year=2026, month=8, day=15), date(2026, 9, 25), id="mid-autumn-2026"),
        pytest.param(
            LunarDay(year=2033, month=11, day=1, is_leap=True), date(2033, 12, 22), id="leap-2033"
        ),
    ],
)
def test_a_lunar_day_has_its_date(lunar: LunarDay, day: date):
    assert solar(lunar) == day


@pytest.mark.parametrize(
    "lunar",
    [
        pytest.param(LunarDay(year=2026, month=6, day=1, is_leap=True), id="no-leap-month"),
        pytest.param(LunarDay(year=2026, month=13, day=1), id="thirteenth-month"),
        pytest.param(LunarDay(year=2026, month=0, day=1), id="month-nothing"),
        pytest.param(LunarDay(year=2026, month=2, day=30), id="short-month"),
        pytest.param(LunarDay(year=2025, month=6, day=30, is_leap=True), id="short-leap-month"),
        pytest.param(LunarDay(year=2026, month=2, day=0), id="day-nothing"),
        pytest.param(LunarDay(year=1949, month=1, day=1), id="year-unknown"),
    ],
)
def test_a_lunar_day_that_is_not_is_refused(lunar: LunarDay):
    with pytest.raises(NoSuchLunarDay):
        solar(lunar)


def test_each_lunar_year_begins_where_the_one_before_ends():
    years = lunar_years()
    last_days = {
        year: solar(LunarDay(year=year, month=12, day=29 if each.months[-1] == "小" else 30))
        for year, each in years.items()
    }

    gaps = {(years[year + 1].first_day - last_days[year]).days for year in range(2010, 2056)}

    assert gaps == {1}


def test_a_lunar_year_of_other_months_is_refused():
    with pytest.raises(ValueError, match="months of a year"):
        LunarYear(first_day=date(2026, 2, 17), months="大小大")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2026, 2, 16), True, id="spring-festival-monday"),
        pytest.param(date(2026, 2, 14), False, id="make-up-saturday"),
        pytest.param(date(2026, 2, 21), True, id="saturday"),
        pytest.param(date(2026, 3, 2), False, id="monday"),
        pytest.param(date(2026, 10, 7), True, id="national-day-week"),
        pytest.param(date(2025, 10, 11), False, id="make-up-saturday-2025"),
    ],
)
def test_days_off_are_the_official_ones(day: date, expected: bool):
    assert is_off(day) is expected


def test_working_days_pass_over_the_holidays():
    assert working_days_after(date(2026, 9, 30), count=2) == date(2026, 10, 9)
    assert working_days_after(date(2026, 9, 30), count=3) == date(2026, 10, 10)


def test_a_year_without_a_calendar_is_refused_and_never_assumed():
    with pytest.raises(YearWithoutCalendar) as refused:
        working_days_after(date(2026, 12, 31), count=1)

    assert refused.value.details == {"year": 2027}


@pytest.mark.parametrize(
    ("days_off", "days_worked"),
    [
        pytest.param({date(2026, 1, 3)}, set(), id="weekend-off"),
        pytest.param(set(), {date(2026, 1, 2)}, id="weekday-worked"),
        pytest.param({date(2025, 1, 1)}, set(), id="other-year"),
    ],
)
def test_a_calendar_that_says_nothing_new_is_refused(days_off: set[date], days_worked: set[date]):
    with pytest.raises(ValueError, match="2026"):
        WorkYear(2026, "通知", "测试", frozenset(days_off), frozenset(days_worked))


def test_a_child_born_at_30_weeks_is_seventy_days_younger_for_its_development():
    born, day = date(2026, 3, 1), date(2026, 9, 1)

    found = corrected_age(born=born, gestation_at_birth=Gestation.read("30+0"), day=day)

    assert found.days == (day - born).days - 70
    assert (found.months, found.is_in_use) == (3, True)
    assert found.postmenstrual.short == "56+2"


def test_before_its_due_day_a_preterm_child_has_no_months():
    found = corrected_age(
        born=date(2026, 3, 1), gestation_at_birth=Gestation.read("30+0"), day=date(2026, 4, 1)
    )

    assert (found.days, found.months) == (-39, None)
    assert found.postmenstrual.short == "34+3"


@pytest.mark.parametrize(
    ("gestation", "months", "expected"),
    [
        pytest.param("36+6", 23, True, id="preterm-to-24-months"),
        pytest.param("36+6", 24, False, id="preterm-from-24-months"),
        pytest.param("27+6", 35, True, id="very-preterm-to-36-months"),
        pytest.param("27+6", 36, False, id="very-preterm-from-36-months"),
        pytest.param("28+0", 24, False, id="28-weeks-from-24-months"),
        pytest.param("37+0", 1, False, id="term-never"),
    ],
)
def test_correction_is_in_use_as_long_as_the_rule_says(gestation: str, months: int, expected: bool):
    born = date(2024, 1, 10)

    found = corrected_age(
        born=born, gestation_at_birth=Gestation.read(gestation), day=add_months(born, months)
    )

    assert found.is_in_use is expected


@given(born=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(154, 300))
def test_only_preterm_children_are_corrected_and_then_to_forty_weeks(born: date, days: int):
    gestation = Gestation(days)

    moved = (corrected_birthday(born=born, gestation_at_birth=gestation) - born).days

    assert moved == (280 - days if is_preterm(gestation) else 0)
