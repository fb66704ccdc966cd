"""Forms and tables: strict, marked, and sourced."""

from pathlib import Path

import pytest
import yaml

from handbook.care.rows import Mark
from handbook.errors_risk import NoSuchRiskItem
from handbook.risk.colours import Colour
from handbook.risk.duties import DUTIES
from handbook.risk.forms import CURRENT_FORM, FORM_KEYS, Form, form
from handbook.risk.forms import FOLDER as FORMS
from handbook.risk.papers import published
from handbook.risk.tables import CURRENT_TABLE, TABLE_KEYS, Table, table
from handbook.risk.tables import FOLDER as TABLES


@pytest.mark.parametrize("key", FORM_KEYS)
def test_every_form_loads_and_cites_itself(key: str):
    assert form(key).items
    assert form(key).title in form(key).source("基本情况")


@pytest.mark.parametrize("key", TABLE_KEYS)
def test_every_table_loads_and_has_every_colour(key: str):
    assert {item.colour for item in table(key).items} == set(Colour)


def test_the_national_papers_are_the_default():
    assert (CURRENT_FORM, CURRENT_TABLE) == ("national-2017", "national-2017")
    assert len(form(CURRENT_FORM).sections) == 7


def test_what_was_written_from_memory_asks_for_review():
    items = (*form(CURRENT_FORM).items, *table(CURRENT_TABLE).items)

    assert {item.needs_review for item in items if item.mark is Mark.MEMORY} == {True}
    assert not table(CURRENT_TABLE).found({"green-1"})[0].needs_review


def test_a_line_with_a_weak_part_asks_for_review():
    (trap,) = (item for item in form(CURRENT_FORM).items if item.key == "2.4")

    assert (trap.mark, trap.needs_review) == (Mark.AGREED, True)


@pytest.mark.parametrize("key", ["yellow-2.3", "orange-3.9", "purple-1"])
def test_the_traps_of_the_table_are_said_to_clinicians(key: str):
    (finding,) = table(CURRENT_TABLE).found({key})

    assert "易错" in finding.remark


def test_findings_come_in_the_order_of_the_table():
    found = table(CURRENT_TABLE).found({"red-1.2", "yellow-1.1"})

    assert [finding.key for finding in found] == ["yellow-1.1", "red-1.2"]


def test_an_unknown_finding_is_refused():
    with pytest.raises(NoSuchRiskItem):
        table(CURRENT_TABLE).found({"yellow-1.1", "blue-1"})


def test_an_unknown_answer_is_refused():
    with pytest.raises(NoSuchRiskItem):
        form(CURRENT_FORM).check({"9.9"})


@pytest.mark.parametrize("key", ["atlantis-2020", "../follow_up/clocks"])
def test_an_unknown_paper_is_refused(key: str):
    with pytest.raises(NoSuchRiskItem):
        form(key)
    with pytest.raises(NoSuchRiskItem):
        table(key)


def broken(folder: Path, source: Path, old: str, new: str) -> Path:
    """Write a paper with one slip into a folder."""
    path = folder / source.name
    text = source.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('key: "1.2"', 'key: "1.1"', id="item-twice"),
        pytest.param("region: 全国\n", "", id="no-region"),
        pytest.param("mark: B}", "mark: Z}", id="unknown-mark"),
        pytest.param("mark: B}", "mark: B, sure: yes}", id="unknown-field"),
        pytest.param("mark: B}", "mark: B, weakest_mark: M}", id="weak-part-unsaid"),
        pytest.param("key: national-2017", "key: other-2017", id="other-name"),
    ],
)
def test_a_form_with_a_slip_does_not_load(tmp_path: Path, old: str, new: str):
    path = broken(tmp_path, FORMS / "national-2017.yaml", old, new)

    with pytest.raises(ValueError, match=r".+"):
        published(path, Form)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("key: yellow-1.2", "key: yellow-1.1", id="finding-twice"),
        pytest.param("colour: green", "colour: blue", id="unknown-colour"),
        pytest.param('version: "2017"', 'version: ""', id="no-version"),
    ],
)
def test_a_table_with_a_slip_does_not_load(tmp_path: Path, old: str, new: str):
    path = broken(tmp_path, TABLES / "national-2017.yaml", old, new)

    with pytest.raises(ValueError, match=r".+"):
        published(path, Table)


def test_a_provincial_paper_is_a_file_of_its_own(tmp_path: Path):
    path = tmp_path / "zhejiang-2018.yaml"
    text = (TABLES / "national-2017.yaml").read_text("utf-8")
    written = yaml.safe_load(text) | {"key": "zhejiang-2018", "region": "浙江", "version": "2018"}
    path.write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")

    read = published(path, Table)

    assert (read.region, read.version) == ("浙江", "2018")


def test_every_clock_says_where_it_comes_from():
    clocks = (DUTIES.positive_referral, DUTIES.referral_answer, *DUTIES.reports.values())

    assert all(clock.section for clock in clocks)
    assert DUTIES.referral_answer.mark is Mark.PROPOSED
