"""Cycles, scans, transfers, the paper form, and proposals to re-date."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refusal
from handbook.care.numbers import NUMBERS
from handbook.dating import (
    REDATING_RULES,
    form_due_day,
    is_form_difference,
    reading_of_cycle,
    reading_of_scan,
    reading_of_transfer,
    redating,
)
from handbook.errors import (
    CycleOutOfRange,
    DayInFuture,
    EmbryoDayOutOfRange,
    LastPeriodInFuture,
    PregnancyTooLong,
    ScanOutOfRange,
)
from handbook.timeline import PREGNANCY

TODAY = date(2026, 3, 27)
LAST_PERIOD = date(2026, 1, 1)
TRANSFER = date(2026, 1, 20)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))


@pytest.mark.parametrize(
    ("cycle_days", "due_day"),
    [(28, date(2026, 10, 8)), (35, date(2026, 10, 15)), (21, date(2026, 10, 1))],
    ids=["usual", "a-week-longer", "a-week-shorter"],
)
def test_a_longer_cycle_moves_the_due_day(cycle_days: int, due_day: date):
    found = reading_of_cycle(last_period_day=LAST_PERIOD, cycle_days=cycle_days, today=TODAY)

    assert (found.due_day, found.given_day) == (due_day, LAST_PERIOD)


@pytest.mark.parametrize(
    ("embryo_days", "day_zero", "due_day"),
    [
        (2, date(2026, 1, 4), date(2026, 10, 11)),
        (3, date(2026, 1, 3), date(2026, 10, 10)),
        (5, date(2026, 1, 1), date(2026, 10, 8)),
        (6, date(2025, 12, 31), date(2026, 10, 7)),
    ],
    ids=["D2", "D3", "D5", "D6"],
)
def test_a_transfer_gives_the_due_day(embryo_days: int, day_zero: date, due_day: date):
    found = reading_of_transfer(transfer_day=TRANSFER, embryo_days=embryo_days, today=TODAY)

    assert (found.last_period_day, found.due_day) == (day_zero, due_day)
    assert found.source == "embryo_transfer"


def test_a_scan_gives_the_due_day():
    found = reading_of_scan(scan_day=TODAY, weeks=12, days=1, today=TODAY)

    assert (found.last_period_day, found.due_day) == (LAST_PERIOD, date(2026, 10, 8))


@pytest.mark.parametrize(
    ("refusable", "refusal"),
    [
        pytest.param(
            lambda: reading_of_cycle(last_period_day=LAST_PERIOD, cycle_days=20, today=TODAY),
            CycleOutOfRange, id="cycle-too-short",
        ),
        pytest.param(
            lambda: reading_of_cycle(last_period_day=LAST_PERIOD, cycle_days=46, today=TODAY),
            CycleOutOfRange, id="cycle-too-long",
        ),
        pytest.param(
            lambda: reading_of_cycle(
                last_period_day=TODAY + timedelta(days=1), cycle_days=28, today=TODAY
            ),
            LastPeriodInFuture, id="period-tomorrow",
        ),
        pytest.param(
            lambda: reading_of_cycle(
                last_period_day=TODAY - timedelta(days=309), cycle_days=28, today=TODAY
            ),
            PregnancyTooLong, id="period-44w1d-ago",
        ),
        pytest.param(
            lambda: reading_of_scan(
                scan_day=TODAY + timedelta(days=1), weeks=12, days=0, today=TODAY
            ),
            DayInFuture, id="scan-tomorrow",
        ),
        pytest.param(
            lambda: reading_of_scan(scan_day=TODAY, weeks=4, days=6, today=TODAY),
            ScanOutOfRange, id="scan-too-early",
        ),
        pytest.param(
            lambda: reading_of_scan(scan_day=TODAY, weeks=12, days=7, today=TODAY),
            ScanOutOfRange, id="scan-of-seven-days",
        ),
        pytest.param(
            lambda: reading_of_scan(scan_day=TODAY, weeks=44, days=1, today=TODAY),
            ScanOutOfRange, id="scan-beyond-44-weeks",
        ),
        pytest.param(
            lambda: reading_of_scan(
                scan_day=TODAY - timedelta(days=280), weeks=12, days=0, today=TODAY
            ),
            PregnancyTooLong, id="scan-long-ago",
        ),
        pytest.param(
            lambda: reading_of_transfer(
                transfer_day=TODAY + timedelta(days=1), embryo_days=5, today=TODAY
            ),
            DayInFuture, id="transfer-tomorrow",
        ),
        pytest.param(
            lambda: reading_of_transfer(transfer_day=TRANSFER, embryo_days=7, today=TODAY),
            EmbryoDayOutOfRange, id="embryo-of-seven-days",
        ),
        pytest.param(
            lambda: reading_of_transfer(
                transfer_day=TODAY - timedelta(days=300), embryo_days=5, today=TODAY
            ),
            PregnancyTooLong, id="transfer-long-ago",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(refusable, refusal: type[Refusal]):
    with pytest.raises(refusal):
        refusable()


def test_the_paper_form_is_never_earlier_and_up_to_three_days_later():
    days = [date(2024, 1, 1) + timedelta(days=step) for step in range(1461)]

    later = Counter((form_due_day(last_period_day=day) - day - PREGNANCY).days for day in days)

    assert later == {0: 633, 1: 398, 2: 306, 3: 124}


@pytest.mark.parametrize(
    ("last_period_day", "due_day"),
    [
        (date(2026, 1, 1), date(2026, 10, 8)),
        (date(2026, 5, 31), date(2027, 3, 10)),
        (date(2027, 11, 30), date(2028, 9, 6)),
    ],
    ids=["new-year", "end-of-may", "end-of-november"],
)
def test_the_paper_form_adds_nine_months_and_seven_days(last_period_day: date, due_day: date):
    assert form_due_day(last_period_day=last_period_day) == due_day


@pytest.mark.parametrize(
    ("due_day", "expected"),
    [
        pytest.param(date(2027, 3, 10), True, id="as-the-form-counts"),
        pytest.param(date(2027, 3, 7), False, id="as-we-count"),
        pytest.param(date(2027, 3, 9), False, id="as-nobody-counts"),
    ],
)
def test_a_difference_of_the_form_is_known_as_such(due_day: date, expected: bool):
    assert is_form_difference(last_period_day=date(2026, 5, 31), due_day=due_day) is expected


def scanned(*, on: int, apart: int):
    """Return a scan on a day of gestation by her period, that measures `apart` days less."""
    scan_day = LAST_PERIOD + timedelta(days=on)
    weeks, days = divmod(on - apart, 7)
    return reading_of_scan(scan_day=scan_day, weeks=weeks, days=days, today=scan_day)


@pytest.mark.parametrize(
    ("on", "limit"),
    [(62, 5), (63, 7), (97, 7), (111, 7), (112, 10), (153, 10), (154, 14), (195, 14), (196, 21)],
    ids=["8+6", "9+0", "13+6", "15+6", "16+0", "21+6", "22+0", "27+6", "28+0"],
)
def test_acog_proposes_beyond_its_steps_and_not_before(on: int, limit: int):
    at_limit = redating(
        last_period_day=LAST_PERIOD, source="last_period",
        scanned=scanned(on=on, apart=limit), rule="acog700",
    )  # fmt: skip
    beyond = redating(
        last_period_day=LAST_PERIOD, source="last_period",
        scanned=scanned(on=on, apart=limit + 1), rule="acog700",
    )  # fmt: skip

    assert at_limit is None
    assert beyond is not None
    assert (beyond.apart_days, beyond.over_days) == (limit + 1, limit)


def test_our_default_proposes_by_an_early_scan_more_than_five_days_off():
    proposal = redating(
        last_period_day=LAST_PERIOD, source="last_period", scanned=scanned(on=85, apart=6)
    )

    assert proposal is not None
    assert proposal.rule.key == "early_ultrasound"
    assert proposal.scanned.due_day == date(2026, 10, 14)


def test_our_default_says_nothing_by_a_late_scan():
    late = scanned(on=150, apart=20)

    assert redating(last_period_day=LAST_PERIOD, source="last_period", scanned=late) is None


def test_a_transfer_is_never_proposed_to_be_changed():
    far = scanned(on=85, apart=12)

    assert redating(last_period_day=LAST_PERIOD, source="embryo_transfer", scanned=far) is None


def test_every_number_and_rule_has_a_source():
    singles = [value for value in vars(NUMBERS).values() if hasattr(value, "value")]

    assert all(each.source for each in (*singles, *REDATING_RULES.values()))


@given(day=DAYS, days=st.integers(35, 280))
def test_a_scan_that_agrees_gives_the_last_period_back(day: date, days: int):
    scan_day = day + timedelta(days=days)
    weeks, rest = divmod(days, 7)

    found = reading_of_scan(scan_day=scan_day, weeks=weeks, days=rest, today=scan_day)

    assert found.last_period_day == day
    assert redating(last_period_day=day, source="last_period", scanned=found) is None
