"""The care schedules: what loads, what is refused, and what every item must say."""

from pathlib import Path

import pytest

from booking.models import Care
from handbook.care.documents import FOLDER, Document, document
from handbook.care.layers import ScheduleItem
from handbook.care.reading import read
from handbook.care.rows import CARES, Anchor, Mark, Row
from handbook.care.schedule import (
    CURRENT,
    CURRENT_CHILD,
    EDITION_KEYS,
    Schedule,
    load,
    put_together,
)
from handbook.timeline import LONGEST_WEEKS

PATHS = sorted(FOLDER.glob("*.yaml"))
ITEM = """
  - key: nt
    name: 超声
    anchor: last_period
    opens: "11+0"
    closes: "13+6"
    need: offered
    what: 测量
    why: 只有这三周测得准
    mark: B
    section: 第1次
"""
HEAD = """
key: paper
title: 一份文件
issuer: 某学会
year: 2018
seen: 读过全文
items:
"""


@pytest.fixture
def current() -> Schedule:
    return load(CURRENT)


def written(folder: Path, text: str) -> Path:
    path = folder / "paper.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_document_loads_and_is_short_enough_to_read(path: Path):
    found = document(path)

    assert found.title
    assert len(path.read_text("utf-8").splitlines()) <= 300


def test_a_care_is_one_that_can_be_booked():
    assert frozenset(Care) == CARES


@pytest.mark.parametrize("item", load(CURRENT).items, ids=lambda item: item.key)
def test_every_item_names_its_document_year_and_section(item: ScheduleItem):
    title, year = item.document.title, item.document.year

    assert item.source == f"《{title}》（{year}）{item.section}"


def test_rows_from_memory_or_of_our_own_need_a_review(current: Schedule):
    needing = {item.key for item in current.items if item.needs_review}
    unsure = {
        item.key
        for item in current.items
        if {item.mark, item.weakest_mark} & {Mark("M"), Mark("O")}
    }

    assert needing == unsure
    assert "fetal_echo" in needing
    assert "ogtt" not in needing


def test_what_a_doctor_orders_is_never_reminded_of(current: Schedule):
    ordered = [item for item in current.items if item.only_for]

    assert ordered
    assert not any(item.is_reminded for item in ordered)


def test_what_ends_at_birth_lasts_as_long_as_the_longest_pregnancy(current: Schedule):
    until_birth = [item.closes.days for item in current.items if item.ends_at_birth]

    assert set(until_birth) == {LONGEST_WEEKS * 7}


def test_the_edition_covers_the_time_critical_windows(current: Schedule):
    windows = {item.key: (item.opens.days, item.closes.days) for item in current.items}

    assert windows["nt"] == (77, 97)
    assert windows["nipt"] == (84, 160)
    assert windows["serum2"] == (105, 146)
    assert windows["us_anomaly"] == (140, 174)
    assert windows["ogtt"] == (168, 202)
    assert windows["gbs"] == (245, 265)


def test_an_item_is_found_by_its_key(current: Schedule):
    assert current.item("nt").anchor is Anchor.LAST_PERIOD
    with pytest.raises(KeyError):
        current.item("nothing")


def test_an_unknown_edition_is_no_schedule():
    with pytest.raises(KeyError):
        load("national-1949")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("    section: 第1次\n", "", "section", id="no-source"),
        pytest.param("第1次", "' '", "section", id="empty-source"),
        pytest.param("why: ", "wherefore: ", "wherefore", id="unknown-field"),
        pytest.param('"13+6"', '"10+6"', "not in order", id="closes-before-it-opens"),
        pytest.param('"13+6"', '"13+9"', "not a span", id="no-such-week"),
        pytest.param("mark: B", "mark: Z", "mark", id="unknown-mark"),
        pytest.param("need: offered", "need: indicated", "for whom", id="indicated-for-nobody"),
        pytest.param("mark: B", "care: surgery\n    mark: B", "nobody can book", id="no-such-care"),
        pytest.param("mark: B", "weakest_mark: M\n    mark: B", "least sure", id="unsure-of-what"),
        pytest.param(
            "mark: B", 'ideal_opens: "12+0"\n    mark: B', "a beginning and an end", id="half-ideal"
        ),
        pytest.param("mark: B", "mark: B\n    mark: A", "written twice", id="doubled-field"),
    ],
)
def test_a_row_that_contradicts_itself_does_not_load(tmp_path: Path, old: str, new: str, said: str):
    path = written(tmp_path, (HEAD + ITEM).replace(old, new))

    with pytest.raises(ValueError, match=said):
        document(path)


def test_a_broken_file_is_named(tmp_path: Path):
    path = written(tmp_path, HEAD.replace("year: 2018", "year: soon") + ITEM)

    with pytest.raises(ValueError, match="valid integer") as broken:
        read(path, Document)

    assert broken.value.__notes__ == ["in paper.yaml"]


def test_a_file_is_called_by_its_key(tmp_path: Path):
    path = written(tmp_path, HEAD.replace("key: paper", "key: other") + ITEM)

    with pytest.raises(ValueError, match="calls itself other"):
        document(path)


def test_two_items_of_one_key_make_no_edition(tmp_path: Path):
    path = written(tmp_path, HEAD + ITEM + ITEM)

    with pytest.raises(ValueError, match="more than one item"):
        put_together(key="doubled", title="重复", documents=(document(path),))


@pytest.mark.parametrize("key", EDITION_KEYS)
def test_every_dose_list_and_plan_names_its_document(key: str):
    edition = load(key)
    parts = (*edition.doses, *edition.checklists, *edition.plans)

    sources = [edition.source_of(part) for part in parts]

    assert all(source.startswith("《") for source in sources)
    assert [source.endswith(part.section) for source, part in zip(sources, parts, strict=True)] == [
        True
    ] * len(parts)


def test_what_an_edition_does_not_have_has_no_source():
    (dose, *_) = load(CURRENT_CHILD).doses

    with pytest.raises(KeyError):
        load(CURRENT).source_of(dose)


def test_a_row_is_frozen(current: Schedule):
    with pytest.raises(AttributeError):
        current.item("nt").name = "别的"


def test_a_row_has_no_field_that_a_doctor_cannot_read():
    assert "document" not in Row.__dataclass_fields__
