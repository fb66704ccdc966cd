"""The charts: whole, told in words, readable on a phone, and true to their points."""

from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from handbook.care.vaccines import Sex
from handbook.growth.curve import CURVES, curve
from handbook.growth.drawing import BOTTOM, HERS, LABEL_APART, TOP, rising_axis
from handbook.growth.gain_chart import gain_chart
from handbook.growth.numbers import Measure
from handbook.growth.scores import Growing, Measured, Place, places
from handbook.growth.weight import Gain, Mother, band, gain
from handbook.timeline import Gestation

BORN = date(2026, 1, 1)
SVG = "{http://www.w3.org/2000/svg}"
MOTHER = Mother(age_years=28, height_cm=Decimal(162), weight_before_kg=Decimal(55), fetuses=1)


def place(days: int, kilograms: str, *, at_birth: str = "40+0") -> Place:
    child = Growing(BORN, Sex.FEMALE, Gestation.read(at_birth))
    one = Measured(day=BORN + timedelta(days=days), weight=Decimal(kilograms))
    return places(child, measured=one)[Measure.WEIGHT]


def gained(week: int, kilograms: str) -> Gain:
    day = BORN + timedelta(weeks=week)
    return gain(MOTHER, weight_kg=Decimal(kilograms), last_period_day=BORN, day=day)


def drawn(points: list[Place]) -> ElementTree.Element:
    return ElementTree.fromstring(  # noqa: S314 - our own picture
        curve(measure=Measure.WEIGHT, sex=Sex.FEMALE, points=points)
    )


def texts(picture: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in picture.iter(f"{SVG}text")]


def test_a_curve_is_named_and_told():
    picture = drawn([place(0, "3.2"), place(183, "7.2")])
    told = {each.get("id"): each.text or "" for each in picture[:2]}

    assert picture.get("role") == "img"
    assert set((picture.get("aria-labelledby") or "").split()) == set(told)
    assert told["curve-weight-title"] == "体重（公斤）"
    assert "0个月3.2公斤，6个月7.2公斤" in told["curve-weight-description"]


def test_a_curve_without_points_says_so():
    picture = drawn([])

    assert "还没有测量" in (picture[1].text or "")
    assert not picture.findall(f"{SVG}circle")


def test_no_text_is_smaller_than_a_phone_can_show():
    picture = drawn([place(0, "3.2")])
    sizes = {int(each.get("font-size") or picture.get("font-size") or 0) for each in picture}

    assert min(sizes) >= 14
    assert int((picture.get("viewBox") or "").split()[2]) <= 375


def test_every_point_of_hers_is_a_dot_at_its_place_in_any_order():
    picture = drawn([place(183, "7.2"), place(0, "3.2")])
    dots = picture.findall(f"{SVG}circle")
    across = [float(dot.get("cx") or 0) for dot in dots]

    assert across == sorted(across)
    assert [dot.get("fill") for dot in dots] == [HERS, HERS]
    assert all(TOP <= float(dot.get("cy") or 0) <= BOTTOM for dot in dots)
    assert "7.2公斤" in texts(picture)


@pytest.mark.parametrize(
    ("days", "kilograms", "ticks"),
    [
        pytest.param(0, "3.2", ["0", "1", "2", "3", "4", "5", "6"], id="newborn"),
        pytest.param(300, "9", ["0", "2", "4", "6", "8", "10", "12"], id="first-year"),
        pytest.param(1500, "16", ["0", "12", "24", "36", "48", "60"], id="five-years"),
        pytest.param(2500, "22", ["0", "12", "24", "36", "48", "60", "72", "84"], id="seven-years"),
    ],
)
def test_the_months_shown_hold_the_last_point(days: int, kilograms: str, ticks: list[str]):
    found = texts(drawn([place(days, kilograms)]))
    start = found.index(ticks[0], found.index(ticks[0]))

    assert [text for text in found[start:] if text in ticks][-len(ticks) :] == ticks


@pytest.mark.parametrize(
    ("points", "name"),
    [
        pytest.param([place(100, "5.5")], "月龄", id="term"),
        pytest.param([place(100, "4", at_birth="30+0")], "矫正月龄", id="corrected"),
        pytest.param(
            [place(100, "4", at_birth="30+0"), place(800, "12", at_birth="30+0")],
            "月龄（早的几次按矫正月龄）", id="corrected-then-not",
        ),
    ],
)  # fmt: skip
def test_the_axis_says_how_age_is_counted(points: list[Place], name: str):
    assert name in texts(drawn(points))


@pytest.mark.slow
@pytest.mark.parametrize("measure", sorted(CURVES))
@pytest.mark.parametrize("sex", list(Sex))
def test_every_curve_names_its_five_lines_none_over_another(measure: Measure, sex: Sex):
    picture = ElementTree.fromstring(curve(measure=measure, sex=sex, points=[]))  # noqa: S314 - ours
    heights = [
        float(each.get("y") or 0)
        for each in picture.iter(f"{SVG}text")
        if (each.text or "").startswith("P")
    ]

    assert len(heights) == 5
    assert all(
        lower - upper >= LABEL_APART - 0.11
        for lower, upper in zip(heights, heights[1:], strict=False)
    )


def test_there_is_no_curve_by_age_for_weight_beside_length():
    with pytest.raises(ValueError, match="no lines by age"):
        curve(measure=Measure.WEIGHT_FOR_LENGTH, sex=Sex.MALE, points=[])


def test_the_head_is_shown_to_five_years_only():
    found = texts(
        ElementTree.fromstring(  # noqa: S314 - our own picture
            curve(measure=Measure.HEAD, sex=Sex.MALE, points=[head_of(1850)])
        )
    )

    assert "60" in found
    assert "84" not in found


def head_of(days: int) -> Place:
    one = Measured(day=BORN + timedelta(days=days), head=Decimal(51))
    return places(Growing(BORN, Sex.MALE), measured=one)[Measure.HEAD]


def test_a_chart_of_gain_shows_the_band_and_her_points():
    picture = ElementTree.fromstring(  # noqa: S314 - our own picture
        gain_chart(band=band(MOTHER), gains=[gained(24, "60"), gained(12, "55.5")])
    )
    told = picture[1].text or ""

    assert "到足月共8到14公斤" in told
    assert "孕12周0.5公斤，孕24周5.0公斤" in told
    assert {"8", "14", "孕24周5.0公斤", "孕周"} <= set(texts(picture))


def test_a_chart_of_gain_without_a_weight_says_so():
    found = gain_chart(band=band(MOTHER), gains=[])

    assert "还没有称重" in found
    assert "circle" not in found


def test_a_chart_of_gain_goes_on_after_the_due_day():
    picture = ElementTree.fromstring(  # noqa: S314 - our own picture
        gain_chart(band=band(MOTHER), gains=[gained(41, "68")])
    )
    dot = picture.find(f"{SVG}circle")

    assert dot is not None
    assert float(dot.get("cx") or 0) <= 299


@pytest.mark.parametrize(
    ("least", "most", "ticks"),
    [
        pytest.param(2.5, 12.0, (4, 6, 8, 10, 12), id="kilograms"),
        pytest.param(45.0, 120.0, (60, 80, 100, 120), id="centimetres"),
        pytest.param(0.1, 400.0, (0, 50, 100, 150, 200, 250, 300, 350, 400), id="beyond-all-steps"),
    ],
)
def test_an_axis_holds_both_values_and_has_round_ticks(
    least: float, most: float, ticks: tuple[float, ...]
):
    found = rising_axis(least=least, most=most, name="x")

    assert found.low < least
    assert most < found.high
    assert found.ticks == ticks
