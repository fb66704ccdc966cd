"""What families report and what staff confirm stand apart; what cannot be is refused."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from accounts.actions import withdraw_consent
from accounts.errors import ConsentNeeded
from accounts.models import AuditRow, Purpose, SubjectKind
from accounts.rules import Actor
from core.errors import Forbidden, NotFound, Refusal
from handbook.actions import Loss, record_loss
from handbook.actions_births import add_child
from handbook.actions_children import choose_plan, record_death
from handbook.actions_records import (
    Given,
    Measured,
    confirm_dose,
    confirm_visit,
    measure,
    report_dose,
    report_visit,
    withdraw,
)
from handbook.births import Newborn
from handbook.errors import (
    AlreadyClosed,
    AlreadyRecorded,
    ChildClosed,
    ChildConsentNeeded,
    ConfirmedByStaff,
    DayOutOfRange,
    MeasurementOutOfRange,
    NoSuchItem,
)
from handbook.models import LossKind, Pregnancy
from handbook.models_lives import Child, GuardianKind
from handbook.models_records import DoseRecord, Measurement, MeasurementKind, VisitRecord
from handbook.queries_records import doses_of, measurements_of, record_of, visits_of
from handbook.ranges import RANGES, Range, Subject
from handbook.rows import Mark
from handbook.telling import Seen
from tests.handbook.lives.conftest import TODAY, Scene

EARLIER = TODAY - timedelta(days=30)


def report(scene: Scene, subject: Pregnancy | Child, key: str, day: date = EARLIER) -> VisitRecord:
    return report_visit(
        scene.session, subject=subject, item_key=key, seen=Seen(day, "县医院"), actor=scene.her,
        now=scene.now,
    )  # fmt: skip


def confirm(scene: Scene, subject: Pregnancy | Child, key: str, day: date = EARLIER) -> VisitRecord:
    return confirm_visit(
        scene.session, subject=subject, item_key=key, seen=Seen(day), actor=scene.staff,
        now=scene.now,
    )  # fmt: skip


def dose(vaccine: str, number: int, day: date, lot: str | None = None) -> Given:
    return Given(vaccine, number, Seen(day), lot)


def tell_dose(scene: Scene, child: Child, given: Given) -> DoseRecord:
    return report_dose(scene.session, child=child, given=given, actor=scene.her, now=scene.now)


def take_back(scene: Scene, subject: Pregnancy | Child, record_id: str, actor: Actor) -> None:
    withdraw(scene.session, subject=subject, record_id=record_id, actor=actor, now=scene.now)


def weigh(scene: Scene, subject: Pregnancy | Child, kind: str, value: str) -> Measurement:
    measured = Measured(MeasurementKind(kind), Decimal(value), TODAY)
    return measure(
        scene.session, subject=subject, measured=measured, actor=scene.her, now=scene.now
    )


@pytest.fixture
def boy(scene: Scene) -> Child:
    """A child of one year whose family came later."""
    scene.agree(scene.cast.mother)
    return add_child(
        scene.session, guardian=scene.cast.mother, kind=GuardianKind.MOTHER,
        newborn=Newborn(date(2025, 6, 1)), gestation_at_birth_days=210, actor=scene.her,
        now=scene.now,
    )  # fmt: skip


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


def test_a_measurement_keeps_value_unit_day_and_who(scene: Scene, pregnancy: Pregnancy):
    weight = weigh(scene, pregnancy, "mother_weight", "61.5")
    weigh(scene, pregnancy, "systolic", "118")

    assert (weight.value, weight.unit, weight.made_by_id) == (Decimal("61.5"), "千克", scene.her.id)
    assert weight.made_by_kind is SubjectKind.PERSON
    found = measurements_of(scene.session, subject=pregnancy, kind=MeasurementKind.MOTHER_WEIGHT)
    assert found == [weight]
    assert len(measurements_of(scene.session, subject=pregnancy)) == 2


@pytest.mark.parametrize("end", ["least", "most"])
@pytest.mark.parametrize("found", RANGES.measurements, ids=lambda each: each.kind)
def test_the_ends_of_every_range_are_accepted_and_beyond_is_refused(
    scene: Scene, pregnancy: Pregnancy, boy: Child, found: Range, end: str
):
    subject = boy if found.subject is Subject.CHILD else pregnancy
    value = getattr(found, end)
    beyond = value + (Decimal("0.01") if end == "most" else Decimal("-0.01"))

    assert weigh(scene, subject, found.kind, str(value)).value == value
    with pytest.raises(MeasurementOutOfRange) as refused:
        weigh(scene, subject, found.kind, str(beyond))
    assert refused.value.details["name"] == found.name


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_no_number_is_no_measurement(scene: Scene, pregnancy: Pregnancy, value: str):
    with pytest.raises(MeasurementOutOfRange):
        weigh(scene, pregnancy, "mother_weight", value)


def test_a_childs_measurement_is_none_of_a_pregnancy(scene: Scene, pregnancy: Pregnancy):
    with pytest.raises(NoSuchItem):
        weigh(scene, pregnancy, "child_head", "40")


def test_every_kind_of_measurement_has_a_range_with_a_source():
    assert {each.kind for each in RANGES.measurements} == set(MeasurementKind)
    assert all(each.source for each in RANGES.measurements)


def test_a_range_upside_down_is_refused():
    with pytest.raises(ValueError, match="upside down"):
        Range(
            kind="x", subject=Subject.CHILD, name="x", unit="x", least=Decimal(2),
            most=Decimal(1), mark=Mark.PROPOSED, source="x",
        )  # fmt: skip


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


def test_measurements_and_doses_are_taken_back_too(scene: Scene, pregnancy: Pregnancy, boy: Child):
    weight = weigh(scene, pregnancy, "mother_weight", "61.5")
    given = tell_dose(scene, boy, dose("BCG", 1, date(2025, 6, 2)))

    take_back(scene, pregnancy, weight.id, scene.her)
    take_back(scene, boy, given.id, scene.staff)

    assert measurements_of(scene.session, subject=pregnancy) == []
    assert doses_of(scene.session, child_id=boy.id) == []


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
