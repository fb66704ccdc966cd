"""Follow-up plans that clinicians choose, and what is known of an infection."""

from datetime import date, timedelta

import pytest

from core.errors import Forbidden
from handbook.actions_births import add_child
from handbook.actions_children import (
    choose_plan,
    move_away,
    record_exposure,
)
from handbook.births import Newborn
from handbook.errors import ChildClosed, NoSuchItem
from handbook.models_lives import Child, Finding, GuardianKind
from handbook.queries_children import (
    exposure_of,
    life_of,
)
from tests.handbook.lives.conftest import TODAY, Scene

LATER = timedelta(days=60)


def test_a_plan_sets_the_next_visit_from_birth(scene: Scene, toddler: Child):
    choose_plan(
        scene.session, child=toddler, plan="preterm_high_risk", actor=scene.staff, now=scene.now
    )

    assert (toddler.plan_from_day, toddler.plan_to_day) == (date(2025, 6, 15), date(2025, 6, 15))
    assert {event.after for event in life_of(scene.session, child_id=toddler.id)} == {
        "living", "preterm_high_risk",
    }  # fmt: skip


def test_a_plan_that_is_given_up_leaves_no_visit(scene: Scene, toddler: Child):
    choose_plan(
        scene.session, child=toddler, plan="preterm_high_risk", actor=scene.staff, now=scene.now
    )

    choose_plan(scene.session, child=toddler, plan=None, actor=scene.staff, now=scene.now)

    assert (toddler.plan, toddler.plan_from_day, toddler.plan_to_day) == (None, None, None)


def test_a_plan_that_is_over_has_no_next_visit(scene: Scene):
    scene.agree(scene.cast.mother)
    schoolchild = add_child(
        scene.session, guardian=scene.cast.mother, kind=GuardianKind.MOTHER,
        newborn=Newborn(date(2020, 6, 1)), gestation_at_birth_days=210, actor=scene.her,
        now=scene.now,
    )  # fmt: skip
    schoolchild.discharge_day = date(2024, 1, 1)

    choose_plan(
        scene.session, child=schoolchild, plan="preterm_low_risk", actor=scene.staff,
        now=scene.now,
    )  # fmt: skip

    assert (schoolchild.plan, schoolchild.plan_from_day) == ("preterm_low_risk", None)


def test_an_unknown_plan_is_refused(scene: Scene, toddler: Child):
    with pytest.raises(NoSuchItem):
        choose_plan(scene.session, child=toddler, plan="mine", actor=scene.staff, now=scene.now)


def test_no_plan_is_chosen_for_a_child_that_moved_away(scene: Scene, girl: Child):
    move_away(scene.session, child=girl, day=TODAY, actor=scene.her, now=scene.now)

    with pytest.raises(ChildClosed):
        choose_plan(scene.session, child=girl, plan=None, actor=scene.staff, now=scene.now)


def test_the_newest_exposure_is_read_by_those_who_may(scene: Scene, girl: Child):
    clinician = scene.cast.clinician
    record_exposure(
        scene.session, child=girl, finding=Finding.UNKNOWN, staff=clinician, now=scene.now
    )
    record_exposure(
        scene.session, child=girl, finding=Finding.POSITIVE, staff=clinician,
        now=scene.now + LATER,
    )  # fmt: skip

    found = exposure_of(scene.session, staff=clinician, child_id=girl.id)

    assert found is not None
    assert found.hbsag == "positive"
    assert {event.after for event in life_of(scene.session, child_id=girl.id)} == {
        "living", "recorded",
    }  # fmt: skip


def test_an_exposure_is_sealed_and_apart_from_the_child(scene: Scene, girl: Child):
    record_exposure(
        scene.session, child=girl, finding=Finding.POSITIVE, staff=scene.cast.clinician,
        now=scene.now,
    )  # fmt: skip
    scene.session.flush()

    raw = scene.session.connection().exec_driver_sql("select hbsag from exposure").scalar_one()

    assert b"positive" not in raw
    assert not hasattr(girl, "hbsag")


@pytest.mark.parametrize("role", ["care_worker", "clerk", "manager", "author"])
def test_nobody_else_reads_or_writes_an_exposure(scene: Scene, girl: Child, role: str):
    staff = getattr(scene.cast, role)

    def write() -> object:
        return record_exposure(
            scene.session, child=girl, finding=Finding.NEGATIVE, staff=staff, now=scene.now
        )

    with pytest.raises(Forbidden):
        exposure_of(scene.session, staff=staff, child_id=girl.id)
    with pytest.raises(Forbidden):
        write()


def test_no_exposure_is_nothing(scene: Scene, girl: Child):
    assert exposure_of(scene.session, staff=scene.cast.clinician, child_id=girl.id) is None
