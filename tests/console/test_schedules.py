"""Care schedules are reviewed: everything that is said, by whom, how sure, and as a table."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from console import schedules
from console.presenters import schedules as presenters
from handbook.care.documents import FOLDER, document
from handbook.care.schedule import EDITION_KEYS, load, put_together

CHILD = "?edition=national-2026-child"


def table(desk, query=""):
    answer = desk("reviewer").open(f"/schedules/table.csv{query}")
    text = answer.get_data(as_text=True).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def layered(monkeypatch, root):
    """The national edition with a hospital's own layer on top."""
    fixtures = root / "tests" / "handbook" / "fixtures"
    layers = [document(fixtures / f"{name}-2026-layer.yaml") for name in ("city", "hospital")]
    whole = load(EDITION_KEYS[0])
    made = put_together(
        key="hospital-2026", title="本院 2026 年版", documents=(*whole.documents, *layers)
    )
    monkeypatch.setattr(schedules, "load", lambda _: made)
    return made


@pytest.mark.parametrize("role", ["reviewer", "clinician"])
def test_those_who_answer_for_the_words_may_read_them(desk, role):
    page = desk(role).read("/schedules/")

    assert "护理方案" in page
    assert 'href="/console/schedules/"' in page


@pytest.mark.parametrize("role", ["clerk", "care_worker", "author", "manager"])
def test_nobody_else_may(desk, role):
    assert desk(role).open("/schedules/").status_code == 403
    assert 'href="/console/schedules/"' not in desk(role).read("/")


@pytest.mark.parametrize("key", EDITION_KEYS)
def test_every_rule_and_document_of_an_edition_is_on_its_page(desk, key):
    page = desk("clinician").read(f"/schedules/?edition={key}")
    schedule = load(key)
    said = [
        *(item.name for item in schedule.items), *(dose.name for dose in schedule.doses),
        *(sign for each in schedule.checklists for sign in each.signs),
        *(plan.who for plan in schedule.plans), *(each.seen for each in schedule.documents),
        *(each.issuer for each in schedule.documents),
    ]  # fmt: skip

    assert [words for words in said if words not in page] == []


def test_an_item_shows_all_that_a_doctor_judges_by(desk):
    page = desk("clinician").read("/schedules/?edition=national-2026-visits")

    assert "必查" in page
    assert "按医嘱" in page
    assert "A 读过官方原文" in page
    assert "待审核" in page
    assert "最弱处" in page
    assert "孕11周+0天到13周+6天" in page
    assert "国家 ·" in page
    assert "地中海贫血筛查（部分省份）〔M〕" in page
    assert "新孕期手册由此开始" in page


def test_doses_show_their_limits(desk):
    page = desk("clinician").read(f"/schedules/{CHILD}&part=doses")

    assert "24小时以前完成" in page
    assert "与上一剂至少间隔28天" in page
    assert "只给女孩" in page
    assert "代替 JE-L" in page
    assert "眼保健" not in page.partition('id="documents"')[0]


def test_plans_show_their_steps(desk):
    page = desk("clinician").read(f"/schedules/{CHILD}&part=plans")

    assert "到矫正6个月：每1个月到2个月一次" in page
    assert "到矫正1个月：每14天一次" in page


def test_what_waits_for_review_can_be_shown_alone(desk):
    page = desk("clinician").read("/schedules/?review=unsure")
    names = {item.name: item.needs_review for item in load(EDITION_KEYS[0]).items}
    shown = {name for name in names if f"<h3>{name}</h3>" in page}

    assert shown == {name for name, needs_review in names.items() if needs_review}


def test_a_part_where_nothing_waits_says_so(desk):
    assert "没有待审核的内容" in desk("clinician").read(
        f"/schedules/{CHILD}&part=signs&review=unsure"
    )


def test_a_stage_without_rules_says_so(desk):
    assert "换一个阶段看看" in desk("clinician").read("/schedules/?part=signs")


@pytest.mark.parametrize("query", ["?edition=none", "?part=none"])
def test_what_does_not_exist_is_not_found(desk, query):
    assert desk("clinician").open(f"/schedules/{query}").status_code == 404


def test_what_the_hospital_hides_or_rewords_bears_name_and_reason(desk, layered):
    page = desk("clinician").read("/schedules/")

    assert "本版不做的国家项目" in page
    assert "陈主任：本院按 2011 年工作规范做两次访视" in page
    assert layered.hidden[0].name in page
    assert "本院：《本院产检流程》改写了说明（王医生：写明地点）" in page


def test_the_table_holds_every_rule_with_its_source(desk):
    lines = table(desk)
    schedule = load(EDITION_KEYS[0])

    assert {line["项目"] for line in lines} == {item.name for item in schedule.items}
    assert all(line["依据"] and line["可信程度"] for line in lines)
    assert sum(line["待审核"] == "待审核" for line in lines) == sum(
        item.needs_review for item in schedule.items
    )


def test_the_table_holds_what_was_chosen(desk):
    lines = table(desk, f"{CHILD}&part=doses")

    assert {line["阶段"] for line in lines} == {"疫苗"}
    assert len(lines) == len(load("national-2026-child").doses)


def test_the_table_is_a_file_that_spreadsheets_read(desk):
    answer = desk("reviewer").open("/schedules/table.csv")

    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].endswith('filename="national-2026.csv"')


def test_every_document_can_be_presented():
    shown = [presenters.document_line(document(path)) for path in FOLDER.glob("*.yaml")]

    assert all(line.seen and line.title for line in shown)


@pytest.mark.parametrize(
    ("days", "words"),
    [({}, ""), ({"in_force_from": "2026-06-17"}, "2026年6月17日起施行"),
     ({"in_force_from": "2026-06-17", "in_force_to": "2027-01-01"},
      "2026年6月17日起施行，2027年1月1日止")],
    ids=["unknown", "open", "closed"],
)  # fmt: skip
def test_when_a_document_is_in_force_is_said(days, words):
    plain = document(FOLDER / "nhc-2016-nipt.yaml")
    given = {name: date.fromisoformat(day) for name, day in days.items()}

    assert presenters.document_line(replace(plain, **given)).in_force == words


@pytest.mark.parametrize(
    "labels",
    [
        presenters.MARKS, presenters.LAYERS, presenters.NEEDS, presenters.ACTS, presenters.SEXES,
        presenters.STAGES,
    ],
    ids=["marks", "layers", "needs", "acts", "sexes", "stages"],
)  # fmt: skip
def test_every_value_has_its_word(labels):
    kind = type(next(iter(labels)))

    assert set(labels) == set(kind)
