"""The folder of files: what is read from it, what is refused by line, what is written whole."""

import json
from datetime import datetime

import pytest

from booking.his.adapter import HisBooking, HisSlot, Message
from booking.his.errors import Unreadable
from booking.his.files import FileAdapter
from core.clock import BEIJING
from tests import world
from tests.booking.his.system import START, at

HEAD = "slot,clinic,doctor,starts_at,ends_at,places\n"
LINE = "S1,cln_1,,2026-06-03 08:30,2026-06-03 09:00,4\n"


@pytest.fixture
def adapter(tmp_path):
    return FileAdapter(tmp_path)


def test_slots_are_read_in_beijing_time_unless_a_zone_is_given(adapter):
    text = f"\ufeff{HEAD}{LINE}S2,cln_1,doc_1,2026-06-03T01:00:00Z,2026-06-03T09:30:00+08:00,0\n"
    (adapter.folder / "slots.csv").write_text(text, encoding="utf-8")

    assert adapter.slots() == [
        HisSlot(2, "S1", "cln_1", None, START, at(9), 4),
        HisSlot(3, "S2", "cln_1", "doc_1", at(9), at(9, 30), 0),
    ]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [(1, "columns")]),
        ("slot,clinic\n", [(1, "columns")]),
        (f"{HEAD}S1,cln_1,,2026-06-03 08:30,4\n", [(2, "cells")]),
        (f'{HEAD}"S1"x,cln_1,,2026-06-03 08:30,2026-06-03 09:00,4\n', [(2, "cells")]),
        (HEAD + LINE.replace("S1", " "), [(2, "name")]),
        (HEAD + LINE.replace("S1", "S" * 101), [(2, "name")]),
        (HEAD + LINE.replace("08:30", "8点半"), [(2, "time")]),
        (HEAD + LINE.replace("08:30", "09:00"), [(2, "time")]),
        (HEAD + LINE.replace(",4", ",-1"), [(2, "places")]),
        (HEAD + LINE.replace(",4", ",501"), [(2, "places")]),
        (HEAD + LINE.replace(",4", ","), [(2, "places")]),
        (HEAD + LINE.replace(",4", ",x") + LINE.replace("S1", ""), [(2, "places"), (3, "name")]),
    ],
)  # fmt: skip
def test_lines_that_cannot_be_used_are_named_by_their_number(adapter, text, faults):
    (adapter.folder / "slots.csv").write_text(text, encoding="utf-8")

    with pytest.raises(Unreadable) as refused:
        adapter.slots()

    assert [(one.line, one.why) for one in refused.value.faults] == faults
    assert refused.value.details == {"count": len(faults)}


def test_a_file_in_another_encoding_is_refused(adapter):
    (adapter.folder / "slots.csv").write_bytes((HEAD + "号" + LINE).encode("gb18030"))

    with pytest.raises(Unreadable) as refused:
        adapter.slots()

    assert refused.value.faults[0].why == "encoding"


def test_bookings_are_read_by_number(adapter):
    (adapter.folder / "bookings.csv").write_text("appointment,slot\n1001,S1\n1002,S2\n", "utf-8")

    assert adapter.bookings() == [HisBooking(2, 1001, "S1"), HisBooking(3, 1002, "S2")]


@pytest.mark.parametrize("number", ["", "x", "-1", "1" * 19])
def test_an_appointment_without_a_number_is_refused(adapter, number):
    (adapter.folder / "bookings.csv").write_text(f"appointment,slot\n{number},S1\n", "utf-8")

    with pytest.raises(Unreadable) as refused:
        adapter.bookings()

    assert [(one.line, one.why) for one in refused.value.faults] == [(2, "number")]


@pytest.mark.parametrize("read", [FileAdapter.slots, FileAdapter.bookings])
def test_a_file_that_is_not_there_is_no_empty_one(adapter, read):
    with pytest.raises(FileNotFoundError):
        read(adapter)


def message(key: int) -> Message:
    return Message(key, "booked", 1001, "S1", START, "prn_1", world.NOW, None, None)


def test_messages_appear_as_one_file_and_nothing_half_written_is_left(adapter):
    adapter.push([message(7), message(9)])

    [ready] = (adapter.folder / "out").iterdir()
    assert ready.name == "000000000007-000000000009.jsonl"
    told = [json.loads(line) for line in ready.read_text("utf-8").splitlines()]
    assert [one["key"] for one in told] == [7, 9]
    assert told[0] == {
        "key": 7, "event": "booked", "appointment": 1001, "slot": "S1",
        "starts_at": "2026-06-03T08:30:00+08:00", "patient": "prn_1",
        "happened_at": "2026-06-01T10:00:00+08:00", "moved_to": None, "moved_to_slot": None,
    }  # fmt: skip


def test_the_same_messages_again_are_the_same_file(adapter):
    adapter.push([message(7)])
    adapter.push([message(7)])

    assert len(list((adapter.folder / "out").iterdir())) == 1


def test_a_time_without_a_zone_is_beijing_s(adapter):
    (adapter.folder / "slots.csv").write_text(HEAD + LINE, encoding="utf-8")

    [found] = adapter.slots()

    assert found.starts_at == datetime(2026, 6, 3, 8, 30, tzinfo=BEIJING)
