"""Who follows the account and enters the mini-program before both are known as one, becomes one."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts import queries
from accounts.actions import (
    give_consent,
    meet,
    note_unionid,
    set_name,
    set_phone,
    withdraw_consent,
)
from accounts.models import (
    AuditRow,
    Doubled,
    DoubledState,
    Family,
    Person,
    Purpose,
    SubjectKind,
    WechatIdentity,
)
from accounts.notices import notice
from accounts.rules import Actor
from accounts.sign_in import person_of_token, sign_in_person
from conversation.actions import Danger
from core.db import Session
from handbook.actions import open_pregnancy
from handbook.timeline import read_dating
from scheduler.union import unite_seen
from tests import world
from tests.make import Make
from tests.world import NOW

LATER = NOW + timedelta(hours=1)
DANGER = Danger("p_bleed", "go_now", "1", "bleed")


@pytest.fixture
def chatting(session: Session, cast: world.Cast) -> Person:
    """Tao as she came by the chat: nobody knows her union."""
    return come(session, cast, "wxOA0001", "oOA_tao", unionid=None)


@pytest.fixture
def tapping(session: Session, cast: world.Cast, chatting: Person) -> Person:
    """Tao as she came an hour later by the mini-program, which tells her union."""
    return come(session, cast, "wxMP0001", "oMP_tao", unionid="u_tao", at=LATER)


def come(
    session: Session, cast: world.Cast, appid: str, openid: str, *, unionid: str | None, at=NOW
) -> Person:
    return meet(
        session, hospital=cast.hospital, appid=appid, openid=openid, unionid=unionid, now=at
    )


def learn(session: Session, *, openid: str = "oOA_tao", unionid: str = "u_tao") -> None:
    """The platform tells the union of somebody in the chat; then the house acts on it."""
    session.flush()
    found = sa.select(WechatIdentity.id).where(WechatIdentity.openid == openid)
    note_unionid(session, identity_id=session.scalars(found).one(), unionid=unionid, now=LATER)
    session.flush()
    unite_seen(session, now=LATER)
    session.flush()
    session.expire_all()


def owners(session: Session) -> dict[str, str]:
    rows = session.execute(sa.select(WechatIdentity.openid, WechatIdentity.person_id))
    return {row.openid: row.person_id for row in rows if "tao" in row.openid}


def states(session: Session) -> list[DoubledState]:
    return list(session.scalars(sa.select(Doubled.state)))


def agree(session: Session, person: Person, purpose: Purpose, *, at=NOW) -> None:
    give_consent(
        session, person=person, purpose=purpose, version=notice(purpose).version,
        channel="test", now=at,
    )  # fmt: skip


def expect(session: Session, person: Person) -> None:
    agree(session, person, Purpose.HANDBOOK)
    reading = read_dating(source="last_period", day=date(2026, 3, 5), today=date(2026, 6, 1))
    open_pregnancy(
        session, person=person, reading=reading, actor=Actor(SubjectKind.PERSON, person.id), now=NOW
    )


def test_the_younger_becomes_the_older(session: Session, chatting: Person, tapping: Person) -> None:
    families = session.scalar(sa.select(sa.func.count()).select_from(Family))

    learn(session)

    assert owners(session) == {"oOA_tao": chatting.id, "oMP_tao": chatting.id}
    assert session.get(Person, tapping.id) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Family)) == families - 1
    assert states(session) == [DoubledState.UNITED]
    acts = {row.act: row.subject_id for row in session.scalars(sa.select(AuditRow))}
    assert acts["unite"] == chatting.id
    assert acts[f"united_into:{chatting.id}"] == tapping.id


def test_a_sign_in_that_tells_the_union_leads_to_it_as_well(
    session: Session, cast: world.Cast, chatting: Person, tapping: Person
) -> None:
    come(session, cast, "wxOA0001", "oOA_tao", unionid="u_tao", at=LATER)
    session.flush()

    unite_seen(session, now=LATER)

    session.expire_all()
    assert set(owners(session).values()) == {chatting.id}


def test_where_only_the_younger_has_records_the_older_becomes_her(
    session: Session, chatting: Person, tapping: Person
) -> None:
    expect(session, tapping)

    learn(session)

    assert set(owners(session).values()) == {tapping.id}
    assert session.get(Person, chatting.id) is None


def test_an_appointment_is_a_record(
    session: Session, make: Make, chatting: Person, tapping: Person
) -> None:
    make.appointment(person=tapping)

    learn(session)

    assert set(owners(session).values()) == {tapping.id}


def test_where_both_have_records_staff_are_asked_once_and_nothing_moves(
    session: Session, cast: world.Cast, make: Make, chatting: Person, tapping: Person
) -> None:
    expect(session, chatting)
    make.appointment(person=tapping)

    learn(session)
    again = unite_seen(session, now=LATER)

    (pair,) = queries.doubled_in(session, hospital_id=cast.hospital.id)
    assert pair.both == (chatting.id, tapping.id)
    assert again == 0
    assert owners(session) == {"oOA_tao": chatting.id, "oMP_tao": tapping.id}
    assert queries.doubled_in(session, hospital_id=cast.other_hospital.id) == []


def test_a_union_seen_twice_is_one_pair(
    session: Session, cast: world.Cast, chatting: Person, tapping: Person
) -> None:
    expect(session, chatting)
    expect(session, tapping)

    learn(session)
    come(session, cast, "wxOA0001", "oOA_tao", unionid="u_tao", at=LATER)
    learn(session)

    assert states(session) == [DoubledState.FOR_STAFF]


def test_the_same_union_in_another_hospital_is_another_person(
    session: Session, cast: world.Cast, chatting: Person
) -> None:
    meet(
        session, hospital=cast.other_hospital, appid="wxOA0002", openid="oO2_tao",
        unionid="u_tao", now=LATER,
    )  # fmt: skip

    learn(session)

    assert states(session) == []


def test_of_three_who_are_one_one_is_left(
    session: Session, cast: world.Cast, chatting: Person, tapping: Person
) -> None:
    third = come(session, cast, "wxMP0002", "oMP2_tao", unionid=None, at=LATER)
    session.flush()
    for openid in ("oMP2_tao", "oOA_tao"):
        learn(session, openid=openid)

    unite_seen(session, now=LATER)

    session.expire_all()
    assert set(owners(session).values()) == {chatting.id}
    assert session.get(Person, third.id) is None


def test_a_pair_of_whom_one_is_gone_is_settled(
    session: Session, cast: world.Cast, chatting: Person
) -> None:
    pair = Doubled(
        id="dbl_1", hospital_id=cast.hospital.id, first_id=chatting.id, second_id="per_gone",
        state=DoubledState.SEEN, seen_at=NOW,
    )  # fmt: skip
    session.add(pair)
    session.flush()

    unite_seen(session, now=LATER)

    assert pair.state is DoubledState.UNITED
    assert session.get(Person, chatting.id) is chatting


def test_a_phone_that_is_signed_in_stays_so(
    session: Session, chatting: Person, tapping: Person
) -> None:
    token = sign_in_person(session, person_id=tapping.id, now=LATER)

    learn(session)

    found = person_of_token(session, token=token, now=LATER)
    assert found is not None
    assert found.id == chatting.id


def test_name_and_number_go_over_where_there_is_none(
    session: Session, chatting: Person, tapping: Person
) -> None:
    set_name(session, person=chatting, name="陶然", now=NOW)
    set_name(session, person=tapping, name="陶", now=LATER)
    set_phone(session, person=tapping, phone="13800001111", now=LATER)

    learn(session)

    left = session.get_one(Person, chatting.id)
    assert (left.name, left.phone) == ("陶然", "13800001111")
    assert left.phone_mark == queries.phone_mark("13800001111")


Act = Callable[[Session, Person], None]


def given(at) -> Act:
    return lambda session, person: agree(session, person, Purpose.MESSAGES, at=at)


def taken_back(at) -> Act:
    return lambda session, person: withdraw_consent(
        session, person=person, purpose=Purpose.MESSAGES, now=at
    )


EARLY, MIDDLE, LATE = (NOW + timedelta(minutes=step) for step in (1, 2, 3))


@pytest.mark.parametrize(
    ("in_chat", "in_pages", "stands"),
    [
        ([given(EARLY)], [], True),
        ([], [given(EARLY)], True),
        ([given(EARLY)], [given(LATE)], True),
        ([given(EARLY), taken_back(MIDDLE)], [given(LATE)], True),
        ([given(LATE)], [given(EARLY), taken_back(MIDDLE)], True),
        ([given(EARLY)], [given(MIDDLE), taken_back(LATE)], False),
        ([given(MIDDLE), taken_back(LATE)], [given(EARLY)], False),
    ],
    ids=[
        "only in chat", "only in the pages", "twice", "back in chat, then given in the pages",
        "back in the pages, then given in chat", "later back in the pages", "later back in chat",
    ],
)  # fmt: skip
def test_to_each_purpose_her_latest_word_counts(
    session: Session, chatting: Person, tapping: Person, in_chat: list[Act],
    in_pages: list[Act], stands: bool,
) -> None:  # fmt: skip
    for act in in_chat:
        act(session, chatting)
    for act in in_pages:
        act(session, tapping)

    learn(session)

    live = queries.consents_of(session, person_id=chatting.id)
    assert (Purpose.MESSAGES in live) is stands
