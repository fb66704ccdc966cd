"""A birth closes the pregnancy and opens the record of each child, under consent."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import withdraw_consent
from accounts.errors import ConsentNeeded
from accounts.models import AuditRow, Purpose
from core.errors import NotFound, Refusal
from handbook.actions_births import record_birth, record_delivery, record_discharge
from handbook.births import Delivery, Newborn
from handbook.care.schedule import CURRENT_CHILD
from handbook.care.vaccines import Sex
from handbook.errors import (
    AlreadyClosed,
    BirthDayOutOfRange,
    BirthMomentElsewhere,
    ChildConsentNeeded,
    ChildKnown,
    DayOutOfRange,
    MeasurementOutOfRange,
    NotDelivered,
)
from handbook.models import LossKind, Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState, GuardianKind
from handbook.queries import events_of, items_of
from handbook.queries_children import children_of, children_of_family, guardians_of, life_of
from tests.handbook.lives.conftest import LAST_PERIOD, TODAY, Scene

YESTERDAY = TODAY - timedelta(days=1)


def deliver(scene: Scene, pregnancy: Pregnancy, delivery: Delivery) -> Pregnancy:
    return record_delivery(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
        delivery=delivery, actor=scene.staff, now=scene.now,
    )  # fmt: skip


def discharge(scene: Scene, pregnancy: Pregnancy, day: date) -> Pregnancy:
    return record_discharge(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id, day=day,
        actor=scene.staff, now=scene.now,
    )  # fmt: skip


def test_a_birth_closes_the_pregnancy_and_opens_the_childs_record(
    scene: Scene, pregnancy: Pregnancy, girl: Child
):
    assert (pregnancy.state, pregnancy.delivery_day) == (PregnancyState.DELIVERED, TODAY)
    assert (girl.state, girl.schedule, girl.name) == (ChildState.LIVING, CURRENT_CHILD, "小满")
    assert (girl.gestation_at_birth_days, girl.weight_g, girl.sex) == (280, 3300, Sex.FEMALE)
    assert children_of(scene.session, person_id=scene.cast.mother.id) == [girl]


def test_a_birth_leaves_events_a_guardian_and_audit_rows(
    scene: Scene, pregnancy: Pregnancy, girl: Child
):
    (event,) = life_of(scene.session, child_id=girl.id)
    (guardian,) = guardians_of(scene.session, child_id=girl.id)
    acts = scene.session.scalars(
        sa.select(AuditRow.act).where(AuditRow.subject_id.in_([girl.id, pregnancy.id]))
    )

    assert (event.before, event.after, event.day) == (None, "living", TODAY)
    assert (guardian.person_id, guardian.kind) == (scene.cast.mother.id, GuardianKind.MOTHER)
    assert {each.after for each in events_of(scene.session, pregnancy_id=pregnancy.id)} == {
        "ongoing", "delivered",
    }  # fmt: skip
    assert set(acts) == {"open_pregnancy", "record_delivery", "open_child_record"}


def test_without_the_mothers_consent_no_record_opens_and_nothing_closes(
    scene: Scene, pregnancy: Pregnancy
):
    with pytest.raises(ChildConsentNeeded):
        scene.bear(pregnancy, Newborn(TODAY))

    assert pregnancy.state is PregnancyState.ONGOING


def test_without_it_the_delivery_alone_can_be_recorded(scene: Scene, pregnancy: Pregnancy):
    delivered = deliver(scene, pregnancy, Delivery(TODAY, note="顺产"))

    assert delivered.state is PregnancyState.DELIVERED
    assert events_of(scene.session, pregnancy_id=pregnancy.id)[-1].note == "顺产"
    assert children_of(scene.session, person_id=scene.cast.mother.id) == []


def test_a_delivery_needs_the_handbooks_consent(scene: Scene, pregnancy: Pregnancy):
    withdraw_consent(
        scene.session, person=scene.cast.mother, purpose=Purpose.HANDBOOK, now=scene.now
    )

    with pytest.raises(ConsentNeeded):
        deliver(scene, pregnancy, Delivery(TODAY))


def test_twins_across_midnight_are_two_children_with_their_own_days(
    scene: Scene, pregnancy: Pregnancy
):
    scene.agree(scene.cast.mother)

    twins = scene.bear(pregnancy, Newborn(YESTERDAY), Newborn(TODAY, rank=2))

    assert pregnancy.delivery_day == TODAY
    assert [child.gestation_at_birth_days for child in twins] == [279, 280]
    assert twins == children_of_family(
        scene.session, family_id=pregnancy.family_id, hospital_id=pregnancy.hospital_id
    )


def test_two_children_cannot_be_the_same_one(scene: Scene, pregnancy: Pregnancy):
    scene.agree(scene.cast.mother)

    with pytest.raises(ChildKnown):
        scene.bear(pregnancy, Newborn(TODAY), Newborn(TODAY))


def test_a_stillborn_twin_is_a_loss_of_a_delivered_pregnancy(scene: Scene, pregnancy: Pregnancy):
    scene.agree(scene.cast.mother)

    scene.bear(pregnancy, Newborn(TODAY), is_one_stillborn=True)

    assert (pregnancy.state, pregnancy.loss, pregnancy.loss_day) == (
        PregnancyState.DELIVERED, LossKind.STILLBIRTH, TODAY,
    )  # fmt: skip


def test_a_birth_is_recorded_once(scene: Scene, pregnancy: Pregnancy, girl: Child):
    with pytest.raises(AlreadyClosed):
        scene.bear(pregnancy, Newborn(TODAY, rank=2))

    assert children_of(scene.session, person_id=scene.cast.mother.id) == [girl]


def test_another_hospital_does_not_find_the_pregnancy(scene: Scene, pregnancy: Pregnancy):
    scene.agree(scene.cast.mother)

    with pytest.raises(NotFound):
        record_birth(
            scene.session, hospital_id=scene.cast.other_hospital.id, pregnancy_id=pregnancy.id,
            delivery=Delivery(TODAY), newborns=(Newborn(TODAY),), actor=scene.staff, now=scene.now,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("delivery", "refusal"),
    [
        pytest.param(
            Delivery(LAST_PERIOD + timedelta(weeks=19)), BirthDayOutOfRange, id="too-early"
        ),
        pytest.param(Delivery(TODAY + timedelta(days=1)), BirthDayOutOfRange, id="tomorrow"),
        pytest.param(Delivery(LAST_PERIOD), BirthDayOutOfRange, id="at-the-last-period"),
        pytest.param(
            Delivery(TODAY, discharge_day=YESTERDAY), DayOutOfRange, id="home-before-the-birth"
        ),
        pytest.param(
            Delivery(TODAY, discharge_day=TODAY + timedelta(days=1)), DayOutOfRange,
            id="home-tomorrow",
        ),
    ],
)  # fmt: skip
def test_an_impossible_delivery_is_refused(
    scene: Scene, pregnancy: Pregnancy, delivery: Delivery, refusal: type[Refusal]
):
    with pytest.raises(refusal):
        deliver(scene, pregnancy, delivery)

    assert pregnancy.state is PregnancyState.ONGOING


@pytest.mark.parametrize(
    ("newborn", "refusal"),
    [
        pytest.param(
            Newborn(TODAY, birth_at=datetime(2026, 5, 31, 15, 59, tzinfo=UTC)),
            BirthMomentElsewhere,
            id="the-evening-before-in-Beijing",
        ),
        pytest.param(Newborn(TODAY, weight_g=299), MeasurementOutOfRange, id="too-light"),
        pytest.param(Newborn(TODAY, weight_g=8001), MeasurementOutOfRange, id="too-heavy"),
        pytest.param(
            Newborn(LAST_PERIOD + timedelta(weeks=20) - timedelta(days=1)), BirthDayOutOfRange,
            id="before-twenty-weeks",
        ),
    ],
)  # fmt: skip
def test_an_impossible_newborn_is_refused_and_nothing_closes(
    scene: Scene, pregnancy: Pregnancy, newborn: Newborn, refusal: type[Refusal]
):
    scene.agree(scene.cast.mother)

    with pytest.raises(refusal):
        scene.bear(pregnancy, newborn)

    assert pregnancy.state is PregnancyState.ONGOING


def test_a_moment_after_midnight_in_beijing_is_on_its_day(scene: Scene, pregnancy: Pregnancy):
    scene.agree(scene.cast.mother)
    moment = datetime(2026, 5, 31, 16, 1, tzinfo=UTC)

    (child,) = scene.bear(pregnancy, Newborn(TODAY, birth_at=moment))

    assert child.birth_at == moment


def test_after_the_birth_the_mother_has_her_own_items(scene: Scene, pregnancy: Pregnancy):
    deliver(scene, pregnancy, Delivery(TODAY, discharge_day=TODAY))

    days = {item.key: (item.from_day, item.to_day) for item in items_of(pregnancy, today=TODAY)}

    assert days == {
        "pp_visit": (TODAY, date(2026, 6, 8)),
        "pp42": (date(2026, 7, 13), date(2026, 7, 27)),
    }


def test_the_discharge_moves_mother_and_child(scene: Scene, pregnancy: Pregnancy, girl: Child):
    discharge(scene, pregnancy, TODAY)

    assert (pregnancy.discharge_day, girl.discharge_day) == (TODAY, TODAY)
    assert TODAY.isoformat() in {event.after for event in life_of(scene.session, child_id=girl.id)}
    assert [item.key for item in items_of(pregnancy, today=TODAY)] == ["pp_visit", "pp42"]


def test_a_corrected_discharge_says_what_it_was_before(scene: Scene, pregnancy: Pregnancy):
    deliver(scene, pregnancy, Delivery(YESTERDAY, discharge_day=YESTERDAY))

    discharge(scene, pregnancy, TODAY)

    told = {
        (event.aspect, event.before, event.after)
        for event in events_of(scene.session, pregnancy_id=pregnancy.id)
    }
    assert ("discharge", "2026-05-31", "2026-06-01") in told


def test_nobody_goes_home_before_the_birth_is_recorded(scene: Scene, pregnancy: Pregnancy):
    with pytest.raises(NotDelivered):
        discharge(scene, pregnancy, TODAY)


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(YESTERDAY, id="before-the-birth"),
        pytest.param(TODAY + timedelta(days=1), id="tomorrow"),
    ],
)
def test_an_impossible_discharge_is_refused(scene: Scene, pregnancy: Pregnancy, day: date):
    deliver(scene, pregnancy, Delivery(TODAY))

    with pytest.raises(DayOutOfRange):
        discharge(scene, pregnancy, day)
