"""Referral, up and back: accepted, seen, answered within its time."""

from datetime import datetime, timedelta

import pytest

from core.db import Session
from core.errors import Forbidden, NotFound
from handbook.errors import AlreadyClosed
from handbook.errors_risk import NoInstitution, NotThisStep
from handbook.follow_up.rules import TaskKind
from handbook.models import Pregnancy
from handbook.risk.models import Referral
from handbook.risk.queries import referrals_of, steps_of_referral
from handbook.risk.referrals import Wish, move_referral, refer
from handbook.risk.rules import Direction, ReferralStep
from tests import world
from tests.handbook.risk import ward

HOUR = timedelta(hours=1)
ACCEPTED, SEEN, ANSWERED = ReferralStep.ACCEPTED, ReferralStep.SEEN, ReferralStep.ANSWERED


def sent(
    session: Session,
    cast: world.Cast,
    pregnancy: Pregnancy,
    *,
    now: datetime,
    direction: Direction = Direction.UP,
    institution: str = "市妇幼保健院",
) -> Referral:
    wish = Wish(pregnancy.id, direction, institution, "血压偏高")
    return refer(session, staff=cast.care_worker, wish=wish, now=now)


def walk(
    session: Session, cast: world.Cast, referral: Referral, *steps: ReferralStep, now: datetime
) -> None:
    """Take a referral along some steps, one an hour."""
    for hours, step in enumerate(steps, start=1):
        move_referral(
            session, staff=cast.care_worker, referral_id=referral.id, step=step, note="",
            now=now + hours * HOUR,
        )  # fmt: skip


def test_a_referral_waits_for_its_answer(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    referral = sent(session, cast, pregnancy, now=now)

    assert referral.step is ReferralStep.SENT
    assert ward.due(session, cast.hospital.id) == [
        (TaskKind.REFERRAL_ANSWER, now + timedelta(days=14))
    ]


def test_nothing_is_waited_for_once_it_is_answered(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    referral = sent(session, cast, pregnancy, now=now)

    walk(session, cast, referral, ACCEPTED, SEEN, ANSWERED, now=now)

    assert ward.kinds(session, cast.hospital.id) == []
    steps = steps_of_referral(session, referral_id=referral.id, hospital_id=cast.hospital.id)
    assert [step.new_step for step in steps] == [ReferralStep.SENT, ACCEPTED, SEEN, ANSWERED]
    assert ward.acts(session, [referral.id])[-1] == "referral_answered"


def test_a_woman_seen_up_there_has_kept_her_positive_referral(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.screened(session, cast.care_worker, pregnancy, "1.1", now=now)
    referral = sent(session, cast, pregnancy, now=now)

    walk(session, cast, referral, ACCEPTED, SEEN, now=now)

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.REFERRAL_ANSWER]


def test_being_sent_back_does_not_answer_a_screening(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.screened(session, cast.care_worker, pregnancy, "1.1", now=now)
    referral = sent(session, cast, pregnancy, now=now, direction=Direction.BACK)

    walk(session, cast, referral, ACCEPTED, SEEN, ANSWERED, now=now)

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.POSITIVE_REFERRAL]


def test_a_declined_referral_leaves_the_screening_open(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.screened(session, cast.care_worker, pregnancy, "1.1", now=now)
    referral = sent(session, cast, pregnancy, now=now)

    walk(session, cast, referral, ReferralStep.DECLINED, now=now)

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.POSITIVE_REFERRAL]


def test_the_answer_of_one_referral_is_not_that_of_another(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    first = sent(session, cast, pregnancy, now=now)
    second = sent(session, cast, pregnancy, now=now + HOUR, institution="省人民医院")

    walk(session, cast, first, ACCEPTED, SEEN, ANSWERED, now=now)

    ((_, due_at),) = ward.due(session, cast.hospital.id)
    assert due_at == second.answer_due_at


def test_a_step_that_does_not_follow_is_refused(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    referral = sent(session, cast, pregnancy, now=now)

    with pytest.raises(NotThisStep):
        walk(session, cast, referral, ANSWERED, now=now)


def test_a_referral_says_where_to(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    with pytest.raises(NoInstitution):
        sent(session, cast, pregnancy, now=now, institution="  ")


def test_nobody_is_referred_after_a_loss(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.lose(session, cast.care_worker, pregnancy, now=now)

    with pytest.raises(AlreadyClosed):
        sent(session, cast, pregnancy, now=now)


def test_another_hospital_neither_sees_nor_moves_it(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    referral = sent(session, cast, pregnancy, now=now)
    elsewhere = cast.other_hospital.id

    with pytest.raises(NotFound):
        move_referral(
            session, staff=cast.stranger, referral_id=referral.id, step=ACCEPTED, note="", now=now
        )
    assert referrals_of(session, pregnancy_id=pregnancy.id, hospital_id=elsewhere) == []
    assert steps_of_referral(session, referral_id=referral.id, hospital_id=elsewhere) == []
    assert referrals_of(session, pregnancy_id=pregnancy.id, hospital_id=cast.hospital.id) == [
        referral
    ]


def test_a_clerk_refers_nobody(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    with pytest.raises(Forbidden):
        refer(
            session, staff=cast.clerk, wish=Wish(pregnancy.id, Direction.UP, "市医院", ""), now=now
        )
