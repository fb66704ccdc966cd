"""A roster: every row is read, or every one of its problems is told."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook.roster import rules as roster
from handbook.roster.errors import RosterEmpty, RosterTooLong, RosterWithoutColumns
from handbook.roster.rows import TITLES, Column
from handbook.roster.rules import read_roster
from handbook.timeline import LONGEST_WEEKS, PREGNANCY
from tests.handbook.rosters import TITLES as ALL_TITLES
from tests.handbook.rosters import csv_of, row, xlsx_of

TODAY = date(2026, 6, 1)
FIRST = date(2026, 3, 9)


def read(*rows, titles=ALL_TITLES):
    return read_roster(csv_of(*rows, titles=titles), today=TODAY)


def only(*rows):
    """Return the one row that can be taken."""
    found = read(*rows)
    assert found.problems == ()
    (taken,) = found.rows
    return taken


def told(*rows):
    """Return the problems as (number, column), with their words."""
    return {(each.number, each.column.value): each.text for each in read(*rows).problems}


def test_a_row_says_who_and_since_when():
    taken = only(row(opened="2026-04-20", remark="高龄"))

    assert (taken.number, taken.name, taken.phone) == (2, "王小梅", "13800001111")
    assert (taken.reading.source, taken.reading.given_day) == ("last_period", FIRST)
    assert taken.reading.due_day == FIRST + PREGNANCY
    assert (taken.opened_day, taken.remark, taken.hint) == (date(2026, 4, 20), "高龄", "")


def test_a_due_day_alone_will_do():
    taken = only(row(first="", due="2026-12-14"))

    assert (taken.reading.source, taken.reading.last_period_day) == ("due_date", FIRST)


def test_a_due_day_that_says_the_same_changes_nothing():
    assert only(row(due="2026-12-14")).reading.source == "last_period"


def test_a_due_day_counted_as_the_paper_form_counts_is_taken_and_explained():
    taken = only(row(due="2026-12-16"))

    assert taken.reading.due_day == date(2026, 12, 14)
    assert "2026年12月16日" in taken.hint
    assert "2026年12月14日" in taken.hint


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-09", "2026/3/9", "2026.3.9", "2026年3月9日", "20260309", " 2026-3-9 ",
        "２０２６－０３－０９", "2026-03-09 00:00:00", "2026/3/9 0:00", "2026 年 3 月 9 日",
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(written):
    assert only(row(first=written)).reading.given_day == FIRST


@pytest.mark.slow
@settings(deadline=None)
@given(st.dates(date(2025, 8, 10), TODAY), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"]))
def test_every_day_comes_back_as_it_was_written(day, form):
    assert only(row(first=day.strftime(form))).reading.given_day == day


@pytest.mark.parametrize(
    "written",
    ["13800001111", "138 0000 1111", "138-0000-1111", "+8613800001111", "008613800001111",
     "１３８００００１１１１"],
)  # fmt: skip
def test_phone_numbers_are_stored_in_one_form(written):
    assert only(row(phone=written)).phone == "13800001111"


@pytest.mark.parametrize(
    ("written", "name"),
    [("李　芳", "李芳"), (" 李 芳 ", "李芳"), ("Anna  Li", "Anna Li")],
    ids=["stretched", "blanks", "foreign"],
)
def test_names_lose_the_blanks_that_tables_put_in(written, name):
    assert only(row(name=written)).name == name


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"name": ""}, "name", "没有填姓名"),
        ({"name": "王2"}, "name", "数字"),
        ({"name": "王" * 21}, "name", "20"),
        ({"phone": ""}, "phone", "没有填手机号"),
        ({"phone": "1.38E+10"}, "phone", "科学计数法"),
        ({"phone": "010-55550100"}, "phone", "11 位手机号"),
        ({"phone": "12800001111"}, "phone", "11 位手机号"),
        ({"first": ""}, "last_period", "至少填一个"),
        ({"first": "去年三月"}, "last_period", "去年三月"),
        ({"first": "2026-02-30"}, "last_period", "2026-02-30"),
        ({"first": "26-3-9"}, "last_period", "26-3-9"),
        ({"first": "2026-06-02"}, "last_period", "还没有到"),
        ({"first": "2025-01-01"}, "last_period", str(LONGEST_WEEKS)),
        ({"first": "", "due": "2025-01-01"}, "due_date", str(LONGEST_WEEKS)),
        ({"first": "", "due": "2028-01-01"}, "due_date", "核对年份"),
        ({"first": "", "due": "?"}, "due_date", "?"),
        ({"due": "2027-01-20"}, "due_date", "37"),
        ({"opened": "2026-06-02"}, "opened", "还没有到"),
        ({"opened": "2026-03-08"}, "opened", "早于末次月经"),
        ({"opened": "?"}, "opened", "?"),
        ({"remark": "长" * 201}, "remark", "200"),
    ],
    ids=[
        "no name", "digits in a name", "long name", "no phone", "rounded phone", "landline",
        "no mobile", "no day", "no date", "no such day", "two digits of a year", "future",
        "long past", "due long past", "due too far", "no due date", "two pregnancies",
        "opened in future", "opened before", "no opening date", "long remark",
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_row_and_column(cells, column, words):
    problems = told(row(**cells))

    assert problems.keys() == {(2, column)}
    assert words in problems[2, column]


def test_every_problem_of_a_row_is_told_at_once():
    assert told(row(name="", phone="1", first="?", opened="?")).keys() == {
        (2, "name"), (2, "phone"), (2, "last_period"), (2, "opened"),
    }  # fmt: skip


def test_the_edges_of_a_pregnancy_are_taken():
    oldest = TODAY - timedelta(weeks=LONGEST_WEEKS)

    found = read(row(first=TODAY), row(first=oldest, phone="13800002222"))

    assert [each.reading.given_day for each in found.rows] == [TODAY, oldest]


def test_a_number_that_stands_twice_is_told_at_the_second_place():
    found = read(row(), row(phone="+86 13800001111"))

    assert [(each.number, each.column) for each in found.problems] == [(3, Column.PHONE)]
    assert "第 2 行" in found.problems[0].text
    assert [each.number for each in found.rows] == [2]


def test_a_number_doubled_in_a_bad_row_is_told_as_well():
    assert told(row(), row(name="")).keys() == {(3, "name"), (3, "phone")}


def test_titles_may_stand_below_a_heading_and_bear_other_names():
    content = "某某医院孕妇名册,,\n,,\n 孕妇姓名 ,联系电话,EDD\n王小梅,13800001111,2026-12-14"

    found = read_roster(content.encode(), today=TODAY)

    assert [each.number for each in found.rows] == [4]


def test_columns_that_are_not_taken_are_named():
    assert read(
        ("王小梅", "13800001111", "2026-03-09", "110"),
        titles=("姓名", "手机号", "末次月经", "身份证号"),
    ).unused == ("身份证号",)


def test_a_row_that_is_cut_short_is_read():
    assert only(("王小梅", "13800001111", "2026-03-09")).remark == ""


def test_rows_with_nothing_in_our_columns_are_passed_over():
    found = read(row(), ("", "", "", "", "", "", "合计"), titles=(*ALL_TITLES, "序号"))

    assert (len(found.rows), found.problems) == (1, ())


def test_a_workbook_reads_like_a_table():
    content = xlsx_of(ALL_TITLES, ("王小梅", 13800001111, FIRST, None, None, None))

    assert read_roster(content, today=TODAY) == read(row())


@pytest.mark.parametrize(
    "titles",
    [("姓名", "末次月经"), ("手机号", "末次月经"), ("姓名", "手机号"), ("a", "b")],
    ids=["no phone", "no name", "no day", "none"],
)
def test_a_roster_without_its_columns_is_refused(titles):
    with pytest.raises(RosterWithoutColumns):
        read(("王小梅", "13800001111"), titles=titles)


def test_a_roster_without_rows_is_refused():
    with pytest.raises(RosterEmpty):
        read()


def test_a_roster_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(roster, "MOST_ROWS", 1)

    with pytest.raises(RosterTooLong):
        read(row(), row(phone="13800002222"))


def test_every_column_has_a_title():
    assert set(TITLES) == set(Column)
