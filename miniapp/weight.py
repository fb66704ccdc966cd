"""JSON about a mother's own measurements, and her weight beside the national standard."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.db import Session
from core.errors import NotFound, Refusal
from core.words import label, say
from handbook import actions_records
from handbook.growth.gain_chart import gain_chart
from handbook.growth.weight import Conception, Gain, Mother, band, band_at, gain
from handbook.growth.weight_numbers import WEIGHT, Band
from handbook.models import DatingSource, Pregnancy, PregnancyState
from handbook.models_records import Measurement, MeasurementKind
from handbook.queries_records import measurements_of
from handbook.timeline import Gestation, gestation
from miniapp import guard
from miniapp.guard import api, herself, house, today
from miniapp.records import spoken_of
from miniapp.shapes_growth import (
    BandOut,
    BuildOut,
    MeasuredOut,
    MeasurementsIn,
    WeightOut,
    WeightPointOut,
)
from miniapp.shapes_timeline import LatestWeightOut

BUILD = (
    MeasurementKind.MOTHER_HEIGHT,
    MeasurementKind.MOTHER_WEIGHT_BEFORE,
    MeasurementKind.MOTHER_AGE,
)
"""What the standard asks of her, in the order of `BuildOut`."""


@dataclass(frozen=True)
class _Against:
    """What her weights are held against: words, and where the standard is for her, the range."""

    words: str
    band: BandOut | None = None
    svg: str | None = None


@api.post("/pregnancies/measurements")
@api.input(MeasurementsIn)
@api.output(MeasuredOut, status_code=201)
def measure_herself(json_data: MeasurementsIn) -> MeasuredOut:
    """Write down what she measured on a day: all of it, or by a refusal nothing."""
    with house().database.transaction() as session:
        pregnancy, actor = spoken_of(session), herself(guard.me(session))
        written = {
            kind: actions_records.measure(
                session, subject=pregnancy,
                measured=actions_records.Measured(kind, value, json_data.day),
                actor=actor, now=house().clock.now(),
            ).id
            for kind, value in json_data.values.items()
        }  # fmt: skip
        return MeasuredOut(ids=written)


@api.get("/pregnancies/weight")
@api.output(WeightOut)
def weight() -> WeightOut:
    """Tell her weights and where the last one stands; no verdict."""
    with house().database.transaction() as session:
        pregnancy, person_id = spoken_of(session), guard.me(session).id
        if pregnancy.state is not PregnancyState.ONGOING:
            raise NotFound
        rows = measurements_of(session, subject=pregnancy)
        weights = [row for row in rows if row.kind == MeasurementKind.MOTHER_WEIGHT]
        build = _build(rows)
        against = _against(pregnancy, weights, build=build)
        return WeightOut(
            points=[_point(pregnancy, row, build=build, person_id=person_id) for row in weights],
            build=build, band=against.band, words=against.words, svg=against.svg,
            source=WEIGHT.title if against.band else None,
        )  # fmt: skip


def latest_weight(session: Session, pregnancy: Pregnancy) -> LatestWeightOut | None:
    """Return what she weighed last in an ongoing pregnancy, or None."""
    if pregnancy.state is not PregnancyState.ONGOING:
        return None
    weights = measurements_of(
        session, subject=pregnancy, kind=MeasurementKind.MOTHER_WEIGHT
    )  # fmt: skip
    return LatestWeightOut(value=float(weights[-1].value), day=weights[-1].day) if weights else None


def _build(rows: Sequence[Measurement]) -> BuildOut | None:
    newest = {row.kind: row.value for row in rows}
    if not all(kind in newest for kind in BUILD):
        return None
    height, before, age = (newest[kind] for kind in BUILD)
    return BuildOut(
        height_cm=float(height), weight_before_kg=float(before), age_years=int(age)
    )  # fmt: skip


def _point(
    pregnancy: Pregnancy, row: Measurement, *, build: BuildOut | None, person_id: str
) -> WeightPointOut:
    value = float(row.value)
    return WeightPointOut(
        id=row.id,
        record_id=row.id if row.made_by_id == person_id else None,
        day=row.day,
        gestation=str(gestation(last_period_day=pregnancy.last_period_day, day=row.day)),
        value=value,
        gained=round(value - build.weight_before_kg, 1) if build else None,
    )


def _against(
    pregnancy: Pregnancy, weights: Sequence[Measurement], *, build: BuildOut | None
) -> _Against:
    """Return the range of her build with her weights in it, or why there is none for her."""
    if build is None:
        return _Against(label("miniapp.weight_no_build"))
    mother = _mother(pregnancy, build)
    try:
        hers = band(mother)
    except Refusal as refusal:
        return _Against(say(refusal.code, **refusal.details))
    words, gains = label("miniapp.weight_no_point"), []
    for row in weights:
        try:
            gains.append(_gain(mother, pregnancy, row))
            words = gains[-1].sentence
        except Refusal as refusal:
            # One slip of the pen must not hide the rest.
            words = say(refusal.code, **refusal.details)
    age = gestation(last_period_day=pregnancy.last_period_day, day=today())
    return _Against(words, _band_out(hers, age), gain_chart(band=hers, gains=gains))


def _mother(pregnancy: Pregnancy, build: BuildOut) -> Mother:
    is_assisted = pregnancy.dating_source is DatingSource.EMBRYO_TRANSFER
    return Mother(
        age_years=build.age_years,
        height_cm=Decimal(str(build.height_cm)),
        weight_before_kg=Decimal(str(build.weight_before_kg)),
        fetuses=pregnancy.fetuses,
        conception=Conception.ASSISTED if is_assisted else Conception.NATURAL,
    )


def _gain(mother: Mother, pregnancy: Pregnancy, row: Measurement) -> Gain:
    return gain(
        mother, weight_kg=row.value, last_period_day=pregnancy.last_period_day, day=row.day
    )  # fmt: skip


def _band_out(hers: Band, age: Gestation) -> BandOut:
    least, most = (round(float(edge), 1) for edge in band_at(hers, age=age))
    return BandOut(
        name=hers.name, least=least, most=most, total_least=float(hers.least),
        total_most=float(hers.most),
    )  # fmt: skip
