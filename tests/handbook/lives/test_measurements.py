"""What is measured, in its plausible range."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import SubjectKind
from handbook.actions_records import (
    Measured,
    measure,
)
from handbook.care.rows import Mark
from handbook.errors import MeasurementOutOfRange, NoSuchItem
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.models_records import Measurement, MeasurementKind
from handbook.queries_records import doses_of, measurements_of
from handbook.ranges import RANGES, Range, Subject
from tests.handbook.lives.conftest import TODAY, Scene
from tests.handbook.lives.records_told import dose, take_back, tell_dose


def weigh(scene: Scene, subject: Pregnancy | Child, kind: str, value: str) -> Measurement:
    measured = Measured(MeasurementKind(kind), Decimal(value), TODAY)
    return measure(
        scene.session, subject=subject, measured=measured, actor=scene.her, now=scene.now
    )


def test_a_measurement_keeps_value_unit_day_and_who(scene: Scene, pregnancy: Pregnancy):
    weight = weigh(scene, pregnancy, "mother_weight", "61.5")
    weigh(scene, pregnancy, "systolic", "118")

    assert (weight.value, weight.unit, weight.made_by_id) == (Decimal("61.5"), "千克", scene.her.id)
    assert weight.made_by_kind is SubjectKind.PERSON
    found = measurements_of(scene.session, subject=pregnancy, kind=MeasurementKind.MOTHER_WEIGHT)
    assert found == [weight]
    assert len(measurements_of(scene.session, subject=pregnancy)) == 2


@pytest.mark.parametrize("end", ["least", "most"])
@pytest.mark.parametrize("found", RANGES.measurements, ids=lambda each: each.kind)
def test_the_ends_of_every_range_are_accepted_and_beyond_is_refused(
    scene: Scene, pregnancy: Pregnancy, boy: Child, found: Range, end: str
):
    subject = boy if found.subject is Subject.CHILD else pregnancy
    value = getattr(found, end)
    beyond = value + (Decimal("0.01") if end == "most" else Decimal("-0.01"))

    assert weigh(scene, subject, found.kind, str(value)).value == value
    with pytest.raises(MeasurementOutOfRange) as refused:
        weigh(scene, subject, found.kind, str(beyond))
    assert refused.value.details["name"] == found.name


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_no_number_is_no_measurement(scene: Scene, pregnancy: Pregnancy, value: str):
    with pytest.raises(MeasurementOutOfRange):
        weigh(scene, pregnancy, "mother_weight", value)


def test_a_childs_measurement_is_none_of_a_pregnancy(scene: Scene, pregnancy: Pregnancy):
    with pytest.raises(NoSuchItem):
        weigh(scene, pregnancy, "child_head", "40")


def test_every_kind_of_measurement_has_a_range_with_a_source():
    assert {each.kind for each in RANGES.measurements} == set(MeasurementKind)
    assert all(each.source for each in RANGES.measurements)


def test_a_range_upside_down_is_refused():
    with pytest.raises(ValueError, match="upside down"):
        Range(
            kind="x", subject=Subject.CHILD, name="x", unit="x", least=Decimal(2),
            most=Decimal(1), mark=Mark.PROPOSED, source="x",
        )  # fmt: skip


def test_measurements_and_doses_are_taken_back_too(scene: Scene, pregnancy: Pregnancy, boy: Child):
    weight = weigh(scene, pregnancy, "mother_weight", "61.5")
    given = tell_dose(scene, boy, dose("BCG", 1, date(2025, 6, 2)))

    take_back(scene, pregnancy, weight.id, scene.her)
    take_back(scene, boy, given.id, scene.staff)

    assert measurements_of(scene.session, subject=pregnancy) == []
    assert doses_of(scene.session, child_id=boy.id) == []
