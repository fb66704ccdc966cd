"""Another dating is proposed, staff answer, and the old one is never lost."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import withdraw_consent
from accounts.errors import ConsentNeeded
from accounts.models import Purpose
from core.errors import Forbidden, NotFound
from handbook.actions import Loss, record_loss
from handbook.actions_dating import (
    accept_dating,
    choose_redating,
    decline_dating,
    propose_dating,
    set_fetuses,
)
from handbook.care.make_up import FOR_MULTIPLES
from handbook.dating import reading_of_scan, reading_of_transfer
from handbook.errors import AlreadyClosed, DatingAnswered, FetusesOutOfRange
from handbook.models import Dating, DatingSource, DatingState, LossKind, Pregnancy
from handbook.queries import (
    datings_of,
    events_of,
    items_of,
    proposals_in,
    timeline_note,
)
from handbook.rules import NEXT_CHILD, NEXT_DATING, may_answer, may_become
from handbook.timeline import Reading, read_dating
from tests.handbook.lives.conftest import TODAY, Scene

LAST_PERIOD = date(2026, 3, 5)
SCAN_DAY = date(2026, 5, 20)
"""10+6 by the last period."""


@pytest.fixture
def early(scene: Scene) -> Pregnancy:
    return scene.expecting(LAST_PERIOD)


def scan(days_apart: int) -> Reading:
    weeks, days = divmod((SCAN_DAY - LAST_PERIOD).days - days_apart, 7)
    return reading_of_scan(scan_day=SCAN_DAY, weeks=weeks, days=days, today=TODAY)


def propose(scene: Scene, pregnancy: Pregnancy, reading: Reading) -> Dating:
    return propose_dating(
        scene.session, pregnancy=pregnancy, reading=reading, actor=scene.her, now=scene.now
    )


def answered(scene: Scene, answer: Callable[..., object], dating: Dating, **other: object):
    return answer(
        scene.session,
        **{
            "hospital_id": scene.cast.hospital.id, "dating_id": dating.id, "actor": scene.staff,
            "now": scene.now,
        }
        | other,
    )  # fmt: skip


def lose(scene: Scene, pregnancy: Pregnancy) -> None:
    record_loss(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
        loss=Loss(LossKind.MISCARRIAGE, TODAY, ""), actor=scene.staff, now=scene.now,
    )  # fmt: skip


def set_count(scene: Scene, pregnancy: Pregnancy, count: int) -> Pregnancy:
    return set_fetuses(
        scene.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id, count=count,
        actor=scene.staff, now=scene.now,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days_apart", "rule", "state"),
    [
        pytest.param(5, "early_ultrasound", DatingState.NOTED, id="five-days-are-noted"),
        pytest.param(6, "early_ultrasound", DatingState.PROPOSED, id="six-days-are-asked"),
        pytest.param(-6, "early_ultrasound", DatingState.PROPOSED, id="earlier-too"),
        pytest.param(7, "acog700", DatingState.NOTED, id="seven-by-the-other-rule"),
        pytest.param(8, "acog700", DatingState.PROPOSED, id="eight-by-the-other-rule"),
    ],
)
def test_the_hospitals_rule_says_whether_staff_are_asked(
    scene: Scene, early: Pregnancy, days_apart: int, rule: str, state: DatingState
):
    choose_redating(scene.session, staff=scene.cast.clinician, rule=rule, now=scene.now)

    dating = propose(scene, early, scan(days_apart))

    assert dating.state is state
    assert early.last_period_day == LAST_PERIOD


@pytest.mark.parametrize(
    ("day", "state"),
    [
        pytest.param(date(2026, 3, 5), DatingState.NOTED, id="the-same-day"),
        pytest.param(date(2026, 3, 6), DatingState.PROPOSED, id="another-day"),
    ],
)
def test_another_last_period_is_asked_about_if_it_differs_at_all(
    scene: Scene, early: Pregnancy, day: date, state: DatingState
):
    reading = read_dating(source="last_period", day=day, today=TODAY)

    assert propose(scene, early, reading).state is state


def test_staff_see_what_waits_for_them_and_others_do_not(scene: Scene, early: Pregnancy):
    noted, asked = propose(scene, early, scan(1)), propose(scene, early, scan(9))

    assert noted.state is DatingState.NOTED
    assert proposals_in(scene.session, hospital_id=scene.cast.hospital.id) == [asked]
    assert proposals_in(scene.session, hospital_id=scene.cast.other_hospital.id) == []


def test_an_accepted_dating_moves_the_timeline_and_keeps_the_old_one(
    scene: Scene, early: Pregnancy
):
    reading = scan(9)
    dating = propose(scene, early, reading)

    pregnancy = answered(scene, accept_dating, dating)

    assert (pregnancy.last_period_day, pregnancy.dating_source) == (
        LAST_PERIOD + timedelta(days=9), DatingSource.ULTRASOUND,
    )  # fmt: skip
    assert pregnancy.due_day == reading.due_day
    kept = {each.state: each for each in datings_of(scene.session, pregnancy_id=early.id)}
    assert kept[DatingState.REPLACED].last_period_day == LAST_PERIOD
    assert kept[DatingState.ACCEPTED].answered_by_id == scene.staff.id


def test_a_change_of_dating_is_written_down(scene: Scene, early: Pregnancy):
    (first,) = datings_of(scene.session, pregnancy_id=early.id)
    dating = propose(scene, early, scan(9))

    answered(scene, accept_dating, dating)

    told = {
        (event.aspect, event.before, event.after)
        for event in events_of(scene.session, pregnancy_id=early.id)
    }
    assert ("dating", first.id, dating.id) in told


def test_the_table_holds_one_accepted_dating_at_a_time(scene: Scene, early: Pregnancy):
    dating = propose(scene, early, scan(9))

    with pytest.raises(sa.exc.IntegrityError), scene.session.begin_nested():
        scene.session.execute(
            sa.update(Dating)
            .where(Dating.id == dating.id)
            .values(state=DatingState.ACCEPTED, accepted_at=scene.now)
        )


def test_a_declined_dating_changes_nothing_but_is_kept(scene: Scene, early: Pregnancy):
    dating = propose(scene, early, scan(9))

    answered(scene, decline_dating, dating)

    assert (dating.state, dating.answered_at) == (DatingState.DECLINED, scene.now)
    assert early.last_period_day == LAST_PERIOD
    assert proposals_in(scene.session, hospital_id=scene.cast.hospital.id) == []


def test_staff_may_accept_what_was_only_noted(scene: Scene, early: Pregnancy):
    dating = propose(scene, early, scan(2))

    assert answered(scene, accept_dating, dating).last_period_day == date(2026, 3, 7)


@pytest.mark.parametrize("answer", [accept_dating, decline_dating])
def test_a_dating_is_answered_once(scene: Scene, early: Pregnancy, answer: Callable[..., object]):
    dating = propose(scene, early, scan(9))
    answered(scene, accept_dating, dating)

    with pytest.raises(DatingAnswered):
        answered(scene, answer, dating)


def test_a_family_answers_no_dating(scene: Scene, early: Pregnancy):
    dating = propose(scene, early, scan(9))

    with pytest.raises(Forbidden):
        answered(scene, accept_dating, dating, actor=scene.her)

    assert dating.state is DatingState.PROPOSED


def test_another_hospital_finds_no_dating(scene: Scene, early: Pregnancy):
    dating = propose(scene, early, scan(9))

    with pytest.raises(NotFound):
        answered(scene, accept_dating, dating, hospital_id=scene.cast.other_hospital.id)
    with pytest.raises(NotFound):
        answered(scene, accept_dating, dating, dating_id="dat_none")


def test_nothing_is_redated_after_a_loss(scene: Scene, early: Pregnancy):
    dating = propose(scene, early, scan(9))
    lose(scene, early)

    with pytest.raises(AlreadyClosed):
        propose(scene, early, scan(9))
    with pytest.raises(AlreadyClosed):
        answered(scene, accept_dating, dating)
    assert proposals_in(scene.session, hospital_id=scene.cast.hospital.id) == []


def test_nothing_is_proposed_without_consent(scene: Scene, early: Pregnancy):
    withdraw_consent(
        scene.session, person=scene.cast.mother, purpose=Purpose.HANDBOOK, now=scene.now
    )

    with pytest.raises(ConsentNeeded):
        propose(scene, early, scan(9))


def test_a_scan_never_asks_about_a_transfer(scene: Scene, early: Pregnancy):
    transfer = reading_of_transfer(transfer_day=date(2026, 3, 30), embryo_days=5, today=TODAY)
    answered(scene, accept_dating, propose(scene, early, transfer))

    assert propose(scene, early, scan(20)).state is DatingState.NOTED


def test_with_twins_only_what_applies_is_listed_and_it_says_so(scene: Scene, early: Pregnancy):
    before = {item.key for item in items_of(early, today=TODAY)}

    pregnancy = set_count(scene, early, 2)

    after = {item.key for item in items_of(pregnancy, today=TODAY)}
    assert after == before & FOR_MULTIPLES
    assert "serum2" in before - after
    assert "医生" in timeline_note(pregnancy)


def test_with_one_child_there_is_no_note(scene: Scene, early: Pregnancy):
    assert timeline_note(early) == ""


def test_one_child_after_all_brings_the_whole_timeline_back(scene: Scene, early: Pregnancy):
    before = items_of(early, today=TODAY)
    set_count(scene, early, 2)

    pregnancy = set_count(scene, early, 1)

    assert items_of(pregnancy, today=TODAY) == before
    counts = [
        (event.before, event.after)
        for event in events_of(scene.session, pregnancy_id=early.id)
        if event.aspect == "fetuses"
    ]
    assert counts == [("1", "2"), ("2", "1")]


@pytest.mark.parametrize("count", [0, 6, -1])
def test_an_impossible_number_of_children_is_refused(scene: Scene, early: Pregnancy, count: int):
    with pytest.raises(FetusesOutOfRange):
        set_count(scene, early, count)

    assert early.fetuses == 1


def test_nothing_is_counted_after_a_loss(scene: Scene, early: Pregnancy):
    lose(scene, early)

    with pytest.raises(AlreadyClosed):
        set_count(scene, early, 2)


def test_every_state_of_a_dating_and_of_a_child_has_its_next():
    assert NEXT_DATING.keys() == set(DatingState)
    assert set().union(*NEXT_DATING.values()) | {"noted", "proposed"} == set(DatingState)
    assert NEXT_CHILD.keys() == {"living", "moved_away", "died"}
    assert set().union(*NEXT_CHILD.values()) == NEXT_CHILD.keys()


def test_nothing_follows_a_death():
    assert not any(may_become(state="died", new_state=state) for state in NEXT_CHILD)


def test_what_was_answered_waits_for_no_answer():
    waiting = {state for state in NEXT_DATING if may_answer(state=state)}

    assert waiting == {"noted", "proposed"}
