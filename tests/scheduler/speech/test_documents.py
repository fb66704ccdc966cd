"""Rules of speaking are read strictly, and layered like care schedules."""

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from handbook.care.documents import Layer
from handbook.care.reading import read
from scheduler.channels.acts import Act as Doing
from scheduler.channels.acts import act_on, acts
from scheduler.models import Channel
from scheduler.speech.documents import (
    Act,
    Change,
    Document,
    Every,
    Step,
    When,
    check_pieces,
)
from scheduler.speech.editions import current, put_together
from wechat.errors import MEANINGS, PlatformError

NATIONAL = Document(
    key="national",
    title="全国",
    layouts=current().layouts,
    rules=(current().rules["window_opens"].rule, current().rules["day_before"].rule),
)


def hospital(*changes: Change) -> Document:
    return Document(key="ours", title="本院", layer=Layer.HOSPITAL, changes=changes)


def change(act: Act, rule: str = "window_opens", **said: object) -> Change:
    return Change(rule=rule, act=act, by="护理部", reason="本院试行", **said)


def test_a_hospital_may_reword_retime_and_mute_with_its_name_and_reason() -> None:
    noon = When(days=-1, at=time(12))

    edition = put_together(
        key="e", title="e",
        documents=[
            hospital(
                change(Act.REWORD, words={"note": "{until}前来就行"}),
                change(Act.RETIME, rule="day_before", when=noon),
            ),
            NATIONAL,
        ],
    )  # fmt: skip
    muted = put_together(key="e", title="e", documents=[NATIONAL, hospital(change(Act.MUTE))])

    opens, before = edition.rule("window_opens"), edition.rule("day_before")
    assert opens is not None
    assert before is not None
    assert (opens.words["note"], before.when) == ("{until}前来就行", noon)
    assert opens.words["what"] == "{name}"
    assert [one.by for one in edition.rules["window_opens"].changed] == ["护理部"]
    assert muted.rule("window_opens") is None
    assert muted.muted["window_opens"].changed[0].reason == "本院试行"


@pytest.mark.parametrize(
    "documents",
    [
        [hospital(change(Act.MUTE))],
        [NATIONAL, NATIONAL],
        [replace(NATIONAL, layouts={})],
        [replace(NATIONAL, layer=Layer.HOSPITAL), hospital(change(Act.MUTE))],
    ],
    ids=["a change of nothing", "a rule twice", "no layout", "a change of its own layer"],
)
def test_documents_that_do_not_fit_together_are_refused(documents: list[Document]) -> None:
    with pytest.raises(ValueError, match="layer|called|layout"):
        put_together(key="e", title="e", documents=documents)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (Act.MUTE, {"words": {"note": "x"}}),
        (Act.REWORD, {}),
        (Act.RETIME, {"words": {"note": "x"}}),
    ],
    ids=["mute with words", "reword without", "retime with words"],
)
def test_a_change_writes_only_what_its_act_allows(act: Act, said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="writes something else"):
        change(act, **said)


@pytest.mark.parametrize(
    ("pieces", "complaint"),
    [
        ({"colour": "red"}, "no such piece"),
        ({"note": "{risk}"}, "no such field"),
        ({"note": "{until"}, "expected"),
    ],
    ids=["a piece nobody shows", "a field nobody knows", "an open brace"],
)
def test_words_may_name_only_what_is_known(pieces: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        check_pieces(Step.OPENS, pieces)


def test_a_national_document_changes_nothing() -> None:
    with pytest.raises(ValueError, match="changes nothing"):
        replace(NATIONAL, changes=(change(Act.MUTE),))


def test_a_layout_carries_only_pieces() -> None:
    with pytest.raises(ValueError, match="no such piece"):
        replace(NATIONAL, layouts={"care": {"thing1": "colour"}})


@pytest.mark.parametrize(
    "said",
    [{"days": 1}, {"hours": 1, "days": 1, "at": time(9)}],
    ids=["days without an hour", "days and hours"],
)
def test_a_moment_is_said_in_one_way(said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="hour"):
        When(**said)


def test_weeks_and_months_run_forward() -> None:
    with pytest.raises(ValueError, match="from the first to the last"):
        Every(unit="week", first=9, last=8)


def test_a_stage_says_which_weeks_and_nothing_else_does() -> None:
    letter = current().rules["week_letter"].rule

    with pytest.raises(ValueError, match="weeks or months"):
        replace(letter, every=None)


def test_a_file_with_an_unknown_field_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("key: x\ntitle: x\ncolour: red\n", encoding="utf-8")

    with pytest.raises(ValueError, match="colour"):
        read(path, Document)


def test_template_messages_carry_no_letters_of_weeks_and_months() -> None:
    letters = [one.rule for one in current().rules.values() if one.rule.step is Step.STAGE]

    assert letters
    assert not any(Channel.TEMPLATE in rule.routes for rule in letters)


def test_every_no_of_the_platform_has_an_answer() -> None:
    codes = {meaning.NAME for meaning in MEANINGS} | {PlatformError.NAME}

    assert codes <= acts().keys()
    assert act_on("something.new") is Doing.RETRY
