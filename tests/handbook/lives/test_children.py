"""Who looks after a child, and where it goes."""

import pytest

from accounts.actions import withdraw_consent
from accounts.models import Person, Purpose, SubjectKind
from accounts.rules import Actor
from core.errors import NotFound, Refusal
from handbook.actions_children import (
    add_guardian,
    come_back,
    end_guardianship,
    move_away,
)
from handbook.errors import (
    AlreadyGuardian,
    ChildClosed,
    ChildConsentNeeded,
    ChildIsLiving,
    LastGuardian,
    TooManyGuardians,
)
from handbook.models_lives import Child, ChildState, EndReason, GuardianKind
from handbook.queries_children import (
    check_child_consent,
    child_in,
    child_of_guardian,
    children_of,
    life_of,
)
from tests.handbook.lives.conftest import TODAY, Scene

FATHER = GuardianKind.FATHER


def guard(scene: Scene, child: Child, person: Person, kind: GuardianKind = FATHER):
    return add_guardian(
        scene.session, child=child, person=person, kind=kind, actor=scene.her, now=scene.now
    )


def end(scene: Scene, child: Child, person: Person, reason: EndReason = EndReason.OWN_WISH) -> None:
    end_guardianship(
        scene.session, child=child, person_id=person.id, reason=reason, actor=scene.staff,
        now=scene.now,
    )  # fmt: skip


@pytest.fixture
def father(scene: Scene) -> Person:
    """Mei stands in for the father: another person with a WeChat of her own."""
    return scene.cast.newcomer


def test_a_second_guardian_sees_the_child(scene: Scene, girl: Child, father: Person):
    guard(scene, girl, father)

    assert children_of(scene.session, person_id=father.id) == [girl]
    assert child_of_guardian(scene.session, person_id=father.id, child_id=girl.id) == girl


def test_from_the_end_of_guardianship_nothing_is_seen(scene: Scene, girl: Child, father: Person):
    guardian = guard(scene, girl, father)

    end(scene, girl, father)

    assert guardian.until_at == scene.now
    assert children_of(scene.session, person_id=father.id) == []
    with pytest.raises(NotFound):
        child_of_guardian(scene.session, person_id=father.id, child_id=girl.id)
    assert "own_wish" in {event.after for event in life_of(scene.session, child_id=girl.id)}


def test_the_end_of_a_guardianship_says_why(scene: Scene, girl: Child, father: Person):
    guardian = guard(scene, girl, father)

    end(scene, girl, father, EndReason.CUSTODY)

    assert guardian.end_reason is EndReason.CUSTODY


def test_a_guardian_may_come_again(scene: Scene, girl: Child, father: Person):
    guard(scene, girl, father)
    end(scene, girl, father)

    guard(scene, girl, father)

    assert children_of(scene.session, person_id=father.id) == [girl]


def test_the_end_of_no_guardianship_changes_nothing(scene: Scene, girl: Child, father: Person):
    end(scene, girl, father)

    assert len(life_of(scene.session, child_id=girl.id)) == 1


def test_somebody_always_looks_after_a_living_child(scene: Scene, girl: Child):
    with pytest.raises(LastGuardian):
        end(scene, girl, scene.cast.mother)

    assert children_of(scene.session, person_id=scene.cast.mother.id) == [girl]


def test_nobody_is_guardian_twice(scene: Scene, girl: Child, father: Person):
    guard(scene, girl, father)

    with pytest.raises(AlreadyGuardian):
        guard(scene, girl, father)


def test_beside_the_mother_there_are_two_caregivers_at_most(
    scene: Scene, girl: Child, father: Person
):
    grandmother, aunt = (
        Person(id=f"per_{who}", family_id=father.family_id, role="caregiver", created_at=scene.now)
        for who in ("grandmother", "aunt")
    )
    scene.session.add_all([grandmother, aunt])
    scene.session.flush()
    guard(scene, girl, father)
    guard(scene, girl, grandmother, GuardianKind.GRANDPARENT)

    with pytest.raises(TooManyGuardians) as refused:
        guard(scene, girl, aunt, GuardianKind.OTHER)

    assert refused.value.details == {"most": 2}


def test_the_record_stands_on_the_consent_of_any_who_look_after_the_child(
    scene: Scene, girl: Child, father: Person
):
    guard(scene, girl, father)
    scene.agree(father)
    withdraw_consent(
        scene.session, person=scene.cast.mother, purpose=Purpose.CHILD_RECORD, now=scene.now
    )

    check_child_consent(scene.session, child_id=girl.id)

    assert children_of(scene.session, person_id=father.id) == [girl]


def test_without_any_consent_nothing_more_is_written(scene: Scene, girl: Child, father: Person):
    withdraw_consent(
        scene.session, person=scene.cast.mother, purpose=Purpose.CHILD_RECORD, now=scene.now
    )

    with pytest.raises(ChildConsentNeeded):
        guard(scene, girl, father)


def test_another_hospital_does_not_find_the_child(scene: Scene, girl: Child):
    with pytest.raises(NotFound):
        child_in(scene.session, child_id=girl.id, hospital_id=scene.cast.other_hospital.id)


def test_a_child_that_moved_away_may_come_back(scene: Scene, girl: Child):
    away = move_away(scene.session, child=girl, day=TODAY, actor=scene.her, now=scene.now)
    left = (away.state, away.state_day, away.closed_at)

    back = come_back(scene.session, child=girl, day=TODAY, actor=scene.staff, now=scene.now)

    assert left == (ChildState.MOVED_AWAY, TODAY, scene.now)
    assert (back.state, back.state_day, back.closed_at) == (ChildState.LIVING, None, None)
    assert {event.after for event in life_of(scene.session, child_id=girl.id)} == {
        "living", "moved_away",
    }  # fmt: skip


def test_a_child_that_is_here_does_not_come_back(scene: Scene, girl: Child):
    with pytest.raises(ChildClosed):
        come_back(scene.session, child=girl, day=TODAY, actor=scene.staff, now=scene.now)


@pytest.mark.parametrize("refused", [ChildClosed, ChildIsLiving, LastGuardian])
def test_refusals_carry_no_personal_data(refused: type[Refusal]):
    assert refused().details == {}


def test_who_acted_is_written_with_every_change(scene: Scene, girl: Child, father: Person):
    guard(scene, girl, father)
    by_father = Actor(SubjectKind.PERSON, father.id)

    move_away(scene.session, child=girl, day=TODAY, actor=by_father, now=scene.now)

    assert {event.made_by_id for event in life_of(scene.session, child_id=girl.id)} == {
        scene.staff.id, scene.her.id, father.id,
    }  # fmt: skip
