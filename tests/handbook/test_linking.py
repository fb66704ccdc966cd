"""A handbook of a roster reaches the WeChat of its mother, and of nobody else."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import follow, meet, set_phone
from accounts.models import Doubled, DoubledState, Person, SubjectKind, WechatIdentity
from accounts.rules import Actor
from core.db import Session
from core.errors import Forbidden, NotFound
from handbook.actions import Loss, open_pregnancy, record_loss
from handbook.models import LossKind, Pregnancy
from handbook.roster.actions import import_roster
from handbook.roster.errors import ClaimAnswered, HasOwnHandbook, NoPhoneYet, TooManyTries
from handbook.roster.linking import (
    answer_claim,
    claim_handbook,
    claim_of,
    claims_in,
    is_on_paper,
    link_by_code,
    make_code,
)
from handbook.roster.models import ClaimState, LinkCode
from handbook.roster.rows import Row
from handbook.timeline import read_dating
from scheduler.union import unite_seen
from tests import world

PHONE = "13800001111"
DAY = timedelta(days=1)
TODAY = date(2026, 6, 1)
READING = read_dating(source="last_period", day=date(2026, 3, 1), today=TODAY)


@pytest.fixture
def paper(session: Session, cast: world.Cast, now: datetime) -> Pregnancy:
    """The handbook of 王小云, made from a roster: nobody on WeChat has it."""
    row = Row(2, "王 小云", PHONE, READING, None, "", "")
    (pregnancy,) = import_roster(session, staff=cast.care_worker, rows=[row], now=now)
    return pregnancy


@pytest.fixture
def mei(session: Session, cast: world.Cast, now: datetime) -> Person:
    """Mei follows the account, and WeChat vouched for her number."""
    mei = session.get_one(Person, cast.newcomer.id)
    set_phone(session, person=mei, phone=PHONE, now=now)
    return mei


def link(
    session: Session, cast: world.Cast, claim_id: str, now: datetime, answer=ClaimState.LINKED
):
    return answer_claim(
        session, staff=cast.care_worker, claim_id=claim_id, answer=answer, now=now
    )  # fmt: skip


def owner(session: Session, openid: str) -> str:
    found = sa.select(WechatIdentity.person_id).where(WechatIdentity.openid == openid)
    return session.scalars(found).one()


def test_who_proves_number_and_name_and_is_confirmed_has_her_handbook(
    session: Session, cast: world.Cast, paper: Pregnancy, mei: Person, now: datetime
):
    claim = claim_handbook(session, person=mei, name="王小云", now=now)
    assert claim is not None
    assert claims_in(session, hospital_id=cast.hospital.id) == [claim]

    link(session, cast, claim.id, now)
    unite_seen(session, now=now)

    assert owner(session, "oOA_mei") == paper.person_id
    assert claim.answered_by == cast.care_worker.id
    assert claims_in(session, hospital_id=cast.hospital.id) == []
    assert not is_on_paper(session, person_id=paper.person_id, hospital_id=cast.hospital.id)


def test_until_staff_confirm_nothing_is_hers(
    session: Session, paper: Pregnancy, mei: Person, now: datetime
):
    claim_handbook(session, person=mei, name="王小云", now=now)

    unite_seen(session, now=now)

    assert owner(session, "oOA_mei") == mei.id


def test_what_staff_decline_stays_apart(
    session: Session, cast: world.Cast, paper: Pregnancy, mei: Person, now: datetime
):
    claim = claim_handbook(session, person=mei, name="王小云", now=now)
    assert claim is not None

    link(session, cast, claim.id, now, ClaimState.DECLINED)
    unite_seen(session, now=now)

    assert owner(session, "oOA_mei") == mei.id
    assert claim_of(session, person_id=mei.id) == claim


def test_a_number_without_the_name_finds_nothing_and_no_two_answers_differ(
    session: Session, cast: world.Cast, paper: Pregnancy, mei: Person, now: datetime
):
    assert claim_handbook(session, person=mei, name="李小云", now=now) is None

    assert claims_in(session, hospital_id=cast.hospital.id) == []


@pytest.mark.usefixtures("paper")
def test_names_are_tried_three_times_a_day(session: Session, mei: Person, now: datetime):
    for name in ("赵一", "钱二", "孙三"):
        claim_handbook(session, person=mei, name=name, now=now)

    with pytest.raises(TooManyTries):
        claim_handbook(session, person=mei, name="王小云", now=now)
    assert claim_handbook(session, person=mei, name="王小云", now=now + DAY) is not None


@pytest.mark.usefixtures("paper")
def test_without_a_number_that_wechat_vouches_for_there_is_no_claim(
    session: Session, cast: world.Cast, now: datetime
):
    mei = session.get_one(Person, cast.newcomer.id)

    with pytest.raises(NoPhoneYet):
        claim_handbook(session, person=mei, name="王小云", now=now)


@pytest.mark.usefixtures("paper")
def test_to_claim_twice_is_one_claim(session: Session, mei: Person, now: datetime):
    first = claim_handbook(session, person=mei, name="王小云", now=now)

    assert claim_handbook(session, person=mei, name="王小云", now=now) == first


@pytest.mark.usefixtures("paper")
def test_who_keeps_a_handbook_herself_claims_no_other(
    session: Session, cast: world.Cast, now: datetime
):
    lin = session.get_one(Person, cast.mother.id)
    set_phone(session, person=lin, phone=PHONE, now=now)
    actor = Actor(SubjectKind.PERSON, lin.id)
    open_pregnancy(session, person=lin, reading=READING, actor=actor, now=now)

    with pytest.raises(HasOwnHandbook):
        claim_handbook(session, person=lin, name="王小云", now=now)
    with pytest.raises(HasOwnHandbook):
        make_code(session, person=lin, now=now)


def test_after_a_loss_nobody_is_led_to_that_handbook(
    session: Session, cast: world.Cast, paper: Pregnancy, mei: Person, now: datetime
):
    record_loss(
        session, hospital_id=cast.hospital.id, pregnancy_id=paper.id,
        loss=Loss(LossKind.MISCARRIAGE, TODAY, ""),
        actor=Actor(SubjectKind.STAFF, cast.care_worker.id), now=now,
    )  # fmt: skip

    assert claim_handbook(session, person=mei, name="王小云", now=now) is None


def test_a_claim_is_answered_once(
    session: Session, cast: world.Cast, paper: Pregnancy, mei: Person, now: datetime
):
    claim = claim_handbook(session, person=mei, name="王小云", now=now)
    assert claim is not None
    link(session, cast, claim.id, now)

    with pytest.raises(ClaimAnswered):
        link(session, cast, claim.id, now)


def test_another_hospital_does_not_find_the_claim(
    session: Session, cast: world.Cast, paper: Pregnancy, mei: Person, now: datetime
):
    claim = claim_handbook(session, person=mei, name="王小云", now=now)
    assert claim is not None

    with pytest.raises(Forbidden):
        answer_claim(
            session, staff=cast.clerk, claim_id=claim.id, answer=ClaimState.LINKED, now=now
        )
    with pytest.raises(NotFound):
        answer_claim(
            session, staff=cast.stranger, claim_id=claim.id, answer=ClaimState.LINKED, now=now
        )


def test_who_shows_her_code_at_the_desk_has_her_handbook(
    session: Session, cast: world.Cast, paper: Pregnancy, now: datetime
):
    mei = session.get_one(Person, cast.newcomer.id)
    code = make_code(session, person=mei, now=now)

    claim = link_by_code(
        session, staff=cast.care_worker, person_id=paper.person_id, code=f" {code[:4]} {code[4:]}",
        now=now,
    )  # fmt: skip
    unite_seen(session, now=now)

    assert claim.state is ClaimState.LINKED
    assert owner(session, "oOA_mei") == paper.person_id
    assert session.scalars(sa.select(LinkCode)).all() == []


def test_a_code_rests_as_its_digest(session: Session, cast: world.Cast, now: datetime):
    code = make_code(session, person=session.get_one(Person, cast.newcomer.id), now=now)

    (held,) = session.scalars(sa.select(LinkCode))
    assert len(code) == 8
    assert code not in held.digest


def test_a_new_code_ends_the_old_one(
    session: Session, cast: world.Cast, paper: Pregnancy, now: datetime
):
    mei = session.get_one(Person, cast.newcomer.id)
    old = make_code(session, person=mei, now=now)
    make_code(session, person=mei, now=now)

    with pytest.raises(NotFound):
        link_by_code(
            session, staff=cast.care_worker, person_id=paper.person_id, code=old, now=now
        )  # fmt: skip


def test_a_code_lasts_ten_minutes(
    session: Session, cast: world.Cast, paper: Pregnancy, now: datetime
):
    code = make_code(session, person=session.get_one(Person, cast.newcomer.id), now=now)

    with pytest.raises(NotFound):
        link_by_code(
            session, staff=cast.care_worker, person_id=paper.person_id, code=code,
            now=now + timedelta(minutes=10),
        )  # fmt: skip


def test_a_code_leads_to_no_handbook_that_somebody_has(
    session: Session, cast: world.Cast, paper: Pregnancy, now: datetime
):
    mei = session.get_one(Person, cast.newcomer.id)
    code = make_code(session, person=mei, now=now)

    with pytest.raises(NotFound):
        link_by_code(
            session, staff=cast.care_worker, person_id=cast.mother.id, code=code, now=now
        )  # fmt: skip


def test_who_opened_a_handbook_meanwhile_is_left_to_staff(
    session: Session, cast: world.Cast, paper: Pregnancy, mei: Person, now: datetime
):
    claim = claim_handbook(session, person=mei, name="王小云", now=now)
    assert claim is not None
    session.add(_own(mei, paper))
    session.flush()

    with pytest.raises(HasOwnHandbook):
        link(session, cast, claim.id, now)
    assert session.scalars(sa.select(Doubled.state)).all() == []


def test_the_older_person_on_wechat_is_linked_as_well(
    session: Session, cast: world.Cast, paper: Pregnancy, now: datetime
):
    """She followed before the roster came, so she is the older of the two."""
    later = now + timedelta(hours=1)
    person = meet(
        session, hospital=cast.hospital, appid="wxOA0001", openid="oOA_yun", unionid=None,
        now=now - DAY,
    )  # fmt: skip
    follow(session, appid="wxOA0001", openid="oOA_yun", now=now)
    code = make_code(session, person=person, now=later)
    link_by_code(
        session, staff=cast.care_worker, person_id=paper.person_id, code=code, now=later
    )  # fmt: skip

    unite_seen(session, now=later)

    assert owner(session, "oOA_yun") == paper.person_id
    assert session.scalars(sa.select(Doubled.state)).all() == [DoubledState.UNITED]


def _own(mei: Person, paper: Pregnancy) -> Pregnancy:
    values = {
        column.name: getattr(paper, column.name) for column in Pregnancy.__table__.columns
    } | {"id": "prg_own", "person_id": mei.id, "family_id": mei.family_id}  # fmt: skip
    return Pregnancy(**values)
