"""Files that people send: what is read of them, and what is refused."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Refusal
from handbook.roster import sheets
from handbook.roster.errors import (
    RosterInOldFormat,
    RosterTooLarge,
    RosterTooLong,
    RosterUnreadable,
)
from handbook.roster.sheets import LARGEST_BYTES, LARGEST_UNPACKED, MOST_LINES, Line, lines
from tests.handbook.rosters import csv_of, rewritten, xlsx_of, zip_of

SAID = [Line(1, ("姓名", "手机号")), Line(2, ("王小梅", "13800001111"))]
ROWS = (("王小梅", "13800001111"),)
TITLES = ("姓名", "手机号")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_in_use_here_is_read(encoding):
    assert lines(csv_of(*ROWS, titles=TITLES, encoding=encoding)) == SAID


@pytest.mark.parametrize("separator", [",", "\t", ";"], ids=["comma", "tab", "semicolon"])
def test_the_separator_is_found_out(separator):
    assert lines(csv_of(*ROWS, titles=TITLES, separator=separator)) == SAID


def test_blank_lines_keep_their_numbers_and_nothing_else():
    assert lines("姓名,手机号\n,\n  ,\n王小梅,13800001111\n".encode()) == [
        SAID[0],
        Line(4, SAID[1].cells),
    ]


def test_a_quoted_cell_may_hold_the_separator():
    assert lines('姓名,备注\n王小梅,"甲,乙"'.encode())[1].cells == ("王小梅", "甲,乙")


def test_a_workbook_is_read_as_it_is_shown():
    midnight = datetime.fromisoformat("2026-03-09")
    content = xlsx_of(
        ("姓名", "手机号", "末次月经", "预产期", "备注", "孕次"),
        ("王小梅", 13800001111, midnight, date(2026, 12, 14), None, 2.5),
    )

    assert lines(content)[1].cells == (
        "王小梅", "13800001111", "2026-03-09", "2026-12-14", "", "2.5",
    )  # fmt: skip


def test_a_number_kept_as_a_fraction_is_still_a_whole_number():
    content = rewritten(xlsx_of((13800001111,)), old=b"13800001111", new=b"1.3800001111E10")

    assert lines(content)[0].cells == ("13800001111",)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"x" * (LARGEST_BYTES + 1), RosterTooLarge),
        (sheets.OLD_EXCEL + b"old", RosterInOldFormat),
        (sheets.XLSX + b"no zip at all", RosterUnreadable),
        (b"\xff\xfe\x00", RosterUnreadable),
        (b"a,b\0", RosterUnreadable),
        (b'"' + b"x" * 200_000 + b'"', RosterUnreadable),
        pytest.param(b"x\n" * (MOST_LINES + 1), RosterTooLong, marks=pytest.mark.slow),
    ],
    ids=["large", "old", "broken zip", "half a letter", "binary", "endless cell", "endless"],
)
def test_what_is_no_roster_is_refused(content, refusal):
    with pytest.raises(refusal):
        lines(content)


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = zip_of(**{"xl/workbook.xml": b"0" * (LARGEST_UNPACKED + 1)})

    assert len(bomb) < LARGEST_BYTES
    with pytest.raises(RosterTooLarge):
        lines(bomb)


def test_xml_with_entities_of_its_own_is_refused():
    with pytest.raises(RosterUnreadable):
        lines(zip_of(**{"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}))


@pytest.mark.slow
@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_lines_or_are_refused(content):
    try:
        found = lines(content)
    except Refusal:
        return

    assert all(any(line.cells) for line in found)
