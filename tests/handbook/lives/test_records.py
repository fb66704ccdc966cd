"""What families report and what staff confirm stand apart; what cannot be is refused."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import withdraw_consent
from accounts.errors import ConsentNeeded
from accounts.models import AuditRow, Purpose
from core.errors import Forbidden, Refusal
from handbook.actions import Loss, record_loss
from handbook.actions_children import choose_plan, record_death
from handbook.actions_records import (
    confirm_visit,
    report_visit,
)
from handbook.errors import (
    AlreadyClosed,
    AlreadyRecorded,
    ChildClosed,
    ChildConsentNeeded,
    DayOutOfRange,
    NoSuchItem,
)
from handbook.models import LossKind, Pregnancy
from handbook.models_lives import Child
from handbook.queries_records import visits_of
from handbook.telling import Seen
from tests.handbook.lives.conftest import TODAY, Scene
from tests.handbook.lives.records_told import EARLIER, confirm, report, take_back


def test_a_report_fills_only_the_familys_columns(scene: Scene, pregnancy: Pregnancy):
    visit = report(scene, pregnancy, "gbs")

    assert (visit.reported_day, visit.reported_by_id, visit.reported_place) == (
        EARLIER, scene.her.id, "县医院",
    )  # fmt: skip
    assert (visit.confirmed_day, visit.confirmed_by_id, visit.is_confirmed) == (None, None, False)


def test_staff_confirm_beside_what_the_family_said(scene: Scene, pregnancy: Pregnancy):
    report(scene, pregnancy, "gbs")

    visit = confirm(scene, pregnancy, "gbs")

    assert (visit.reported_by_id, visit.confirmed_by_id) == (scene.her.id, scene.staff.id)
    assert (visit.reported_place, visit.confirmed_place) == ("县医院", None)
    assert visits_of(scene.session, subject=pregnancy) == [visit]


def test_staffs_day_is_another_row_when_it_differs(scene: Scene, pregnancy: Pregnancy):
    report(scene, pregnancy, "gbs")

    visit = confirm(scene, pregnancy, "gbs", TODAY)

    assert [each.day for each in visits_of(scene.session, subject=pregnancy)] == [EARLIER, TODAY]
    assert visit.reported_day is None


def test_a_family_reports_beside_what_staff_confirmed(scene: Scene, pregnancy: Pregnancy):
    confirm(scene, pregnancy, "gbs")

    visit = report(scene, pregnancy, "gbs")

    assert (visit.reported_day, visit.confirmed_day) == (EARLIER, EARLIER)


@pytest.mark.parametrize("tell", [report, confirm])
def test_the_same_is_not_recorded_twice(scene: Scene, pregnancy: Pregnancy, tell):
    tell(scene, pregnancy, "gbs")

    with pytest.raises(AlreadyRecorded):
        tell(scene, pregnancy, "gbs")


def test_a_visit_that_comes_again_has_a_row_for_each_day(scene: Scene, pregnancy: Pregnancy):
    report(scene, pregnancy, "nst", EARLIER)
    report(scene, pregnancy, "nst", TODAY)

    assert len(visits_of(scene.session, subject=pregnancy)) == 2


def test_families_do_not_confirm_and_staff_do_not_report(scene: Scene, pregnancy: Pregnancy):
    seen = Seen(EARLIER)

    with pytest.raises(Forbidden):
        confirm_visit(
            scene.session, subject=pregnancy, item_key="gbs", seen=seen, actor=scene.her,
            now=scene.now,
        )  # fmt: skip
    with pytest.raises(Forbidden):
        report_visit(
            scene.session, subject=pregnancy, item_key="gbs", seen=seen, actor=scene.staff,
            now=scene.now,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "day", "refusal"),
    [
        pytest.param("c03", EARLIER, NoSuchItem, id="a-childs-visit"),
        pytest.param("gbs", TODAY + timedelta(days=1), DayOutOfRange, id="tomorrow"),
        pytest.param("gbs", date(2025, 8, 24), DayOutOfRange, id="before-the-pregnancy"),
    ],
)
def test_what_cannot_be_is_not_recorded(
    scene: Scene, pregnancy: Pregnancy, key: str, day: date, refusal: type[Refusal]
):
    with pytest.raises(refusal):
        report(scene, pregnancy, key, day)

    assert visits_of(scene.session, subject=pregnancy) == []


def test_nothing_is_recorded_without_consent(scene: Scene, pregnancy: Pregnancy, boy: Child):
    for purpose in (Purpose.HANDBOOK, Purpose.CHILD_RECORD):
        withdraw_consent(scene.session, person=scene.cast.mother, purpose=purpose, now=scene.now)

    with pytest.raises(ConsentNeeded):
        report(scene, pregnancy, "gbs")
    with pytest.raises(ChildConsentNeeded):
        confirm(scene, boy, "c08")


def test_nothing_is_recorded_of_a_life_that_is_over(scene: Scene, pregnancy: Pregnancy, boy: Child):
    record_loss(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
        loss=Loss(LossKind.STILLBIRTH, TODAY, ""), actor=scene.staff, now=scene.now,
    )  # fmt: skip
    record_death(scene.session, child=boy, day=TODAY, note="", actor=scene.staff, now=scene.now)

    with pytest.raises(AlreadyClosed):
        report(scene, pregnancy, "gbs")
    with pytest.raises(ChildClosed):
        report(scene, boy, "c08")


def test_every_record_leaves_an_audit_row(scene: Scene, pregnancy: Pregnancy):
    visit = report(scene, pregnancy, "gbs")
    confirm(scene, pregnancy, "gbs")
    take_back(scene, pregnancy, visit.id, scene.staff)

    rows = scene.session.scalars(
        sa.select(AuditRow).where(AuditRow.subject_id == visit.id).order_by(AuditRow.number)
    )
    assert [(row.act, row.actor_id) for row in rows] == [
        ("reported_visit", scene.her.id),
        ("confirmed_visit", scene.staff.id),
        ("withdraw_record", scene.staff.id),
    ]


def test_the_place_rests_sealed(scene: Scene, pregnancy: Pregnancy):
    report(scene, pregnancy, "gbs")

    raw = scene.session.connection().exec_driver_sql("select reported_place from visit_record")

    assert "县医院".encode() not in raw.scalar_one()


@pytest.mark.parametrize("key", ["c12", "signs_12m", "eye_12"])
def test_a_childs_visits_and_self_checks_are_recorded(scene: Scene, boy: Child, key: str):
    visit = report(scene, boy, key)

    assert (visit.child_id, visit.pregnancy_id) == (boy.id, None)


def test_a_visit_of_the_plan_sets_the_next_one_and_taking_it_back_undoes_that(
    scene: Scene, boy: Child
):
    choose_plan(scene.session, child=boy, plan="preterm_low_risk", actor=scene.staff, now=scene.now)
    first = (boy.plan_from_day, boy.plan_to_day)

    visit = confirm(scene, boy, "preterm_low_risk", date(2025, 8, 10))
    second = (boy.plan_from_day, boy.plan_to_day)
    take_back(scene, boy, visit.id, scene.staff)

    assert first == (date(2025, 7, 1), date(2025, 8, 1))
    assert second == (date(2025, 9, 10), date(2025, 10, 10))
    assert (boy.plan_from_day, boy.plan_to_day) == first


def test_without_the_plan_its_visit_is_no_item(scene: Scene, boy: Child):
    with pytest.raises(NoSuchItem):
        report(scene, boy, "preterm_low_risk")
