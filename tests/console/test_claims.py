"""Handbooks of a roster: staff hand them to who proved to be their mother."""

from datetime import timedelta

import pytest

from accounts.actions import set_phone
from accounts.models import Person
from handbook.roster.actions import import_roster
from handbook.roster.linking import claim_handbook, make_code
from handbook.roster.rows import Row
from handbook.timeline import read_dating
from scheduler.union import unite_seen
from tests import world
from tests.console.wards import TODAY

PHONE = "13800001111"


@pytest.fixture
def paper(database, cast):
    """The family of 王小云, of whom only a roster knows."""
    day = TODAY - timedelta(days=90)
    reading = read_dating(source="last_period", day=day, today=TODAY)
    row = Row(2, "王小云", PHONE, reading, None, "", "")
    with database.transaction() as session:
        (pregnancy,) = import_roster(session, staff=cast.care_worker, rows=[row], now=world.NOW)
    return pregnancy


@pytest.fixture
def claim(database, cast, paper):
    """Mei says that it is hers."""
    with database.transaction() as session:
        mei = session.get_one(Person, cast.newcomer.id)
        set_phone(session, person=mei, phone=PHONE, now=world.NOW)
        return claim_handbook(session, person=mei, name="王小云", now=world.NOW).id


def test_nobody_waits_at_first(desk):
    assert "没有等待确认的认领" in desk("care_worker").read("/claims/")


def test_a_claim_shows_no_more_than_it_must(desk, claim):
    page = desk("care_worker").read("/claims/")

    assert "王**" in page
    assert "1111" in page
    assert PHONE not in page
    assert "王小云" not in page
    assert "待确认的手册认领" in desk("care_worker").read("/")


@pytest.mark.parametrize(("answer", "is_hers"), [("linked", True), ("declined", False)])
def test_staff_answer_a_claim(desk, database, cast, paper, claim, answer, is_hers):
    care_worker = desk("care_worker")

    sent = care_worker.send(f"/claims/{claim}/answer", answer=answer)

    with database.transaction() as session:
        unite_seen(session, now=world.NOW)
    with database.transaction() as session:
        assert (session.get(Person, cast.newcomer.id) is None) is is_hers
    assert sent.status_code == 303
    assert "没有等待确认的认领" in care_worker.read("/claims/")


@pytest.mark.parametrize("answer", ["", "waiting", "maybe"])
def test_an_answer_that_is_none_is_refused(desk, claim, answer):
    assert desk("care_worker").send(f"/claims/{claim}/answer", answer=answer).status_code == 400


def test_a_code_links_who_stands_at_the_desk(desk, database, cast, paper):
    with database.transaction() as session:
        code = make_code(session, person=session.get_one(Person, cast.newcomer.id), now=world.NOW)
    care_worker, family = desk("care_worker"), f"/families/{paper.family_id}"
    asked = care_worker.read(family)

    answer = care_worker.send(
        "/claims/code", person=paper.person_id, family=paper.family_id, code=code
    )
    with database.transaction() as session:
        unite_seen(session, now=world.NOW)

    assert "她手机上的 8 位数字码" in asked
    assert answer.location == f"/console{family}"
    assert "她手机上的 8 位数字码" not in care_worker.read(family)


def test_a_wrong_code_links_nobody(desk, paper):
    answer = desk("care_worker").send(
        "/claims/code", person=paper.person_id, family=paper.family_id, code="00000000"
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("username", ["clerk", "clinician", "author"])
def test_only_who_imports_rosters_links(desk, username):
    assert desk(username).open("/claims/").status_code == 403
