"""People come in by their openids, leave words sealed, and are found only in their hospital."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts import queries
from accounts.actions import (
    follow,
    meet,
    read_family,
    set_name,
    set_phone,
    unfollow,
)
from accounts.actions_hospital import StaffCard, add_staff
from accounts.errors import BadName, WeakPassword
from accounts.models import AuditRow, Family, Person, Role, WechatIdentity
from accounts.rules import LONGEST_NAME
from core.db import Database, Session
from core.errors import NotFound
from tests import world
from tests.races import at_once
from tests.world import NOW

OA, MP = "wxOA0001", "wxMP0001"


def enter(session: Session, cast: world.Cast, appid: str, openid: str, unionid: str | None):
    return meet(
        session, hospital=cast.hospital, appid=appid, openid=openid, unionid=unionid, now=NOW
    )


def test_who_comes_the_first_time_is_a_mother_with_a_family(
    session: Session, cast: world.Cast
) -> None:
    person = enter(session, cast, OA, "oOA_new", None)

    family = session.get_one(Family, person.family_id)
    assert person.role.value == "mother"
    assert family.hospital_id == cast.hospital.id


def test_who_comes_again_is_the_same_person(session: Session, cast: world.Cast) -> None:
    assert enter(session, cast, OA, "oOA_lin", None).id == cast.mother.id


def test_one_union_is_one_person_in_both_accounts(session: Session, cast: world.Cast) -> None:
    person = enter(session, cast, MP, "oMP_lin", "uoOA_lin")

    assert person.id == cast.mother.id


def test_a_union_learnt_later_links_the_accounts_too(session: Session, cast: world.Cast) -> None:
    in_chat = enter(session, cast, OA, "oOA_new", None)
    enter(session, cast, OA, "oOA_new", "u_new")

    in_miniprogram = enter(session, cast, MP, "oMP_new", "u_new")

    assert in_miniprogram.id == in_chat.id


def test_a_later_push_without_a_union_forgets_none(session: Session, cast: world.Cast) -> None:
    enter(session, cast, OA, "oOA_lin", None)
    session.flush()

    of_lin = sa.select(WechatIdentity.unionid).where(WechatIdentity.openid == "oOA_lin")
    assert session.scalars(of_lin).one() == "uoOA_lin"


def test_a_union_of_another_hospital_is_another_person(session: Session, cast: world.Cast) -> None:
    person = meet(
        session, hospital=cast.other_hospital, appid="wxOA0002", openid="oOA2_lin",
        unionid="uoOA_lin", now=NOW,
    )  # fmt: skip

    assert person.id != cast.mother.id


@pytest.mark.slow
@pytest.mark.parametrize(
    "unions",
    [[None] * 16, ["u_new"] * 16, [None, "u_new"] * 8],
    ids=["pushes", "sign-ins", "pushes and sign-ins"],
)
def test_first_arrivals_at_once_make_one_person(
    real_database: Database, real_cast: world.Cast, unions: list[str | None]
) -> None:
    def arrive(unionid: str | None) -> str:
        with real_database.transaction() as session:
            return enter(session, real_cast, OA, "oOA_new", unionid).id

    found = at_once(arrive, unions)

    assert len(set(found)) == 1
    with real_database.transaction() as session:
        new = sa.select(WechatIdentity.person_id).where(WechatIdentity.openid == "oOA_new")
        assert session.scalars(new).all() == [found[0]]
        people = session.scalars(sa.select(Person.id)).all()
    assert set(people) == {real_cast.mother.id, real_cast.newcomer.id, found[0]}


@pytest.mark.slow
def test_both_accounts_at_once_make_one_person(
    real_database: Database, real_cast: world.Cast
) -> None:
    def arrive(appid: str) -> str:
        with real_database.transaction() as session:
            return enter(session, real_cast, appid, f"o_{appid}", "u_new").id

    found = at_once(arrive, [OA, MP] * 8)

    assert len(set(found)) == 1


def test_who_does_not_follow_is_not_reached_and_who_follows_again_is(
    session: Session, cast: world.Cast
) -> None:
    unfollow(session, appid=OA, openid="oOA_lin", now=NOW)
    away = queries.identity_in(session, person_id=cast.mother.id, appid=OA)

    follow(session, appid=OA, openid="oOA_lin", now=NOW + timedelta(days=1))
    back = queries.identity_in(session, person_id=cast.mother.id, appid=OA)

    assert away is None
    assert back is not None
    assert back.openid == "oOA_lin"


@pytest.mark.parametrize("name", ["", "  \n ", "长" * (LONGEST_NAME + 1)])
def test_a_name_has_a_length(session: Session, cast: world.Cast, name: str) -> None:
    with pytest.raises(BadName):
        set_name(session, person=cast.mother, name=name, now=NOW)


def test_a_name_is_stored_without_its_stray_spaces(session: Session, cast: world.Cast) -> None:
    set_name(session, person=cast.mother, name="  林 \n 晓雨 ", now=NOW)

    assert cast.mother.name == "林 晓雨"


@pytest.fixture
def lin(session: Session, cast: world.Cast) -> Person:
    """Lin, with a phone number."""
    person = session.merge(cast.mother)
    set_phone(session, person=person, phone="+86 138-0013-8000", now=NOW)
    session.flush()
    return person


def found_by(session: Session, hospital_id: str, search: str) -> list[str]:
    people = queries.families(session, hospital_id=hospital_id, search=search, after="", limit=9)
    return [person.id for person in people]


@pytest.mark.parametrize(
    "search",
    ["13800138000", "138 0013 8000", "+8613800138000", "86-138-0013-8000"],
)
def test_a_family_is_found_by_its_phone_however_it_is_written(
    session: Session, cast: world.Cast, lin: Person, search: str
) -> None:
    assert found_by(session, cast.hospital.id, search) == [lin.id]


@pytest.mark.parametrize("search", ["1380013800", "13800138001", "8000", "%", "x"])
def test_a_part_of_a_phone_finds_nobody(
    session: Session, cast: world.Cast, lin: Person, search: str
) -> None:
    assert found_by(session, cast.hospital.id, search) == []


def test_another_hospital_finds_nobody_of_ours(
    session: Session, cast: world.Cast, lin: Person
) -> None:
    assert found_by(session, cast.other_hospital.id, "13800138000") == []
    assert found_by(session, cast.other_hospital.id, "") == []


def test_the_list_of_families_goes_on_where_the_page_before_ended(
    session: Session, cast: world.Cast
) -> None:
    everybody = found_by(session, cast.hospital.id, "")

    rest = queries.families(
        session, hospital_id=cast.hospital.id, search="", after=everybody[0], limit=9
    )

    assert sorted(everybody) == sorted([cast.mother.id, cast.newcomer.id])
    assert [person.id for person in rest] == everybody[1:]


def read_rows(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditRow.act).where(AuditRow.act == "read_family")))


def test_reading_a_family_writes_exactly_one_row(session: Session, cast: world.Cast) -> None:
    family_id = cast.mother.family_id

    people = read_family(session, staff=cast.care_worker, family_id=family_id, now=NOW)

    assert [person.id for person in people] == [cast.mother.id]
    row = session.scalars(sa.select(AuditRow).where(AuditRow.act == "read_family")).one()
    assert (row.actor_id, row.subject_id, row.hospital_id) == (
        cast.care_worker.id, family_id, cast.hospital.id,
    )  # fmt: skip


@pytest.mark.parametrize("family", ["ours", "nobody's"])
def test_staff_of_another_hospital_read_nothing_and_cannot_tell_why(
    session: Session, cast: world.Cast, family: str
) -> None:
    family_id = {"ours": cast.mother.family_id, "nobody's": "fam_none"}[family]

    with pytest.raises(NotFound) as refused:
        read_family(session, staff=cast.stranger, family_id=family_id, now=NOW)

    assert (refused.value.code, refused.value.details) == ("core.not_found", {})
    assert read_rows(session) == []


def test_a_person_of_another_hospital_is_not_found(session: Session, cast: world.Cast) -> None:
    ours = queries.person_of(session, person_id=cast.mother.id, hospital_id=cast.hospital.id)

    with pytest.raises(NotFound):
        queries.person_of(session, person_id=cast.mother.id, hospital_id=cast.other_hospital.id)
    assert ours.id == cast.mother.id


def test_hospitals_are_found_by_id_and_by_account(session: Session, cast: world.Cast) -> None:
    by_id = queries.hospital(session, hospital_id=cast.hospital.id)
    by_account = queries.hospital_of_account(session, appid=OA)

    assert by_id is by_account
    with pytest.raises(NotFound):
        queries.hospital(session, hospital_id="hos_none")
    with pytest.raises(NotFound):
        queries.hospital_of_account(session, appid="wx_none")


def test_staff_are_found_by_ids_and_unknown_ids_left_out(
    session: Session, cast: world.Cast
) -> None:
    found = queries.staff_by_ids(session, [cast.clerk.id, "stf_none", cast.clerk.id])

    assert {key: member.name for key, member in found.items()} == {cast.clerk.id: "clerk老师"}


def test_staff_with_a_weak_password_are_not_added(session: Session, cast: world.Cast) -> None:
    card = StaffCard("new", "新老师", "护士", (Role.CLERK,))

    with pytest.raises(WeakPassword):
        add_staff(session, hospital_id=cast.hospital.id, card=card, password="short1", now=NOW)


def test_a_staff_password_is_kept_only_hashed(cast: world.Cast) -> None:
    assert cast.clerk.password_hash.startswith("$argon2id$")
    assert world.PASSWORD not in cast.clerk.password_hash
