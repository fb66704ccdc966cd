"""The day's list on paper: what the paper needs and nothing else; that it was opened is kept."""

from booking.actions import Request, hold
from tests import scene, world
from tests.console.desk_day.ways import at, trail
from tests.console.wards import PHONE


def test_the_paper_bears_who_comes_and_when(clerk, clinic, visit, database):
    page = clerk.read(at(clinic, "paper/"))

    assert "11:30–12:00" in page
    assert "林晓雨" in page
    assert "<td>5678</td>" in page
    assert PHONE not in page
    assert trail(database)[-1] == "day_list_printed"


def test_the_paper_of_another_day_is_of_that_day(clerk, clinic, visit):
    assert "这一天没有人预约" in clerk.read(at(clinic, "paper/?day=2026-06-02"))


def test_what_is_only_held_is_not_printed(clerk, clinic, database, cast):
    request = Request(
        person=cast.mother, hospital_id=cast.hospital.id, slot_id=clinic.slots[0].id,
        pregnancy_id=None, item_key=None, channel="test", key="hold", actor=scene.her(cast.mother),
    )  # fmt: skip
    with database.transaction() as session:
        hold(session, request=request, now=world.NOW)

    assert "林晓雨" not in clerk.read(at(clinic, "paper/"))


def test_the_list_leads_to_the_paper_and_to_who_did_not_come_of_its_day(clerk, clinic):
    page = clerk.read(at(clinic, "?day=2026-06-02"))

    assert f'"/console{at(clinic, "paper/?day=2026-06-02")}">打印名单' in page
    assert f'"/console{at(clinic, "closing/?day=2026-06-02")}">登记没来的' in page
