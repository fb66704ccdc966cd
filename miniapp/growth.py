"""JSON about a child's growth: what was measured, and its place on the curve."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.db import Session
from core.errors import Refusal
from core.words import label, say
from handbook import actions_records
from handbook.growth.curve import curve
from handbook.growth.numbers import Measure, Posture
from handbook.growth.scores import LIMITS, Growing, Measured, Place, places, usual_posture
from handbook.models_lives import Child
from handbook.models_records import Measurement, MeasurementKind
from handbook.queries_children import check_child_consent
from handbook.queries_records import measurements_of
from miniapp import guard
from miniapp.ages import said_since
from miniapp.guard import api, herself, house, today
from miniapp.records import hers
from miniapp.shapes_children import LatestOut, RecordOut
from miniapp.shapes_growth import ChildMeasurementIn, CurveKind, GrowthOut, GrowthQuery, PointOut

KINDS = {
    CurveKind.WEIGHT: MeasurementKind.CHILD_WEIGHT,
    CurveKind.LENGTH: MeasurementKind.CHILD_HEIGHT,
    CurveKind.HEAD: MeasurementKind.CHILD_HEAD,
}
"""What is measured for a curve; the fourth curve is worked out of two of them."""

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class _Seen:
    """What is compared of one day; `row` is None for what is worked out of two."""

    day: date
    values: Mapping[Measure, Decimal]
    row: Measurement | None = None
    posture: Posture | None = None


@dataclass(frozen=True)
class _Compared:
    """What became of it: a place, or why there is none."""

    seen: _Seen
    place: Place | None
    note: str | None


@api.post("/children/<child_id>/measurements")
@api.input(ChildMeasurementIn)
@api.output(RecordOut, status_code=201)
def measure(child_id: str, json_data: ChildMeasurementIn) -> RecordOut:
    """Write down what a family measured of a child."""
    with house().database.transaction() as session:
        written = actions_records.measure(
            session, subject=hers(session, child_id),
            measured=actions_records.Measured(
                KINDS[CurveKind(json_data.kind)], json_data.value, json_data.day,
                json_data.posture,
            ),
            actor=herself(guard.me(session)), now=house().clock.now(),
        )  # fmt: skip
        return RecordOut(id=written.id)


@api.get("/children/<child_id>/growth")
@api.input(GrowthQuery, location="query")
@api.output(GrowthOut)
def growth(child_id: str, query_data: GrowthQuery) -> GrowthOut:
    """Tell a child's curve; somebody who looks after it must agree to the record."""
    measure = Measure(query_data.kind.value)
    with house().database.transaction() as session:
        child = hers(session, child_id)
        check_child_consent(session, child_id=child.id)
        compared = [
            _compared(child, seen, measure=measure) for seen in _seen(session, child, measure)
        ]
        places_found = [each.place for each in compared if each.place is not None]
        return GrowthOut(
            kind=query_data.kind,
            name=LIMITS[measure].name,
            unit=LIMITS[measure].unit,
            points=_points(child, compared, measure=measure, person_id=guard.me(session).id),
            words=_words(child, compared),
            svg=child.sex and curve(measure=measure, sex=child.sex, points=places_found),
            usual_posture=_posture(child, today()),
        )


def latest_of(session: Session, child: Child) -> list[LatestOut]:
    """Return the newest measurement of each kind that has a curve."""
    newest = {row.kind: row for row in measurements_of(session, subject=child)}
    return [
        LatestOut(
            kind=kind, name=LIMITS[Measure(kind.value)].name, value=float(newest[stored].value),
            unit=LIMITS[Measure(kind.value)].unit, day=newest[stored].day,
        )
        for kind, stored in KINDS.items()
        if stored in newest
    ]  # fmt: skip


def _seen(session: Session, child: Child, measure: Measure) -> Iterator[_Seen]:
    rows = measurements_of(session, subject=child)
    if measure is not Measure.BMI:
        wanted = KINDS[CurveKind(measure.value)]
        yield from (
            _Seen(row.day, {measure: row.value}, row, row.posture)
            for row in rows
            if row.kind == wanted
        )
        return
    by_day: dict[date, dict[MeasurementKind, Measurement]] = defaultdict(dict)
    for row in rows:
        by_day[row.day][row.kind] = row
    weight, length = KINDS[CurveKind.WEIGHT], KINDS[CurveKind.LENGTH]
    for day, found in by_day.items():
        if weight in found and length in found:
            values = {
                Measure.WEIGHT: found[weight].value, Measure.LENGTH: found[length].value
            }  # fmt: skip
            yield _Seen(day, values, posture=found[length].posture)


def _compared(child: Child, seen: _Seen, *, measure: Measure) -> _Compared:
    if child.sex is None:
        return _Compared(seen, None, None)
    growing = Growing(child.birth_day, child.sex, child.gestation_at_birth)
    measured = Measured(
        day=seen.day,
        weight=seen.values.get(Measure.WEIGHT),
        length=seen.values.get(Measure.LENGTH),
        posture=seen.posture or _posture(child, seen.day),
        head=seen.values.get(Measure.HEAD),
    )
    try:
        found = places(growing, measured=measured)
    except Refusal as refusal:
        return _Compared(seen, None, say(refusal.code, **refusal.details))
    return _Compared(seen, found.get(measure), None)


def _posture(child: Child, day: date) -> Posture:
    return usual_posture(
        born=child.birth_day, gestation_at_birth=child.gestation_at_birth, day=day
    )  # fmt: skip


def _points(
    child: Child, compared: Sequence[_Compared], *, measure: Measure, person_id: str
) -> list[PointOut]:
    return [
        PointOut(
            id=row.id if row else None,
            record_id=row.id if row is not None and row.made_by_id == person_id else None,
            day=each.seen.day,
            age=said_since(child.birth_day, day=each.seen.day),
            value=float(_value(each, measure)),
            z=round(float(each.place.z_score), 2) if each.place else None,
            percentile=round(each.place.percentile, 1) if each.place else None,
            note=each.note,
            posture=row.posture if row else None,
        )
        for each in compared
        if (row := each.seen.row) is not None or each.place is not None
    ]


def _value(compared: _Compared, measure: Measure) -> Decimal:
    """Return a value as it was measured, or as it was worked out."""
    if measure in compared.seen.values:
        return compared.seen.values[measure]
    return compared.place.value.quantize(TENTH) if compared.place else Decimal(0)


def _words(child: Child, compared: Sequence[_Compared]) -> str:
    """Return what the last value says, or why there is nothing to say."""
    if not compared:
        return label("miniapp.growth_no_point")
    if child.sex is None:
        return label("miniapp.growth_no_sex")
    last = compared[-1]
    return last.place.sentence if last.place else last.note or label("miniapp.growth_not_compared")
