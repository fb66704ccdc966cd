"""The result file: its head is ours, and its shape is known."""

import json

import pytest

from booking.attendance.pack_files import LARGEST_BYTES, Head, read_result
from booking.errors import PackForged, PackUnreadable


@pytest.mark.parametrize("field", ["pack", "clinic", "day", "merge_until", "seal"])
def test_a_head_that_was_changed_is_not_ours(taken_along, field):
    head = Head.of(taken_along).model_dump() | {field: "2026-06-02"}
    file = {"kind": "yunyu.pack-result.1", "head": head, "acts": []}

    with pytest.raises(PackForged):
        read_result(json.dumps(file).encode())


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "another"},
        {"acts": [{"key": "short", "visit": "apt", "act": "check_in", "at": "2026-06-01T02:00Z"}]},
        {"acts": [{"key": "0" * 32, "visit": "apt", "act": "cancel", "at": "2026-06-01T02:00Z"}]},
        {"acts": [{"key": "0" * 32, "visit": "apt", "act": "call", "at": "2026-06-01T02:00"}]},
        {"more": 1},
    ],
    ids=["kind", "key", "act", "time without a zone", "field"],
)
def test_a_file_of_another_shape_is_not_read(taken_along, change):
    file = {
        "kind": "yunyu.pack-result.1", "head": Head.of(taken_along).model_dump(), "acts": [],
    } | change  # fmt: skip

    with pytest.raises(PackUnreadable):
        read_result(json.dumps(file).encode())


def test_a_file_that_is_too_large_is_not_read():
    with pytest.raises(PackUnreadable):
        read_result(b" " * (LARGEST_BYTES + 1))
