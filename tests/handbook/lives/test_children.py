"""Who looks after a child, where it goes, and the silence after a death."""

from datetime import date, datetime, timedelta

import pytest

from accounts.actions import withdraw_consent
from accounts.models import Person, Purpose, SubjectKind
from accounts.rules import Actor
from core.errors import Forbidden, NotFound, Refusal
from handbook.actions import Loss, record_loss
from handbook.actions_births import add_child
from handbook.actions_children import (
    add_guardian,
    choose_plan,
    come_back,
    end_guardianship,
    move_away,
    record_death,
    record_exposure,
)
from handbook.births import Newborn
from handbook.errors import (
    AlreadyGuardian,
    ChildClosed,
    ChildConsentNeeded,
    ChildIsLiving,
    DayOutOfRange,
    LastGuardian,
    NoSuchItem,
    TooManyGuardians,
)
from handbook.models import LossKind, Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState, Finding, GuardianKind
from handbook.queries import events_of, items_of
from handbook.queries_children import (
    check_child_consent,
    child_in,
    child_of_guardian,
    children_of,
    exposure_of,
    life_of,
)
from tests.handbook.lives.conftest import TODAY, Scene

FATHER = GuardianKind.FATHER
LATER = timedelta(days=60)


def guard(scene: Scene, child: Child, person: Person, kind: GuardianKind = FATHER):
    return add_guardian(
        scene.session, child=child, person=person, kind=kind, actor=scene.her, now=scene.now
    )


def die(scene: Scene, child: Child, day: date, now: datetime | None = None) -> Child:
    return record_death(
        scene.session, child=child, day=day, note="电话告知", actor=scene.staff,
        now=now or scene.now,
    )  # fmt: skip


@pytest.fixture
def father(scene: Scene) -> Person:
    """Mei stands in for the father: another person with a WeChat of her own."""
    return scene.cast.newcomer


@pytest.fixture
def twins(scene: Scene, pregnancy: Pregnancy) -> list[Child]:
    scene.agree(scene.cast.mother)
    return scene.bear(pregnancy, Newborn(TODAY), Newborn(TODAY, rank=2))


@pytest.fixture
def toddler(scene: Scene) -> Child:
    """Born at 30+0 a year ago, and not of a pregnancy we know."""
    scene.agree(scene.cast.mother)
    return add_child(
        scene.session, guardian=scene.cast.mother, kind=GuardianKind.MOTHER,
        newborn=Newborn(date(2025, 6, 1)), gestation_at_birth_days=210, actor=scene.her,
        now=scene.now,
    )  # fmt: skip


def test_a_second_guardian_sees_the_child(scene: Scene, girl: Child, father: Person):
    guard(scene, girl, father)

    assert children_of(scene.session, person_id=father.id) == [girl]
    assert child_of_guardian(scene.session, person_id=father.id, child_id=girl.id) == girl


def test_from_the_end_of_guardianship_nothing_is_seen(scene: Scene, girl: Child, father: Person):
    guardian = guard(scene, girl, father)

    end_guardianship(scene.session, child=girl, person_id=father.id, actor=scene.her, now=scene.now)

    assert guardian.until_at == scene.now
    assert children_of(scene.session, person_id=father.id) == []
    with pytest.raises(NotFound):
        child_of_guardian(scene.session, person_id=father.id, child_id=girl.id)
    assert "ended" in {event.after for event in life_of(scene.session, child_id=girl.id)}


def test_a_guardian_may_come_again(scene: Scene, girl: Child, father: Person):
    guard(scene, girl, father)
    end_guardianship(scene.session, child=girl, person_id=father.id, actor=scene.her, now=scene.now)

    guard(scene, girl, father)

    assert children_of(scene.session, person_id=father.id) == [girl]


def test_the_end_of_no_guardianship_changes_nothing(scene: Scene, girl: Child, father: Person):
    end_guardianship(scene.session, child=girl, person_id=father.id, actor=scene.her, now=scene.now)

    assert len(life_of(scene.session, child_id=girl.id)) == 1


def test_somebody_always_looks_after_a_living_child(scene: Scene, girl: Child):
    with pytest.raises(LastGuardian):
        end_guardianship(
            scene.session, child=girl, person_id=scene.cast.mother.id, actor=scene.staff,
            now=scene.now,
        )  # fmt: skip

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


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(TODAY - timedelta(days=1), id="before-birth"),
        pytest.param(TODAY + timedelta(days=1), id="tomorrow"),
    ],
)
def test_an_impossible_day_of_a_death_is_refused(scene: Scene, girl: Child, day: date):
    with pytest.raises(DayOutOfRange):
        die(scene, girl, day)

    assert girl.state is ChildState.LIVING


def test_after_a_newborns_death_the_pregnancy_is_lost_and_silent(
    scene: Scene, pregnancy: Pregnancy, girl: Child
):
    die(scene, girl, TODAY)

    assert (pregnancy.state, pregnancy.loss, pregnancy.loss_day) == (
        PregnancyState.ENDED, LossKind.NEONATAL_DEATH, TODAY,
    )  # fmt: skip
    assert items_of(pregnancy, today=TODAY) == []
    assert children_of(scene.session, person_id=scene.cast.mother.id) == []
    assert "电话告知" in {event.note for event in life_of(scene.session, child_id=girl.id)}


@pytest.mark.parametrize(
    ("days", "state"),
    [
        pytest.param(27, PregnancyState.ENDED, id="27-days-old-is-a-newborn"),
        pytest.param(28, PregnancyState.DELIVERED, id="28-days-old-is-not"),
    ],
)
def test_a_newborn_is_less_than_28_days_old(
    scene: Scene, pregnancy: Pregnancy, girl: Child, days: int, state: PregnancyState
):
    die(scene, girl, TODAY + timedelta(days=days), scene.now + LATER)

    assert pregnancy.state is state


def test_after_a_later_death_nothing_of_the_delivered_pregnancy_is_said(
    scene: Scene, pregnancy: Pregnancy, girl: Child
):
    die(scene, girl, TODAY + timedelta(days=40), scene.now + LATER)

    assert (pregnancy.state, pregnancy.quiet_at) == (PregnancyState.DELIVERED, scene.now + LATER)
    assert items_of(pregnancy, today=TODAY + timedelta(days=42)) == []
    assert "quiet" in {each.aspect for each in events_of(scene.session, pregnancy_id=pregnancy.id)}


def test_the_death_of_one_twin_is_noted_and_the_other_is_looked_after(
    scene: Scene, pregnancy: Pregnancy, twins: list[Child]
):
    dead, living = twins

    die(scene, dead, TODAY)

    assert (pregnancy.state, pregnancy.loss) == (PregnancyState.DELIVERED, LossKind.NEONATAL_DEATH)
    assert [item.key for item in items_of(pregnancy, today=TODAY)] == ["pp42"]
    assert children_of(scene.session, person_id=scene.cast.mother.id) == [living]


def test_the_later_death_of_one_twin_leaves_the_pregnancy_as_it_is(
    scene: Scene, pregnancy: Pregnancy, twins: list[Child]
):
    die(scene, twins[0], TODAY + timedelta(days=40), scene.now + LATER)

    assert (pregnancy.loss, pregnancy.quiet_at) == (None, None)


def test_after_both_twins_deaths_the_pregnancy_is_lost(
    scene: Scene, pregnancy: Pregnancy, twins: list[Child]
):
    for child in twins:
        die(scene, child, TODAY)

    assert pregnancy.state is PregnancyState.ENDED


def test_a_twin_that_moved_away_is_still_alive(
    scene: Scene, pregnancy: Pregnancy, twins: list[Child]
):
    move_away(scene.session, child=twins[1], day=TODAY, actor=scene.her, now=scene.now)

    die(scene, twins[0], TODAY)

    assert pregnancy.state is PregnancyState.DELIVERED


def test_a_death_needs_no_consent(scene: Scene, girl: Child):
    withdraw_consent(
        scene.session, person=scene.cast.mother, purpose=Purpose.CHILD_RECORD, now=scene.now
    )

    assert die(scene, girl, TODAY).state is ChildState.DIED


def test_a_death_of_a_child_that_came_later_touches_no_pregnancy(scene: Scene, toddler: Child):
    assert die(scene, toddler, TODAY).closed_at == scene.now


def test_a_death_is_written_down_once(scene: Scene, girl: Child):
    die(scene, girl, TODAY)

    with pytest.raises(ChildClosed):
        die(scene, girl, TODAY)


def test_a_loss_is_not_told_of_a_pregnancy_whose_child_has_a_record(
    scene: Scene, pregnancy: Pregnancy, girl: Child
):
    with pytest.raises(ChildIsLiving):
        record_loss(
            scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
            loss=Loss(LossKind.NEONATAL_DEATH, TODAY, ""), actor=scene.staff, now=scene.now,
        )  # fmt: skip

    assert girl.state is ChildState.LIVING


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
