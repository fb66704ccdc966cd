"""The chart of weight gain in pregnancy: the band of her build, and her own points over it."""

from collections.abc import Sequence

from handbook.care.phrases import phrase
from handbook.care.spans import WEEK
from handbook.growth.drawing import FILL_STRONG, LINE, Axis, Chart, Point, rising_axis
from handbook.growth.weight import EARLY, TERM, Gain, band_at, said_kilograms
from handbook.growth.weight_numbers import Band
from handbook.timeline import Gestation

WEEKS_APART = 8
SHOWN = TERM.weeks


def gain_chart(*, band: Band, gains: Sequence[Gain]) -> str:
    """Return the chart of her gains as SVG; `gains` are hers, in any order."""
    ordered = sorted(gains, key=lambda gain: gain.age)
    hers = [(gain.age.days / WEEK, float(gain.gained)) for gain in ordered]
    lower, upper = _edges(band, last=max([TERM, *(gain.age for gain in ordered)]))
    values = [value for line in (lower, upper, hers) for _, value in line]
    weeks = upper[-1][0]
    ticks = tuple(float(week) for week in range(0, SHOWN + 1, WEEKS_APART))
    chart = Chart(
        key="gain",
        across=Axis(0, weeks, ticks, phrase("gain_weeks")),
        rising=rising_axis(least=min(values), most=max(values), name=phrase("gain_title")),
    )
    chart.tell(
        title=phrase("gain_title"),
        subtitle=phrase("gain_subtitle", name=band.name),
        description=_description(band, ordered),
    )
    chart.area(lower=lower, upper=upper, fill=FILL_STRONG)
    chart.frame()
    for edge in (lower, upper):
        chart.line(edge, stroke=LINE, width=1.2)
    chart.labels([(edge[-1][1], f"{edge[-1][1]:g}") for edge in (lower, upper)])
    chart.hers(hers, last=_said(ordered[-1]) if ordered else "")
    return chart.svg()


def _edges(band: Band, *, last: Gestation) -> tuple[list[Point], list[Point]]:
    """Return the lower and the upper edge of the band, by weeks."""
    lower: list[Point] = []
    upper: list[Point] = []
    for days in range(0, last.days + 1, WEEK):
        least, most = band_at(band, age=Gestation(days))
        lower.append((days / WEEK, float(least)))
        upper.append((days / WEEK, float(most)))
    return lower, upper


def _said(gain: Gain) -> str:
    return phrase("gain_point", week=gain.age.weeks, value=said_kilograms(gain.gained))


def _description(band: Band, ordered: Sequence[Gain]) -> str:
    return phrase(
        "gain_description",
        early_least=str(EARLY.least),
        early_most=str(EARLY.most),
        least=str(band.least),
        most=str(band.most),
        points="，".join(map(_said, ordered)) or phrase("gain_no_point"),
    )
