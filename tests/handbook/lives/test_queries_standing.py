"""Where everything of one family stands, asked of the database."""

from collections.abc import Collection
from datetime import date, timedelta

import pytest

from handbook.actions import Loss, record_loss
from handbook.actions_births import add_child
from handbook.actions_children import choose_plan, move_away
from handbook.actions_dating import set_fetuses
from handbook.actions_records import Given, confirm_visit, report_dose, report_visit
from handbook.births import Newborn
from handbook.models import LossKind, Pregnancy
from handbook.models_lives import Child, GuardianKind
from handbook.standing.mothers import Kind, Stand, Standing
from handbook.standing.queries import standing_of_child, standing_of_pregnancy
from handbook.telling import Seen
from tests.handbook.lives.conftest import TODAY, Scene


def his(scene: Scene, child: Child) -> dict[str, Stand]:
    found = standing_of_child(scene.session, child=child, booked=(), today=TODAY)
    return {each.key: each for each in found}


def hers(scene: Scene, pregnancy: Pregnancy, booked: Collection[str] = ()) -> dict[str, Stand]:
    found = standing_of_pregnancy(scene.session, pregnancy=pregnancy, booked=booked, today=TODAY)
    return {each.key: each for each in found}


def test_a_pregnancy_stands_by_its_records(scene: Scene, pregnancy: Pregnancy):
    report_visit(
        scene.session, subject=pregnancy, item_key="gbs", seen=Seen(TODAY), actor=scene.her,
        now=scene.now,
    )  # fmt: skip
    confirm_visit(
        scene.session, subject=pregnancy, item_key="ogtt", seen=Seen(TODAY), actor=scene.staff,
        now=scene.now,
    )  # fmt: skip

    found = hers(scene, pregnancy, booked={"anc5"})

    assert {key: found[key].standing for key in ("gbs", "ogtt", "anc5", "anc1")} == {
        "gbs": Standing.DONE, "ogtt": Standing.DONE, "anc5": Standing.BOOKED,
        "anc1": Standing.OVERDUE,
    }  # fmt: skip
    assert (found["gbs"].confirmed_day, found["ogtt"].confirmed_day) == (None, TODAY)


def test_nothing_stands_after_a_loss(scene: Scene, pregnancy: Pregnancy):
    record_loss(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
        loss=Loss(LossKind.STILLBIRTH, TODAY, ""), actor=scene.staff, now=scene.now,
    )  # fmt: skip

    assert hers(scene, pregnancy) == {}


def test_twins_have_no_item_that_does_not_apply(scene: Scene, pregnancy: Pregnancy):
    set_fetuses(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id, count=2,
        actor=scene.staff, now=scene.now,
    )  # fmt: skip

    assert "nst" not in hers(scene, pregnancy)


def test_a_childs_visit_after_discharge_stands_once_that_is_known(scene: Scene, girl: Child):
    girl.discharge_day = TODAY

    assert his(scene, girl)["nb_visit"].standing is Standing.WINDOW_OPEN


def test_a_child_without_a_plan_has_none(scene: Scene, girl: Child):
    assert Kind.PLAN not in {each.kind for each in his(scene, girl).values()}


def test_nothing_stands_for_a_child_that_moved_away(scene: Scene, girl: Child):
    away = move_away(scene.session, child=girl, day=TODAY, actor=scene.her, now=scene.now)

    assert his(scene, away) == {}


def test_a_child_has_visits_doses_self_checks_and_its_plan(scene: Scene):
    scene.agree(scene.cast.mother)
    child = add_child(
        scene.session, guardian=scene.cast.mother, kind=GuardianKind.MOTHER,
        newborn=Newborn(date(2026, 1, 1)), gestation_at_birth_days=231, actor=scene.her,
        now=scene.now,
    )  # fmt: skip
    choose_plan(
        scene.session, child=child, plan="preterm_high_risk", actor=scene.staff, now=scene.now
    )
    report_dose(
        scene.session, child=child, given=Given("BCG", 1, Seen(date(2026, 1, 2))),
        actor=scene.her, now=scene.now,
    )  # fmt: skip

    found = his(scene, child)

    assert {each.kind for each in found.values()} == set(Kind)
    assert found["dose:BCG:1"].standing is Standing.DONE
    assert found["preterm_high_risk"].standing is Standing.OVERDUE
    assert found["signs_3m"].from_day == date(2026, 5, 19)
    assert "nb_visit" not in found


@pytest.mark.parametrize(
    ("key", "days", "expected"),
    [
        pytest.param("chd", 28, Standing.OVERDUE, id="heart-until-28-days"),
        pytest.param("chd", 29, Standing.MISSED, id="heart-not-after"),
        pytest.param("chd", 1096, Standing.MISSED, id="heart-not-at-three-years"),
        pytest.param("heel", 60, Standing.OVERDUE, id="heel-within-three-months"),
        pytest.param("heel", 1096, Standing.MISSED, id="heel-not-at-three-years"),
        pytest.param("hear1", 42, Standing.OVERDUE, id="hearing-until-42-days"),
        pytest.param("hear1", 1096, Standing.MISSED, id="hearing-not-at-three-years"),
    ],
)
def test_what_only_newborns_have_is_not_made_up_for_ever(
    scene: Scene, girl: Child, key: str, days: int, expected: Standing
):
    today = girl.birth_day + timedelta(days=days)

    found = standing_of_child(scene.session, child=girl, booked=(), today=today)

    assert {one.key: one.standing for one in found}[key] is expected


def test_a_limit_that_we_propose_is_shown_as_unsure_where_it_counts(scene: Scene, girl: Child):
    def needs_review(days: int) -> bool:
        today = girl.birth_day + timedelta(days=days)
        found = standing_of_child(scene.session, child=girl, booked=(), today=today)
        return next(one for one in found if one.key == "chd").needs_review

    assert (needs_review(1), needs_review(10)) == (False, True)


def test_a_certificate_that_is_fetched_is_never_late(scene: Scene, girl: Child):
    today = girl.birth_day + timedelta(days=400)

    found = standing_of_child(scene.session, child=girl, booked=(), today=today)

    assert "birth_cert" not in {one.key for one in found}
