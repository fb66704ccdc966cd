"""A pack from its export to what staff settle, and the days for which it counts."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.attendance import pack
from booking.attendance.pack_files import Head, Result
from booking.errors import DayPast, PackExpired
from core.errors import NotFound
from tests import scene
from tests.booking.packs.ways import MINUTE, audited, lines, walk_in
from tests.world import NOW


def test_a_walk_in_is_noted_by_name_with_what_was_done_until_staff_settle_it(
    session, cast, clinic, machine, merge, taken_along, by
):
    came = walk_in("王芳")
    merge([came, *machine(came.key, "call", "finish", since=NOW + MINUTE)])
    waiting = pack.lines_to_look_at(session, clinic_id=clinic.clinic.id)

    pack.settle(
        session, hospital_id=cast.hospital.id, pack_id=taken_along.id, visit=came.key, by=by
    )

    session.expire_all()
    assert [one.act.value for one in waiting] == ["walk_in", "call", "finish"]
    assert pack.lines_to_look_at(session, clinic_id=clinic.clinic.id) == []
    assert [one.name for one in lines(session)] == [None, None, None]
    assert {one.settled_by_id for one in lines(session)} == {by.actor.id}


def test_the_name_of_a_walk_in_rests_sealed(session, merge):
    merge([walk_in("王芳")])

    rests = session.scalar(sa.text("select name from pack_line"))
    assert "王芳".encode() not in bytes(rests)


def test_export_merge_and_settling_are_written_down(
    session, cast, visit, machine, merge, taken_along, by
):
    merge(machine(visit, "check_in"))
    pack.settle(session, hospital_id=cast.hospital.id, pack_id=taken_along.id, visit="none", by=by)

    assert [one for one in audited(session) if one.startswith("pack_")] == [
        "pack_issued", "pack_merged", "pack_line_settled",
    ]  # fmt: skip


def test_a_pack_is_merged_for_seven_days_after_its_own(visit, machine, merge, taken_along):
    last = taken_along.merge_until

    merge(machine(visit, "check_in"), now=last - MINUTE)

    assert last - NOW == timedelta(days=7, hours=14)
    with pytest.raises(PackExpired) as refused:
        merge(machine(visit, "call"), now=last)
    assert refused.value.details == {"said": "6月9日 00:00"}


def test_a_day_that_is_over_is_not_taken_along(session, clinic, by):
    with pytest.raises(DayPast):
        pack.issue(session, clinic=clinic.clinic, day=scene.TODAY - timedelta(days=1), by=by)


def test_a_pack_of_another_hospital_is_not_found(session, cast, taken_along, by):
    result = Result(kind="yunyu.pack-result.1", head=Head.of(taken_along), acts=[])
    other = cast.other_hospital.id

    with pytest.raises(NotFound):
        pack.merge(session, hospital_id=other, result=result, by=by)
    with pytest.raises(NotFound):
        pack.settle(session, hospital_id=other, pack_id=taken_along.id, visit="", by=by)


def test_packs_and_what_came_back_in_them_are_listed_newest_first(
    session, clinic, taken_along, visit, machine, merge, by
):
    later = pack.issue(session, clinic=clinic.clinic, day=scene.TODAY, by=by)
    merge(machine(visit, "check_in"))

    found = pack.packs_of(session, clinic_id=clinic.clinic.id, since=scene.TODAY)

    assert [one.id for one in found] == [later.id, taken_along.id]
    assert [one.act.value for one in pack.lines_of(session, pack_ids=[taken_along.id])] == [
        "check_in"
    ]
    assert pack.lines_of(session, pack_ids=[later.id]) == []
