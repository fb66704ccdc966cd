"""The command that prints a journey, or proves thousands by chance."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deploy import journey
from deploy.care import care
from scheduler.journey.entries import Entry, Sort
from scheduler.journey.holding import Fault
from tests.world import NOW

FILE = (
    "title: 自己的\nhappenings:\n  - {what: expecting, day: 2026-06-01, last_period: 2026-03-09}\n"
)


def run(*words: str) -> Result:
    return CliRunner().invoke(care, ["journey", *words])


@pytest.mark.slow
def test_an_example_is_printed_with_its_reasons() -> None:
    printed = run("--example", "5-loss")

    assert printed.exit_code == 0
    assert printed.output.startswith("21 周失去宝宝\n2026年2月16日 周一\n")
    assert "[消息 · 模板消息 · 第1次孕期]" in printed.output
    assert "← window_opens（national-2026）" in printed.output


@pytest.mark.slow
def test_without_a_word_the_first_example_is_printed() -> None:
    assert run().output.startswith("晚建册")


def test_a_history_of_ones_own_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "history.yaml"
    file.write_text(FILE, encoding="utf-8")

    assert run("--history", str(file)).output.startswith("自己的\n2026年6月1日")


@pytest.mark.parametrize(
    "text",
    ["title: x\n", FILE + "  - {what: discharged, day: 2026-06-02}\n"],
    ids=["does not fit", "cannot be"],
)
def test_a_history_that_cannot_be_is_refused_in_a_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "history.yaml"
    file.write_text(text, encoding="utf-8")

    printed = run("--history", str(file))

    assert printed.exit_code == 1
    assert "Error: " in printed.output


@pytest.mark.slow
def test_histories_by_chance_are_proved_and_counted() -> None:
    printed = run("--histories", "20", "--seed", "3")

    assert printed.exit_code == 0
    assert "20 份历史，5 条规矩" in printed.output
    assert "after_loss 0" in printed.output


@pytest.mark.slow
def test_a_fault_is_named_and_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Entry(at=NOW, sort=Sort.MESSAGE, subject_id="pregnancy1", title="一封信")
    monkeypatch.setattr(journey, "faults", lambda _told: [Fault("at_night", line)])

    printed = run("--histories", "2")

    assert printed.exit_code == 1
    assert "1 at_night：2026-06-01 02:00 一封信" in printed.output
    assert "at_night 2" in printed.output
