"""Curves as staff see them: weight gain in pregnancy, and a child beside other children."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from console.presenters import times
from core.errors import Refusal
from core.words import say
from handbook.growth.curve import CURVES, curve
from handbook.growth.gain_chart import gain_chart
from handbook.growth.numbers import Measure
from handbook.growth.scores import LIMITS, Growing, Measured, Place, places, usual_posture
from handbook.growth.weight import Conception, Gain, Mother, band, gain
from handbook.growth.weight_numbers import WEIGHT
from handbook.models import DatingSource, Pregnancy
from handbook.models_lives import Child
from handbook.models_records import Measurement, MeasurementKind

NO_BUILD = "登记身高、孕前体重和年龄之后，这里显示增重范围。"
NO_SEX = "还没有登记性别，不能和同龄孩子对照。"
BY_LENGTH = "体重（按身长）"
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Drawn:
    """A chart (or none), what it says, and what could not be drawn."""

    svg: Markup | None
    words: str
    source: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PlaceLine:
    """Where one value stands among children of the same age."""

    day: str
    name: str
    value: str
    z_score: str
    percentile: str
    is_usual: bool


@dataclass(frozen=True)
class Growth:
    """A child's curves, the newest first of what they rest on, and what could not be compared."""

    curves: list[Markup]
    lines: list[PlaceLine]
    notes: list[str]


def weight_chart(pregnancy: Pregnancy, rows: Sequence[Measurement]) -> Drawn:
    """Present her gain beside the national standard, or say why it does not hold for her."""
    mother = _mother(pregnancy, rows)
    if mother is None:
        return Drawn(None, NO_BUILD)
    try:
        hers = band(mother)
    except Refusal as refusal:
        return Drawn(None, say(refusal.code, **refusal.details))
    gains: list[Gain] = []
    notes = []
    for row in rows:
        if row.kind is not MeasurementKind.MOTHER_WEIGHT:
            continue
        try:
            begun = pregnancy.last_period_day
            gains.append(gain(mother, weight_kg=row.value, last_period_day=begun, day=row.day))
        except Refusal as refusal:
            notes.append(f"{times.day(row.day)}：{say(refusal.code, **refusal.details)}")
    words = gains[-1].sentence if gains else ""
    return Drawn(Markup(gain_chart(band=hers, gains=gains)), words, WEIGHT.title, notes)  # noqa: S704 - drawn by us, its words escaped


def growth(child: Child, rows: Sequence[Measurement]) -> Growth:
    """Present a child's growth beside that of other children; it names no illness."""
    if child.sex is None:
        return Growth([], [], [NO_SEX])
    found: list[Place] = []
    notes = []
    growing = Growing(child.birth_day, child.sex, child.gestation_at_birth)
    for measured in _measured(child, rows):
        try:
            found += places(growing, measured=measured).values()
        except Refusal as refusal:
            notes.append(f"{times.day(measured.day)}：{say(refusal.code, **refusal.details)}")
    curves = [
        Markup(curve(measure=each, sex=child.sex, points=_of(found, each)))  # noqa: S704 - as above
        for each in Measure
        if each in CURVES and _of(found, each)
    ]
    newest_first = sorted(found, key=lambda place: place.day, reverse=True)
    return Growth(curves, [_place_line(place) for place in newest_first], notes)


def _of(found: Sequence[Place], measure: Measure) -> list[Place]:
    return [place for place in found if place.measure is measure]


def _mother(pregnancy: Pregnancy, rows: Sequence[Measurement]) -> Mother | None:
    newest = {row.kind: row.value for row in rows}
    height = newest.get(MeasurementKind.MOTHER_HEIGHT)
    before = newest.get(MeasurementKind.MOTHER_WEIGHT_BEFORE)
    age = newest.get(MeasurementKind.MOTHER_AGE)
    if height is None or before is None or age is None:
        return None
    is_assisted = pregnancy.dating_source is DatingSource.EMBRYO_TRANSFER
    return Mother(
        age_years=int(age),
        height_cm=height,
        weight_before_kg=before,
        fetuses=pregnancy.fetuses,
        conception=Conception.ASSISTED if is_assisted else Conception.NATURAL,
    )


def _measured(child: Child, rows: Sequence[Measurement]) -> Iterator[Measured]:
    """Yield what is compared of each day; of two values of a day the later written counts."""
    by_day: dict[date, dict[MeasurementKind, Measurement]] = defaultdict(dict)
    for row in rows:
        by_day[row.day][row.kind] = row
    for day, found in by_day.items():
        values = {kind: row.value for kind, row in found.items()}
        length = found.get(MeasurementKind.CHILD_HEIGHT)
        yield Measured(
            day=day,
            weight=values.get(MeasurementKind.CHILD_WEIGHT),
            length=values.get(MeasurementKind.CHILD_HEIGHT),
            posture=(length and length.posture)
            or usual_posture(
                born=child.birth_day, gestation_at_birth=child.gestation_at_birth, day=day
            ),
            head=values.get(MeasurementKind.CHILD_HEAD),
        )


def _place_line(place: Place) -> PlaceLine:
    limits = LIMITS[place.measure]
    is_by_length = place.measure is Measure.WEIGHT_FOR_LENGTH
    return PlaceLine(
        day=times.day(place.day),
        name=BY_LENGTH if is_by_length else limits.name,
        value=f"{place.value.quantize(TENTH)} {limits.unit}",
        z_score=f"{place.z_score:+.2f}",
        percentile=f"P{place.percentile:.0f}",
        is_usual=place.is_usual,
    )
