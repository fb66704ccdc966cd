"""A family that comes later adds its child."""

from datetime import date

import pytest

from core.errors import Refusal
from handbook.actions_births import add_child
from handbook.births import Newborn
from handbook.errors import BirthDayOutOfRange, ChildAgeOutOfRange, ChildConsentNeeded, ChildKnown
from handbook.models_lives import Child, ChildState, GuardianKind
from handbook.queries_children import children_of
from tests.handbook.lives.conftest import Scene


def add(scene: Scene, newborn: Newborn, gestation_days: int | None = None) -> Child:
    return add_child(
        scene.session, guardian=scene.cast.mother, kind=GuardianKind.MOTHER, newborn=newborn,
        gestation_at_birth_days=gestation_days, actor=scene.her, now=scene.now,
    )  # fmt: skip


def test_a_family_that_comes_later_adds_its_child(scene: Scene):
    scene.agree(scene.cast.mother)

    child = add(scene, Newborn(date(2024, 2, 29), name="晚来"), 210)

    assert (child.pregnancy_id, child.gestation_at_birth_days) == (None, 210)
    assert child.development_day == date(2024, 5, 9)


def test_a_child_whose_gestation_nobody_knows_is_taken_as_full_term(scene: Scene):
    scene.agree(scene.cast.mother)

    child = add(scene, Newborn(date(2024, 2, 29)))

    assert child.development_day == child.birth_day


def test_a_child_is_added_once_but_its_twin_may_follow(scene: Scene):
    scene.agree(scene.cast.mother)
    first = add(scene, Newborn(date(2024, 2, 29)))
    second = add(scene, Newborn(date(2024, 2, 29), rank=2))

    with pytest.raises(ChildKnown):
        add(scene, Newborn(date(2024, 2, 29)))

    assert children_of(scene.session, person_id=scene.cast.mother.id) == [first, second]


@pytest.mark.parametrize(
    ("born", "gestation_days", "refusal"),
    [
        pytest.param(date(2026, 6, 2), None, ChildAgeOutOfRange, id="not-born"),
        pytest.param(date(2008, 6, 1), None, ChildAgeOutOfRange, id="eighteen-today"),
        pytest.param(date(2024, 1, 1), 139, BirthDayOutOfRange, id="nobody-is-born-so-early"),
        pytest.param(date(2024, 1, 1), 309, BirthDayOutOfRange, id="nor-so-late"),
    ],
)
def test_an_impossible_child_is_not_added(
    scene: Scene, born: date, gestation_days: int | None, refusal: type[Refusal]
):
    scene.agree(scene.cast.mother)

    with pytest.raises(refusal):
        add(scene, Newborn(born), gestation_days)


def test_the_day_before_eighteen_is_still_childhood(scene: Scene):
    scene.agree(scene.cast.mother)

    assert add(scene, Newborn(date(2008, 6, 2))).state is ChildState.LIVING


def test_nobody_adds_a_child_without_consent(scene: Scene):
    with pytest.raises(ChildConsentNeeded):
        add(scene, Newborn(date(2024, 1, 1)))
