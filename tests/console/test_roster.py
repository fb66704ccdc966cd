"""A roster is checked, shown, and imported once; whatever is odd, nothing is written."""

import hashlib
import io

import pytest
import sqlalchemy as sa

from accounts.models import Family, Person
from console import csrf
from handbook.models import Pregnancy
from tests.console.people import name
from tests.handbook.rosters import TITLES, csv_of, row

GOOD = csv_of(row(), row(name="李芳", phone="13800002222", first="", due="2026-12-20"))
BAD = csv_of(row(), row(name="赵四", phone="1380000333", first="去年三月"))
PHONE = "13800001111"


@pytest.fixture
def worker(desk):
    return desk("care_worker")


def send(desk, path, *, content=GOOD, headers=None, **fields):
    """Send a file with its form."""
    form = {csrf.FIELD: csrf.mark(desk.token), "file": (io.BytesIO(content), "r.csv"), **fields}
    return desk.client.post(f"/console/roster{path}", data=form, headers=headers)


def confirm(desk, content=GOOD, **other):
    fields = {
        "digest": hashlib.sha256(content).hexdigest(), "made": "2", "agreed": "yes", **other,
    }  # fmt: skip
    return send(desk, "/", content=content, **fields)


@pytest.fixture
def count(database, cast):
    def read(table=Pregnancy):
        with database.transaction() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(table))

    return read


def test_the_page_asks_for_a_file_and_names_the_columns(worker):
    page = worker.read("/roster/")

    assert all(f"<li>{title}" in page for title in TITLES)
    assert "要么全部导入" in page


def test_the_empty_form_opens_in_a_spreadsheet(worker):
    answer = worker.open("/roster/form.csv")

    assert answer.data.decode("utf-8-sig").strip() == ",".join(TITLES)
    assert answer.data.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("role", ["clerk", "clinician", "author", "reviewer", "manager"])
@pytest.mark.parametrize("path", ["/roster/", "/roster/form.csv", "/roster/done"])
def test_only_care_workers_may(desk, role, path):
    assert desk(role).open(path).status_code == 403


def test_a_check_shows_what_would_be_made_and_writes_nothing(worker, count):
    families = count(Family)

    page = send(worker, "/check").text

    assert "王小梅" in page
    assert "末次月经 2026-03-09" in page
    assert "2026年12月20日" in page
    assert "12周+0天" in page
    assert "导入 2 份" in page
    assert (count(), count(Family)) == (0, families)


def test_a_check_within_the_page_answers_with_a_part_of_it(worker):
    part = send(worker, "/check", headers={"HX-Request": "true"}).text

    assert "<html" not in part
    assert hashlib.sha256(GOOD).hexdigest() in part


def test_problems_are_shown_with_row_and_column_and_leave_nothing_to_confirm(worker):
    page = send(worker, "/check", content=BAD).text

    assert "不是 11 位手机号" in page
    assert "看不懂“去年三月”" in page
    assert "确认导入" not in page


def test_whoever_is_known_is_named_and_not_made_again(worker, database, cast):
    name(database, cast.newcomer, phone=PHONE)

    page = send(worker, "/check").text

    assert f"/console/families/{cast.newcomer.family_id}" in page
    assert "没有进行中的手册" in page
    assert "导入 1 份" in page


def test_columns_that_are_not_kept_are_named(worker):
    content = csv_of(
        ("王小梅", PHONE, "2026-03-09", "1"), titles=("姓名", "手机", "LMP", "身份证号")
    )

    assert "不会读取，也不会保存：身份证号" in send(worker, "/check", content=content).text


def test_what_was_confirmed_is_imported(worker, database, count):
    answer = confirm(worker)

    assert (answer.status_code, answer.location) == (303, "/console/roster/done?made=2")
    assert count() == 2
    with database.transaction() as session:
        assert "王小梅" in session.scalars(sa.select(Person.name)).all()
    assert "已导入 2 份手册" in worker.read("/roster/done?made=2")


def test_the_same_file_twice_doubles_nothing(worker, count):
    confirm(worker)

    again = send(worker, "/check").text
    answer = confirm(worker)

    assert "已有进行中的手册" in again
    assert "没有要新建的手册" in again
    assert answer.status_code == 409
    assert count() == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"digest": "0" * 64}, "不是刚才检查的那个文件"),
        ({"agreed": ""}, "都已签纸质同意书"),
        ({"made": "1"}, "重新检查一次"),
        ({"content": BAD}, "还有不能导入的行"),
    ],
    ids=["another file", "no consent", "another count", "problems"],
)
def test_what_was_not_confirmed_is_not_imported(worker, count, fields, words):
    answer = confirm(worker, **fields)

    assert answer.status_code == 409
    assert words in answer.text
    assert count() == 0


def test_a_count_that_is_no_number_is_refused(worker, count):
    assert confirm(worker, made="two").status_code == 400
    assert count() == 0


@pytest.mark.parametrize("path", ["/check", "/"])
def test_a_form_without_a_file_says_so(worker, path):
    answer = worker.send(f"/roster{path}")

    assert answer.status_code == 409
    assert "请先选择名册文件" in answer.text


def test_a_file_that_cannot_be_read_says_why(worker):
    answer = send(worker, "/check", content=b"\xd0\xcf\x11\xe0old")

    assert answer.status_code == 409
    assert "旧版 Excel" in answer.text


def test_a_form_of_another_page_imports_nothing(worker, count):
    answer = confirm(worker, csrf="forged")

    assert answer.status_code == 400
    assert count() == 0
