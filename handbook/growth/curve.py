"""A child's growth curve: WHO's lines, and the child's own points over them."""

from collections.abc import Sequence
from decimal import Decimal

from handbook.care.phrases import phrase
from handbook.care.vaccines import Sex
from handbook.growth.drawing import (
    FILL,
    FILL_STRONG,
    LINE,
    LINE_STRONG,
    Axis,
    Chart,
    Point,
    rising_axis,
)
from handbook.growth.numbers import Measure
from handbook.growth.scores import (
    LAST_TABLE_DAY,
    LIMITS,
    MONTH_DAYS,
    PERCENTILES,
    STANDING_FROM,
    TABLES,
    Place,
    value_at,
)

SPANS = {6: 1, 12: 2, 24: 4, 36: 6, 60: 12, 84: 12}
"""Months that a chart may show (the fewest that hold all points), and how far its ticks lie."""

SAMPLES = 60
"""Into how many pieces a line is cut: more cannot be seen."""

MIDDLE = 50
CURVES = frozenset(TABLES)
TENTH = Decimal("0.1")


def curve(*, measure: Measure, sex: Sex, points: Sequence[Place]) -> str:
    """Return the growth curve of a child as SVG; `points` are places of this measure, in any order.

    Raises:
        ValueError: there are no lines by age for this measure.
    """
    if measure not in CURVES:
        raise ValueError(f"{measure} has no lines by age")
    ordered = sorted(points, key=lambda place: place.age_days)
    months = _span(measure, ordered)
    lines = [_line(measure, sex, percentile, months=months) for percentile in PERCENTILES]
    hers = [(place.age_days / MONTH_DAYS, float(place.value)) for place in ordered]
    name, unit = LIMITS[measure].name, LIMITS[measure].unit
    across = _months_axis(months, counted=_counted(ordered))
    values = [value for line in (*lines, hers) for _, value in line]
    rising = rising_axis(least=min(values), most=max(values), name=name)
    chart = Chart(key=f"curve-{measure}", across=across, rising=rising)
    chart.tell(
        title=phrase("curve_title", name=name, unit=unit),
        subtitle=phrase("curve_subtitle", sex=phrase(f"growth_{sex}")),
        description=_description(measure, ordered, across=across),
    )
    _draw(chart, lines)
    chart.hers(hers, last=_value(ordered[-1]) if ordered else "")
    return chart.svg()


def _draw(chart: Chart, lines: Sequence[Sequence[Point]]) -> None:
    chart.area(lower=lines[0], upper=lines[-1], fill=FILL)
    chart.area(lower=lines[1], upper=lines[-2], fill=FILL_STRONG)
    chart.frame()
    for percentile, line in zip(PERCENTILES, lines, strict=True):
        is_middle = percentile == MIDDLE
        chart.line(line, stroke=LINE_STRONG if is_middle else LINE, width=2 if is_middle else 1.2)
    names = [phrase("curve_line", percentile=percentile) for percentile in PERCENTILES]
    chart.labels([(line[-1][1], name) for line, name in zip(lines, names, strict=True)])


def _span(measure: Measure, ordered: Sequence[Place]) -> int:
    """Return how many months to show: up to the last point, within what WHO has."""
    last = ordered[-1].age_days if ordered else 0
    longest = LIMITS[measure].until_days
    fitting = [months for months in SPANS if months * MONTH_DAYS >= last]
    reached = [months for months in SPANS if months * MONTH_DAYS <= longest]
    return min(min(fitting, default=reached[-1]), reached[-1])


def _months_axis(months: int, *, counted: str) -> Axis:
    ticks = tuple(float(month) for month in range(0, months + 1, SPANS[months]))
    return Axis(0, months, ticks, phrase(f"curve_{counted}"))


def _counted(ordered: Sequence[Place]) -> str:
    """Return how the ages of the points are counted."""
    kinds = {place.is_corrected for place in ordered}
    if len(kinds) > 1:
        return "months_mixed"
    return "months_corrected" if True in kinds else "months"


def _line(measure: Measure, sex: Sex, percentile: int, *, months: int) -> list[Point]:
    return [
        (
            day / MONTH_DAYS,
            value_at(measure=measure, sex=sex, age_days=day, percentile=percentile),
        )
        for day in _days(measure, months)
    ]


def _days(measure: Measure, months: int) -> list[int]:
    """Return the days of age at which a line is computed."""
    last = min(round(months * MONTH_DAYS), LIMITS[measure].until_days)
    by_day = {round(last * step / SAMPLES) for step in range(SAMPLES + 1)}
    # From lying to standing the length drops in one day.
    by_day |= {STANDING_FROM - 1, STANDING_FROM, LAST_TABLE_DAY}
    # Beyond the last row by day, a line through anything but whole months would have steps.
    by_month = {round(month * MONTH_DAYS) for month in range(months + 1)}
    days = {day for day in by_day if day <= LAST_TABLE_DAY}
    days |= {day for day in by_month if day > LAST_TABLE_DAY}
    return sorted(day for day in days if day <= last)


def _description(measure: Measure, ordered: Sequence[Place], *, across: Axis) -> str:
    unit = LIMITS[measure].unit
    said = [
        phrase("curve_point", month=int(place.age_days / MONTH_DAYS), value=_value(place))
        for place in ordered
    ]
    return phrase(
        "curve_description",
        axis=across.name,
        name=LIMITS[measure].name,
        unit=unit,
        percentiles="、".join(map(str, PERCENTILES)),
        points="，".join(said) or phrase("curve_no_point"),
    )


def _value(place: Place) -> str:
    rounded = place.value.quantize(TENTH)
    return phrase("curve_value", value=str(rounded), unit=LIMITS[place.measure].unit)
