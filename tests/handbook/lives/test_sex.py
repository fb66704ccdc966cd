"""A child's sex told later, or corrected: what depends on it follows."""

from datetime import date

import pytest

from handbook.actions_children import move_away
from handbook.actions_sex import set_sex
from handbook.care.vaccines import Sex
from handbook.errors import AlreadyRecorded, ChildClosed, ReasonNeeded, SexKnown
from handbook.models import Aspect
from handbook.models_lives import Child
from handbook.queries_children import life_of
from handbook.standing.queries import standing_of_child
from tests.handbook.lives.conftest import TODAY, Scene


def tell(scene: Scene, child: Child, sex: Sex, *, actor=None, reason: str = "") -> Child:
    return set_sex(
        scene.session, child=child, sex=sex, reason=reason, actor=actor or scene.her, now=scene.now
    )


def doses(scene: Scene, child: Child) -> set[str]:
    found = standing_of_child(scene.session, child=child, booked=(), today=TODAY)
    return {stand.key for stand in found if stand.key.startswith("dose:")}


def test_a_family_tells_the_sex_once_and_the_doses_follow(scene: Scene, boy: Child):
    before = doses(scene, boy)

    tell(scene, boy, Sex.FEMALE)

    assert doses(scene, boy) - before == {"dose:HPV2:1", "dose:HPV2:2"}
    assert boy.known_at == scene.now


def test_a_family_does_not_change_what_is_known(scene: Scene, girl: Child):
    with pytest.raises(SexKnown):
        tell(scene, girl, Sex.MALE, reason="填错了")

    assert girl.sex is Sex.FEMALE


def test_staff_correct_it_with_a_reason_that_is_kept(scene: Scene, girl: Child):
    tell(scene, girl, Sex.MALE, actor=scene.staff, reason="登记时填反")

    (event,) = (one for one in life_of(scene.session, child_id=girl.id) if one.aspect is Aspect.SEX)
    assert (event.before, event.after, event.note) == ("female", "male", "登记时填反")
    assert not {key for key in doses(scene, girl) if "HPV2" in key}


def test_a_correction_needs_its_reason(scene: Scene, girl: Child):
    with pytest.raises(ReasonNeeded):
        tell(scene, girl, Sex.MALE, actor=scene.staff)


def test_what_is_known_is_not_told_again(scene: Scene, girl: Child):
    with pytest.raises(AlreadyRecorded):
        tell(scene, girl, Sex.FEMALE, actor=scene.staff, reason="再核对")


def test_of_a_child_that_moved_away_nothing_is_told(scene: Scene, boy: Child):
    move_away(scene.session, child=boy, day=date(2026, 5, 1), actor=scene.her, now=scene.now)

    with pytest.raises(ChildClosed):
        tell(scene, boy, Sex.FEMALE)
