"""A wrong record is taken back, never lost."""

from datetime import date

import pytest

from accounts.models import SubjectKind
from accounts.rules import Actor
from core.errors import NotFound
from handbook.errors import ConfirmedByStaff
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.queries_records import record_of, visits_of
from tests.handbook.lives.conftest import Scene
from tests.handbook.lives.records_told import confirm, dose, report, take_back, tell_dose


def test_a_family_takes_back_what_it_said(scene: Scene, pregnancy: Pregnancy):
    visit = report(scene, pregnancy, "gbs")

    take_back(scene, pregnancy, visit.id, scene.her)

    assert visits_of(scene.session, subject=pregnancy) == []
    assert (visit.withdrawn_at, visit.withdrawn_by_id) == (scene.now, scene.her.id)


def test_what_was_taken_back_may_be_said_again(scene: Scene, pregnancy: Pregnancy):
    visit = report(scene, pregnancy, "gbs")
    take_back(scene, pregnancy, visit.id, scene.her)

    again = report(scene, pregnancy, "gbs")

    assert visits_of(scene.session, subject=pregnancy) == [again]


def test_a_family_does_not_take_back_what_staff_confirmed(scene: Scene, pregnancy: Pregnancy):
    report(scene, pregnancy, "gbs")
    visit = confirm(scene, pregnancy, "gbs")

    with pytest.raises(ConfirmedByStaff):
        take_back(scene, pregnancy, visit.id, scene.her)

    assert visit.withdrawn_at is None


def test_a_family_does_not_take_back_what_somebody_else_said(scene: Scene, pregnancy: Pregnancy):
    visit = report(scene, pregnancy, "gbs")
    other = Actor(SubjectKind.PERSON, scene.cast.newcomer.id)

    with pytest.raises(ConfirmedByStaff):
        take_back(scene, pregnancy, visit.id, other)


def test_a_record_of_somebody_else_is_not_found(scene: Scene, pregnancy: Pregnancy, boy: Child):
    visit = report(scene, pregnancy, "gbs")
    given = tell_dose(scene, boy, dose("BCG", 1, date(2025, 6, 2)))

    with pytest.raises(NotFound):
        record_of(scene.session, subject=boy, record_id=visit.id)
    with pytest.raises(NotFound):
        record_of(scene.session, subject=pregnancy, record_id=given.id)
    with pytest.raises(NotFound):
        record_of(scene.session, subject=pregnancy, record_id="xyz")


def test_what_was_taken_back_is_not_found(scene: Scene, pregnancy: Pregnancy):
    visit = report(scene, pregnancy, "gbs")
    take_back(scene, pregnancy, visit.id, scene.her)

    with pytest.raises(NotFound):
        take_back(scene, pregnancy, visit.id, scene.her)
