"""Weight gain and blood pressure in pregnancy: what the standard says, and for whom it does not."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refusal
from handbook.errors import LastPeriodInFuture, MeasurementOutOfRange
from handbook.growth.errors import (
    GainImplausible,
    GainNotForAssisted,
    GainNotForBuild,
    GainNotForMinors,
    GainNotForMultiples,
    GainTooEarly,
    PressureImplausible,
)
from handbook.growth.pressure import PRESSURE, flag
from handbook.growth.weight import (
    Conception,
    Mother,
    Standing,
    band,
    band_at,
    gain,
    weekly_standing,
)
from handbook.growth.weight_numbers import WEIGHT, Band
from handbook.timeline import Gestation

LAST_PERIOD = date(2026, 1, 1)
MOTHER = Mother(age_years=28, height_cm=Decimal(160), weight_before_kg=Decimal(55), fetuses=1)


def on(week: int) -> date:
    return LAST_PERIOD + timedelta(weeks=week)


@pytest.mark.parametrize(
    ("weight_before", "key", "total", "weekly"),
    [
        pytest.param("47.3", "low", ("11", "16"), ("0.46", "0.37", "0.56"), id="below-18.5"),
        pytest.param("47.36", "normal", ("8", "14"), ("0.37", "0.26", "0.48"), id="at-18.5"),
        pytest.param("61.4", "normal", ("8", "14"), ("0.37", "0.26", "0.48"), id="below-24"),
        pytest.param("61.44", "high", ("7", "11"), ("0.30", "0.22", "0.37"), id="at-24"),
        pytest.param("71.68", "higher", ("5", "9"), ("0.22", "0.15", "0.30"), id="at-28"),
        pytest.param("110", "higher", ("5", "9"), ("0.22", "0.15", "0.30"), id="far-above"),
    ],
)
def test_the_band_is_that_of_her_build(
    weight_before: str, key: str, total: tuple[str, str], weekly: tuple[str, str, str]
):
    found = band(replace(MOTHER, weight_before_kg=Decimal(weight_before)))

    assert found.key == key
    assert (found.least, found.most) == tuple(map(Decimal, total))
    assert (found.weekly, found.weekly_least, found.weekly_most) == tuple(map(Decimal, weekly))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        pytest.param({"fetuses": 2}, GainNotForMultiples, id="twins"),
        pytest.param({"conception": Conception.ASSISTED}, GainNotForAssisted, id="assisted"),
        pytest.param({"age_years": 17}, GainNotForMinors, id="minor"),
        pytest.param({"height_cm": Decimal("139.9")}, GainNotForBuild, id="short"),
        pytest.param({"weight_before_kg": Decimal("125.1")}, GainNotForBuild, id="heavy"),
        pytest.param({"height_cm": Decimal("1.6")}, MeasurementOutOfRange, id="metres"),
        pytest.param({"weight_before_kg": Decimal("5.5")}, MeasurementOutOfRange, id="lost-digit"),
    ],
)
def test_the_standard_is_not_used_for_whom_it_is_not_made(
    changed: dict[str, object], refusal: type[Refusal]
):
    with pytest.raises(refusal):
        band(replace(MOTHER, **changed))


@pytest.mark.parametrize(
    "changed",
    [{"height_cm": Decimal(140)}, {"weight_before_kg": Decimal(125)}, {"age_years": 18}],
    ids=["140-cm", "125-kg", "eighteen"],
)
def test_the_standard_is_used_up_to_its_bounds(changed: dict[str, object]):
    assert band(replace(MOTHER, **changed)) in WEIGHT.bands


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        pytest.param("0+0", (0, 0), id="at-the-beginning"),
        pytest.param("13+0", (0, 2), id="end-of-the-first-trimester"),
        pytest.param("26+3", (3.98, 7.97), id="half-way"),
        pytest.param("40+0", (8, 14), id="at-term"),
        pytest.param("41+3", (8, 14), id="after-term"),
    ],
)
def test_the_band_runs_through_the_figures_of_the_standard(age: str, expected: tuple[float, float]):
    found = band_at(band(MOTHER), age=Gestation.read(age))

    assert [float(each) for each in found] == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    ("weight", "standing", "said"),
    [
        pytest.param("58", Standing.WITHIN, "增加了3.0公斤，在参考范围", id="within"),
        pytest.param("55.2", Standing.BELOW, "少一些", id="below"),
        pytest.param("54", Standing.BELOW, "减少了1.0公斤", id="lost"),
        pytest.param("64", Standing.ABOVE, "不要自己节食", id="above"),
    ],
)
def test_a_gain_stands_beside_its_band_and_is_said_gently(
    weight: str, standing: Standing, said: str
):
    found = gain(MOTHER, weight_kg=Decimal(weight), last_period_day=LAST_PERIOD, day=on(20))

    assert found.standing is standing
    assert said in found.sentence


@pytest.mark.parametrize(
    ("weight", "day", "refusal"),
    [
        pytest.param("500", on(20), MeasurementOutOfRange, id="nobody-weighs-this"),
        pytest.param("120", on(20), GainImplausible, id="nobody-gains-this"),
        pytest.param("55", LAST_PERIOD - timedelta(days=1), LastPeriodInFuture, id="before"),
    ],
)
def test_what_cannot_be_is_refused(weight: str, day: date, refusal: type[Refusal]):
    with pytest.raises(refusal):
        gain(MOTHER, weight_kg=Decimal(weight), last_period_day=LAST_PERIOD, day=day)


@pytest.mark.parametrize(
    ("weight", "standing"),
    [
        pytest.param("58.48", Standing.WITHIN, id="within"),
        pytest.param("58.2", Standing.BELOW, id="below"),
        pytest.param("59.3", Standing.ABOVE, id="above"),
    ],
)
def test_a_weekly_gain_is_counted_from_the_first_to_the_last_weighing(
    weight: str, standing: Standing
):
    weighed = ((on(22), Decimal(weight)), (on(20), Decimal("57.74")))

    _, found = weekly_standing(MOTHER, last_period_day=LAST_PERIOD, weighed=weighed)

    assert found is standing


@pytest.mark.parametrize(
    "days",
    [
        pytest.param((on(12), on(16)), id="in-the-first-trimester"),
        pytest.param((on(20), on(20) + timedelta(days=6)), id="too-close"),
    ],
)
def test_no_weekly_gain_is_counted_too_early(days: tuple[date, date]):
    weighed = ((days[0], Decimal(57)), (days[1], Decimal(58)))

    with pytest.raises(GainTooEarly):
        weekly_standing(MOTHER, last_period_day=LAST_PERIOD, weighed=weighed)


@pytest.mark.slow
@given(hers=st.sampled_from(WEIGHT.bands), days=st.integers(0, 308))
def test_a_band_never_narrows_to_nothing_after_the_beginning_and_never_falls(hers: Band, days: int):
    least, most = band_at(hers, age=Gestation(days))
    next_least, next_most = band_at(hers, age=Gestation(days + 1))

    assert least <= most
    assert next_least >= least
    assert next_most >= most


@pytest.mark.parametrize(
    ("systolic", "diastolic", "expected"),
    [
        pytest.param(139, 89, None, id="below-both"),
        pytest.param(140, 70, "high", id="upper-reaches"),
        pytest.param(120, 90, "high", id="lower-reaches"),
        pytest.param(159, 109, "high", id="below-severe"),
        pytest.param(160, 80, "severe", id="severe-by-the-upper"),
        pytest.param(130, 110, "severe", id="severe-by-the-lower"),
    ],
)
def test_either_figure_raises_the_flag(systolic: int, diastolic: int, expected: str | None):
    found = flag(systolic=systolic, diastolic=diastolic)

    assert (found and found.key) == expected


@pytest.mark.parametrize(
    ("systolic", "diastolic", "refusal"),
    [
        pytest.param(80, 120, PressureImplausible, id="swapped"),
        pytest.param(90, 90, PressureImplausible, id="equal"),
        pytest.param(1200, 80, MeasurementOutOfRange, id="typed-twice"),
        pytest.param(120, 8, MeasurementOutOfRange, id="lost-digit"),
    ],
)
def test_an_impossible_pressure_is_refused(systolic: int, diastolic: int, refusal: type[Refusal]):
    with pytest.raises(refusal):
        flag(systolic=systolic, diastolic=diastolic)


def test_the_figures_have_sources():
    assert WEIGHT.source
    assert WEIGHT.own.source
    assert PRESSURE.source
