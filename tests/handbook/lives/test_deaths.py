"""The silence after a death."""

from datetime import date, datetime, timedelta

import pytest

from accounts.actions import withdraw_consent
from accounts.models import Purpose
from handbook.actions import Loss, record_loss
from handbook.actions_children import (
    move_away,
    record_death,
)
from handbook.births import Newborn
from handbook.care.schedule import CURRENT_CHILD
from handbook.errors import ChildClosed, ChildIsLiving, DayOutOfRange
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.queries import Filters, worklist
from handbook.follow_up.rules import TaskKind
from handbook.models import LossKind, Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState
from handbook.queries import events_of, items_of
from handbook.queries_children import (
    children_of,
    life_of,
)
from handbook.standing.windows import opening_between
from tests.handbook.lives.conftest import TODAY, Scene

LATER = timedelta(days=60)


def die(scene: Scene, child: Child, day: date, now: datetime | None = None) -> Child:
    return record_death(
        scene.session, child=child, day=day, note="电话告知", actor=scene.staff,
        now=now or scene.now,
    )  # fmt: skip


@pytest.fixture
def twins(scene: Scene, pregnancy: Pregnancy) -> list[Child]:
    scene.agree(scene.cast.mother)
    return scene.bear(pregnancy, Newborn(TODAY), Newborn(TODAY, rank=2))


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


def aftercare(scene: Scene) -> list[FollowUpTask]:
    rows = worklist(scene.session, hospital_id=scene.cast.hospital.id, filters=Filters())
    return [row.task for row in rows if row.task.kind is TaskKind.LOSS_AFTERCARE]


def test_after_the_death_of_one_twin_somebody_asks_after_the_mother(
    scene: Scene, pregnancy: Pregnancy, twins: list[Child]
):
    die(scene, twins[0], TODAY)

    assert [task.pregnancy_id for task in aftercare(scene)] == [pregnancy.id]


def test_when_one_twin_is_born_dead_somebody_asks_after_the_mother(
    scene: Scene, pregnancy: Pregnancy
):
    scene.agree(scene.cast.mother)

    (living,) = scene.bear(pregnancy, Newborn(TODAY, rank=2), is_one_stillborn=True)

    assert [task.pregnancy_id for task in aftercare(scene)] == [pregnancy.id]
    assert children_of(scene.session, person_id=scene.cast.mother.id) == [living]


def test_after_the_death_of_one_twin_only_the_others_care_is_spoken_of(
    scene: Scene, twins: list[Child]
):
    dead, living = twins

    die(scene, dead, TODAY)

    reached = opening_between(
        scene.session, edition=CURRENT_CHILD, from_day=TODAY, to_day=TODAY + LATER
    )
    assert {row.child_id for row in reached} == {living.id}


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
