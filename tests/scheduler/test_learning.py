"""Reminders that learn: tried by lot, judged by who came, off by one switch, never when urgent."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from booking.models import Appointment, AppointmentState
from core.clock import beijing_moment
from core.db import Session
from scheduler import learning, queries, ticks, wordings
from scheduler.channels.choosing import ONCE
from scheduler.errors import NothingToLearn, NotThisStep, OwnWording, PoolFull
from scheduler.letters.lots import COMMON, Seen
from scheduler.models import Letter
from scheduler.models_wishes import SpeechPolicy, Wording, WordingLot, WordingState
from scheduler.speech.editions import current
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import DUE, PLAN_AND_SEND
from tests.world import NOW
from wechat.messages import FakeMessenger

RULE = "day_before"
EXTRA = "，号已留好等您来"
DAY = timedelta(days=1)
NIGHTLY = next(tick for tick in ticks.TICKS if tick.name == "nightly")
Tried = Callable[..., Wording]


@pytest.fixture
def reviewed(session: Session, cast: world.Cast) -> Tried:
    """Return words of the author that wait for a colleague."""

    def one(note: str = EXTRA, *, rule: str = RULE) -> Wording:
        written = wordings.write(
            session, staff=cast.author, rule=rule, pieces={"note": note}, now=NOW
        )
        return wordings.submit(session, staff=cast.author, wording_id=written.id, now=NOW)

    return one


@pytest.fixture
def tried(session: Session, cast: world.Cast, reviewed: Tried) -> Tried:
    """Return words that are tried beside those in force."""

    def one(note: str = EXTRA) -> Wording:
        asked = reviewed(note)
        return wordings.admit(session, staff=cast.reviewer, wording_id=asked.id, now=NOW)

    return one


def shares(session: Session, cast: world.Cast) -> dict[str, int] | None:
    lot = learning.lot_of(session, hospital_id=cast.hospital.id, rule=RULE)
    return None if lot is None else lot.shares


def all_to(session: Session, cast: world.Cast, wording_id: str) -> WordingLot:
    """Let the lot fall on one wording."""
    lot = WordingLot(
        hospital_id=cast.hospital.id, rule=RULE, shares={wording_id: 100}, seen={}, made_at=NOW
    )
    session.add(lot)
    session.flush()
    return lot


def test_only_the_two_steps_before_a_visit_learn() -> None:
    learns = [one.rule for one in current().rules.values() if one.rule.learns]

    assert learning.rules_that_learn() == ["three_days_before", "day_before"]
    assert {one.urgency.value for one in learns} == {"important", "routine"}


@pytest.mark.usefixtures("due")
def test_the_words_that_were_drawn_are_spoken_and_stand_with_the_letter(
    session: Session, cast: world.Cast, beat: Beat, tried: Tried, messenger: FakeMessenger,
    letters: Callable[[], list[Letter]],
) -> None:  # fmt: skip
    wording = tried()
    lot = all_to(session, cast, wording.id)

    beat(*PLAN_AND_SEND)

    (letter,) = letters()
    assert messenger.sent[0].values["thing4"] == EXTRA
    assert (letter.wording_id, letter.lot_number) == (wording.id, lot.number)
    (carried,) = queries.said(session, person_id=cast.mother.id, hospital_id=cast.hospital.id)
    why = queries.reasons(session, person_id=cast.mother.id, reminder_id=carried.reminders[0].id)
    assert why.wording is not None
    assert why.wording.reviewed_by == cast.reviewer.id


@pytest.mark.usefixtures("due")
def test_the_rules_own_words_may_be_drawn_as_well(
    session: Session, cast: world.Cast, beat: Beat, tried: Tried, messenger: FakeMessenger,
    letters: Callable[[], list[Letter]],
) -> None:  # fmt: skip
    tried()
    lot = all_to(session, cast, COMMON)

    beat(*PLAN_AND_SEND)

    (letter,) = letters()
    assert messenger.sent[0].values["thing4"] == "请带好母子健康手册"
    assert (letter.wording_id, letter.lot_number) == (None, lot.number)


@pytest.mark.usefixtures("due")
def test_switched_off_everybody_gets_the_words_in_force(
    session: Session, cast: world.Cast, beat: Beat, tried: Tried, messenger: FakeMessenger,
    letters: Callable[[], list[Letter]],
) -> None:  # fmt: skip
    all_to(session, cast, tried().id)
    learning.switch_off(session, staff=cast.manager, now=NOW)

    beat(*PLAN_AND_SEND)

    assert messenger.sent[0].values["thing4"] == "请带好母子健康手册"
    assert [one.lot_number for one in letters()] == [None]


def test_the_switch_leaves_what_else_a_hospital_set(session: Session, cast: world.Cast) -> None:
    wordings.set_policy(session, staff=cast.manager, values={"letters_a_day": 2}, now=NOW)

    learning.switch_off(session, staff=cast.manager, now=NOW)
    off = learning.learning_in(session, hospital_id=cast.hospital.id).is_on
    learning.switch_on(session, staff=cast.manager, now=NOW)

    newest = session.scalars(sa.select(SpeechPolicy).order_by(SpeechPolicy.number.desc())).first()
    assert not off
    assert newest is not None
    assert newest.values["letters_a_day"] == 2
    assert newest.values["learning"]["is_on"]


def test_wordings_begin_alike_and_a_trial_that_ends_draws_no_more(
    session: Session, cast: world.Cast, tried: Tried
) -> None:
    wording = tried()
    begun = shares(session, cast)

    wordings.retire(session, staff=cast.author, wording_id=wording.id, now=NOW)

    assert begun == {COMMON: 50, wording.id: 50}
    assert shares(session, cast) == {}


def test_what_was_tried_may_come_into_force(
    session: Session, cast: world.Cast, tried: Tried
) -> None:
    first, second = tried(), tried("请准时来")

    wordings.approve(session, staff=cast.reviewer, wording_id=second.id, now=NOW)

    assert second.state is WordingState.APPROVED
    assert shares(session, cast) == {first.id: 50, second.id: 50}


def test_nobody_lets_her_own_words_be_tried(
    session: Session, cast: world.Cast, reviewed: Tried
) -> None:
    wording = reviewed()

    with pytest.raises(OwnWording):
        wordings.admit(session, staff=cast.author, wording_id=wording.id, now=NOW)


def test_a_draft_is_not_tried(session: Session, cast: world.Cast) -> None:
    draft = wordings.write(session, staff=cast.author, rule=RULE, pieces={"note": "x"}, now=NOW)

    with pytest.raises(NotThisStep):
        wordings.admit(session, staff=cast.reviewer, wording_id=draft.id, now=NOW)


@pytest.mark.parametrize("rule", ["hours_before", "cancelled_by_clinic", "last_call"])
def test_nothing_urgent_or_medical_is_tried(
    session: Session, cast: world.Cast, reviewed: Tried, rule: str
) -> None:
    wording = reviewed(rule=rule)

    with pytest.raises(NothingToLearn):
        wordings.admit(session, staff=cast.reviewer, wording_id=wording.id, now=NOW)


def test_no_more_are_tried_than_can_ever_be_told_apart(tried: Tried) -> None:
    for number in range(wordings.MOST_TRIED):
        tried(f"第{number}种")

    with pytest.raises(PoolFull):
        tried("太多")


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        (AppointmentState.SEEN, Seen(1, came=1)),
        (AppointmentState.CHECKED_IN, Seen(1, came=1)),
        (AppointmentState.NO_SHOW, Seen(1, missed=1)),
        (AppointmentState.CANCELLED, Seen(1, changed=1)),
        (AppointmentState.CANCELLED_BY_CLINIC, Seen(1)),
    ],
)
@pytest.mark.usefixtures("due")
def test_the_outcome_of_a_wording_is_whether_she_came(
    session: Session, cast: world.Cast, beat: Beat, tried: Tried, state: AppointmentState,
    seen: Seen,
) -> None:  # fmt: skip
    wording = tried()
    all_to(session, cast, wording.id)
    beat(*PLAN_AND_SEND)
    session.execute(sa.update(Appointment).values(state=state))

    found = learning.seen_of(session, hospital_id=cast.hospital.id, rule=RULE, now=DUE + DAY)

    assert found == {COMMON: Seen(), wording.id: seen}


@pytest.mark.usefixtures("due")
def test_who_got_the_words_in_force_without_a_lot_is_not_counted(
    session: Session, cast: world.Cast, beat: Beat, tried: Tried
) -> None:
    beat(*PLAN_AND_SEND)
    wording = tried()

    found = learning.seen_of(session, hospital_id=cast.hospital.id, rule=RULE, now=DUE + DAY)

    assert found == {COMMON: Seen(), wording.id: Seen()}


@pytest.mark.usefixtures("due")
def test_shares_are_looked_at_once_a_night_and_written_down_when_they_change(
    session: Session, cast: world.Cast, beat: Beat, tried: Tried, clock: world.MovableClock
) -> None:
    policy = {"learning": {"is_on": True, "floor_percent": 10, "least_judged": 1, "days": 180}}
    wordings.set_policy(session, staff=cast.manager, values=policy, now=NOW)
    wording = tried()
    all_to(session, cast, wording.id)
    beat(*PLAN_AND_SEND)
    session.execute(sa.update(Appointment).values(state=AppointmentState.SEEN))
    clock.moment = DUE + DAY

    beat(NIGHTLY)

    assert shares(session, cast) == {COMMON: 50, wording.id: 50}
    assert learning.redraw_all(session, now=clock.moment) == 1
    many = session.scalar(sa.select(sa.func.count()).select_from(WordingLot))
    assert many == 3


def test_a_trial_of_another_hospital_changes_nothing_here(
    session: Session, cast: world.Cast, tried: Tried
) -> None:
    tried()

    assert learning.lot_of(session, hospital_id=cast.stranger.hospital_id, rule=RULE) is None


def test_a_first_reminder_comes_three_days_before(
    make: Make, beat: Beat, clock: world.MovableClock, messenger: FakeMessenger
) -> None:
    make.appointment(starts_at=beijing_moment(date(2026, 6, 10), hour=9))
    clock.moment = beijing_moment(date(2026, 6, 7), hour=18)

    beat(*PLAN_AND_SEND)

    assert [one.values["thing4"] for one in messenger.sent] == ["要改时间还来得及，点开就能改"]


def test_a_first_reminder_of_two_spends_no_single_consent() -> None:
    routes = current().rules["three_days_before"].rule.routes

    assert ONCE.isdisjoint(routes)
