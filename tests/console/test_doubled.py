"""Two persons who are one and both have records stand before staff until somebody looked."""

import pytest

from accounts.models import AuditRow, Doubled, DoubledState
from tests import world
from tests.console.people import name


@pytest.fixture
def pair(database, cast):
    """Lin and Mei, whom the platform calls one."""
    with database.transaction() as session:
        session.add(
            Doubled(
                id="dbl_1", hospital_id=cast.hospital.id, first_id=cast.mother.id,
                second_id=cast.newcomer.id, state=DoubledState.FOR_STAFF, seen_at=world.NOW,
            )
        )  # fmt: skip
    return "dbl_1"


def test_both_are_shown_with_their_families(desk, database, cast, pair):
    name(database, cast.mother, phone="13800005678")
    care_worker = desk("care_worker")

    page = care_worker.read("/doubled/")

    assert "林晓雨" in page
    assert f"/console/families/{cast.mother.family_id}" in page
    assert f"/console/families/{cast.newcomer.family_id}" in page
    assert "同一人的两份档案" in care_worker.read("/")


def test_who_looked_takes_them_off_the_list_and_it_is_written_down(desk, database, cast, pair):
    care_worker = desk("care_worker")

    done = care_worker.send(f"/doubled/{pair}/settling")

    assert done.location == "/console/doubled/"
    assert "没有需要核对的档案" in care_worker.read("/doubled/")
    assert "同一人的两份档案" not in care_worker.read("/")
    with database.transaction() as session:
        row = session.query(AuditRow).filter(AuditRow.act == "settle_doubled").one()
        assert (row.actor_id, row.subject_id) == (cast.care_worker.id, pair)


def test_twice_is_once(desk, pair):
    desk("care_worker").send(f"/doubled/{pair}/settling")

    assert desk("care_worker").send(f"/doubled/{pair}/settling").status_code == 404


def test_another_hospital_sees_and_settles_nothing(desk, database, cast, pair):
    stranger = desk("stranger")

    assert "没有需要核对的档案" in stranger.read("/doubled/")
    assert stranger.send(f"/doubled/{pair}/settling").status_code == 404


@pytest.mark.parametrize("username", ["author", "reviewer", "clerk", "manager"])
def test_who_does_not_write_about_families_may_not_look(desk, username):
    assert desk(username).open("/doubled/").status_code == 403
