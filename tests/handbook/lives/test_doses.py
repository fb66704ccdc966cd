"""Vaccine doses in the record, by whatever schedule."""

from datetime import date

import pytest

from handbook.actions_records import (
    confirm_dose,
)
from handbook.errors import AlreadyRecorded, NoSuchItem
from handbook.models_lives import Child
from handbook.queries_records import doses_of
from tests.handbook.lives.conftest import Scene
from tests.handbook.lives.records_told import dose, tell_dose


def test_a_dose_told_and_confirmed_is_one_row_with_two_days(scene: Scene, boy: Child):
    tell_dose(scene, boy, dose("DTaP", 1, date(2025, 8, 1)))

    row = confirm_dose(
        scene.session, child=boy, given=dose("DTaP", 1, date(2025, 8, 2), "L-7"),
        actor=scene.staff, now=scene.now,
    )  # fmt: skip

    assert (row.reported_day, row.confirmed_day, row.lot) == (
        date(2025, 8, 1), date(2025, 8, 2), "L-7",
    )  # fmt: skip
    assert row.day == date(2025, 8, 2)
    assert doses_of(scene.session, child_id=boy.id) == [row]


def test_a_dose_is_told_once(scene: Scene, boy: Child):
    tell_dose(scene, boy, dose("DTaP", 1, date(2025, 8, 1)))

    with pytest.raises(AlreadyRecorded):
        tell_dose(scene, boy, dose("DTaP", 1, date(2025, 8, 9)))


def test_doses_of_the_older_schedule_are_recorded(scene: Scene, boy: Child):
    for number, day in enumerate((date(2025, 9, 1), date(2025, 10, 1), date(2025, 11, 1)), 1):
        tell_dose(scene, boy, dose("DTaP", number, day))

    assert [each.number for each in doses_of(scene.session, child_id=boy.id)] == [1, 2, 3]


def test_an_inactivated_dose_may_stand_for_an_oral_one(scene: Scene, boy: Child):
    assert tell_dose(scene, boy, dose("IPV", 3, date(2025, 10, 1))).number == 3


@pytest.mark.parametrize(
    ("vaccine", "number"),
    [
        pytest.param("XYZ", 1, id="no-such-vaccine"),
        pytest.param("DTaP", 6, id="more-than-the-series"),
        pytest.param("DTaP", 0, id="before-the-first"),
    ],
)
def test_an_unknown_dose_is_refused(scene: Scene, boy: Child, vaccine: str, number: int):
    with pytest.raises(NoSuchItem):
        tell_dose(scene, boy, dose(vaccine, number, date(2025, 8, 1)))
