"""A child's growth beside other children: right by WHO's own survey, honest in its words."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pygrowup
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refusal
from handbook.care.vaccines import Sex
from handbook.errors import MeasurementOutOfRange
from handbook.growth.errors import GrowthBeforeDueDay, GrowthImplausible, MeasuredBeforeBirth
from handbook.growth.numbers import Measure, Posture
from handbook.growth.scores import LIMITS, Growing, Measured, Place, places, value_at
from handbook.timeline import Gestation

BORN = date(2026, 1, 1)
BOY, GIRL = Growing(BORN, Sex.MALE), Growing(BORN, Sex.FEMALE)
SURVEY = Path(pygrowup.__file__).parent / "test_datasets" / "MySurvey_z_st.csv"
SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}
POSTURES = {"l": Posture.LYING, "h": Posture.STANDING}
ROUNDING = Decimal("0.011")


def survey(score: str, flag: str, *needed: str) -> list[dict[str, str]]:
    """Return the children of WHO's survey for whom it gives a score and no flag."""
    with SURVEY.open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    return [
        row
        for row in rows
        if row[score] and row[flag] == "0" and row["measure"] and all(row[one] for one in needed)
    ]


def measured(row: dict[str, str], *columns: str) -> Measured:
    values = {column: Decimal(row[column]) for column in columns}
    return Measured(
        day=BORN + timedelta(days=int(row["age.days"])),
        weight=values.get("WEIGHT"),
        length=values.get("HEIGHT"),
        head=values.get("HEAD"),
        posture=POSTURES[row["measure"]],
    )


def off(row: dict[str, str], measure: Measure, score: str, *columns: str) -> Decimal:
    """Return how far our score of a child of the survey is from WHO's."""
    child = Growing(BORN, SEXES[row["GENDER"]])
    found = places(child, measured=measured(row, *columns))[measure]
    return abs(found.z_score - Decimal(row[score]))


def weighed(kilograms: str, *, days: int, child: Growing = BOY) -> Place:
    day = child.born + timedelta(days=days)
    return places(child, measured=Measured(day=day, weight=Decimal(kilograms)))[Measure.WEIGHT]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("measure", "score", "flag", "columns", "least"),
    [
        pytest.param(Measure.WEIGHT, "zwei", "fwei", ("WEIGHT",), 400, id="weight"),
        pytest.param(Measure.LENGTH, "zlen", "flen", ("HEIGHT",), 400, id="length"),
        pytest.param(Measure.HEAD, "zhc", "fhc", ("HEAD",), 90, id="head"),
        pytest.param(Measure.BMI, "zbmi", "fbmi", ("WEIGHT", "HEIGHT"), 400, id="bmi"),
        pytest.param(
            Measure.WEIGHT_FOR_LENGTH, "zwfl", "fwfl", ("WEIGHT", "HEIGHT"), 400,
            id="weight-for-length",
        ),
    ],
)  # fmt: skip
def test_the_scores_are_those_of_who_newborns_included(
    measure: Measure, score: str, flag: str, columns: tuple[str, ...], least: int
):
    apart = [off(row, measure, score, *columns) for row in survey(score, flag, *columns)]

    assert len(apart) >= least
    assert max(apart) <= ROUNDING


def test_a_newborn_has_a_place():
    found = places(
        GIRL,
        measured=Measured(
            day=BORN, weight=Decimal("3.2"), length=Decimal("49.1"), head=Decimal("33.9")
        ),
    )

    assert set(found) == set(Measure)
    assert all(abs(place.z_score) < 1 for place in found.values())
    assert all(place.age_days == 0 for place in found.values())


@pytest.mark.parametrize(
    ("days", "posture", "expected"),
    [
        pytest.param(730, Posture.LYING, "87.0", id="last-day-lying"),
        pytest.param(730, Posture.STANDING, "87.7", id="stood-too-early"),
        pytest.param(731, Posture.STANDING, "87.0", id="first-day-standing"),
        pytest.param(731, Posture.LYING, "86.3", id="lay-too-late"),
    ],
)
def test_a_length_is_compared_as_who_measures_at_this_age(
    days: int, posture: Posture, expected: str
):
    day = BORN + timedelta(days=days)

    found = places(BOY, measured=Measured(day=day, length=Decimal("87.0"), posture=posture))

    assert found[Measure.LENGTH].value == Decimal(expected)


def test_a_preterm_child_is_compared_at_its_corrected_age():
    child = Growing(BORN, Sex.MALE, Gestation.read("30+0"))

    found = weighed("5.5", days=70 + 61, child=child)
    at_term = weighed("5.5", days=61)

    assert (found.age_days, found.z_score) == (61, at_term.z_score)
    assert found.is_corrected
    assert "（按矫正年龄）" in found.sentence


def test_after_two_years_a_preterm_child_is_compared_at_its_actual_age():
    child = Growing(BORN, Sex.MALE, Gestation.read("30+0"))

    found = weighed("12", days=731, child=child)

    assert (found.age_days, found.is_corrected) == (731, False)


def test_a_child_born_at_term_is_never_corrected():
    child = Growing(BORN, Sex.MALE, Gestation.read("38+0"))

    assert weighed("5.5", days=61, child=child).age_days == 61


@pytest.mark.parametrize(
    ("child", "one", "refusal"),
    [
        pytest.param(
            BOY, Measured(day=BORN - timedelta(days=1), weight=Decimal(3)), MeasuredBeforeBirth,
            id="before-birth",
        ),
        pytest.param(
            Growing(BORN, Sex.MALE, Gestation.read("30+0")),
            Measured(day=BORN + timedelta(days=69), weight=Decimal(2)), GrowthBeforeDueDay,
            id="before-the-due-day",
        ),
        pytest.param(
            BOY, Measured(day=BORN, weight=Decimal(33)), GrowthImplausible, id="ten-times-too-much"
        ),
        pytest.param(
            BOY, Measured(day=BORN, weight=Decimal("0.2")), MeasurementOutOfRange,
            id="no-scale-shows",
        ),
        pytest.param(
            BOY, Measured(day=BORN, length=Decimal("5.1")), MeasurementOutOfRange, id="wrong-unit"
        ),
        pytest.param(
            BOY, Measured(day=BORN, weight=Decimal("0.5")), GrowthImplausible, id="too-light"
        ),
        pytest.param(
            BOY, Measured(day=BORN, head=Decimal(20)), GrowthImplausible, id="head-too-small"
        ),
        pytest.param(
            BOY, Measured(day=BORN, weight=Decimal(6), length=Decimal(30)), GrowthImplausible,
            id="weight-and-length-contradict",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_refused(child: Growing, one: Measured, refusal: type[Refusal]):
    with pytest.raises(refusal):
        places(child, measured=one)


@pytest.mark.parametrize(
    ("days", "length", "left_out"),
    [
        pytest.param(1857, "110", Measure.HEAD, id="head-after-five-years"),
        pytest.param(2558, "120", Measure.WEIGHT, id="after-seven-years"),
        pytest.param(1900, "121", Measure.WEIGHT_FOR_LENGTH, id="taller-than-the-table"),
        pytest.param(0, "44.5", Measure.WEIGHT_FOR_LENGTH, id="shorter-than-the-table"),
    ],
)
def test_what_who_does_not_compare_is_left_out(days: int, length: str, left_out: Measure):
    one = Measured(
        day=BORN + timedelta(days=days),
        weight=Decimal(20 if days else "2.4"),
        length=Decimal(length),
        posture=Posture.STANDING if days else Posture.LYING,
        head=Decimal(51) if days else None,
    )

    assert left_out not in places(BOY, measured=one)


@pytest.mark.parametrize(
    ("kilograms", "said"),
    [
        pytest.param("9.65", "体重在第50百分位：100个里大约有50个比您的宝宝轻", id="middle"),
        pytest.param("7.7", "大约有2个比您的宝宝轻。一次测量说明不了什么", id="below-the-lines"),
        pytest.param("7.3", "在第1百分位以下", id="lowest"),
        pytest.param("6.8", "请这几天就带宝宝请医生看一看", id="far-below"),
        pytest.param("12.6", "在第99百分位以上", id="highest"),
    ],
)  # fmt: skip
def test_the_words_say_where_it_stands(kilograms: str, said: str):
    assert said in weighed(kilograms, days=365).sentence


def test_weight_for_length_is_beside_children_as_long():
    one = Measured(day=BORN, weight=Decimal("3.3"), length=Decimal(50))

    found = places(GIRL, measured=one)[Measure.WEIGHT_FOR_LENGTH]

    assert found.sentence.startswith("与一样长（高）的女宝宝相比，体重在第")


@pytest.mark.parametrize("kilograms", ["6.8", "7.5", "9.6", "12.6", "14.0"])
def test_the_words_never_diagnose(kilograms: str):
    sentence = weighed(kilograms, days=365).sentence

    assert not any(
        word in sentence for word in ("营养不良", "肥胖", "超重", "低体重", "迟缓", "异常")
    )


@pytest.mark.slow
@given(
    sex=st.sampled_from(Sex),
    measure=st.sampled_from((Measure.WEIGHT, Measure.LENGTH, Measure.HEAD)),
    days=st.integers(0, 1856),
    percentile=st.sampled_from((3, 15, 50, 85, 97)),
)
def test_a_value_on_a_line_has_the_percentile_of_the_line(
    sex: Sex, measure: Measure, days: int, percentile: int
):
    value = Decimal(str(value_at(measure=measure, sex=sex, age_days=days, percentile=percentile)))
    day = BORN + timedelta(days=days)
    one = Measured(
        day=day,
        weight=value if measure is Measure.WEIGHT else None,
        length=value if measure is Measure.LENGTH else None,
        head=value if measure is Measure.HEAD else None,
        posture=Posture.STANDING if days > 730 else Posture.LYING,
    )

    found = places(Growing(BORN, sex), measured=one)[measure]

    assert abs(found.percentile - percentile) < 0.5


def test_every_limit_has_a_source():
    assert all(limits.source for limits in LIMITS.values())
    assert set(LIMITS) == set(Measure)
