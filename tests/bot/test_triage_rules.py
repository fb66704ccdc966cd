"""The files of danger signs are checked when they are read, and reading them never runs away."""

import shutil
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching import Stage
from bot.patterns import BadPattern, read_pattern
from bot.plain import plain
from bot.signs import FOLDER, SIGN_FILES, BadSign, Level, rules
from bot.triage import text_key, triage

LONGEST = 5_000
"""Characters of the longest message that must be answered in time."""

PATIENCE_S = 0.25
"""Processor seconds for the longest message: measured up to 0.055, the rest is for coverage."""

WORDS = tomllib.loads((FOLDER.parent / "danger_words.zh_CN.toml").read_text("utf-8"))
QUESTIONS = {key: text for key, text in WORDS.items() if key.startswith("ask_")}
TEXTS = {key: text for key, text in WORDS.items() if key not in {*QUESTIONS, "needs_review"}}
QUIET = {"knowledge", "knowledge_self"}
URGENT = {key: text for key, text in TEXTS.items() if key not in QUIET}
LAST_LINE = "这些情况需要由医生判断。"
LONGEST_TEXT = 200


def keys():
    return {
        text_key(sign, change)
        for sign in rules().signs
        for change in (None, *sign.reads, *sign.settles, *sign.raises)
    }


@pytest.fixture(scope="module")
def shortened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files with two signs in each: all of them take long to read, and are read elsewhere."""
    folder = Path(shutil.copytree(FOLDER, tmp_path_factory.mktemp("danger") / "danger"))
    for name in SIGN_FILES:
        content = read(folder / name)
        write(folder / name, content | {"signs": content["signs"][:2]})
    return folder


@pytest.fixture
def folder(shortened: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shortened, tmp_path / "danger"))


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return content


def write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True), "utf-8")


def spoil(folder: Path, **fields: object) -> Path:
    content = read(folder / "newborn.yaml")
    content["signs"][0].update(fields)
    write(folder / "newborn.yaml", content)
    return folder


def drop(folder: Path, field: str) -> Path:
    content = read(folder / "newborn.yaml")
    del content["signs"][0][field]
    write(folder / "newborn.yaml", content)
    return folder


SOURCE = {"title": "t", "section": "s", "confidence": "A"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"colour": "red"}, id="unknown_field"),
        pytest.param({"level": "soon"}, id="unknown_level"),
        pytest.param({"stage": "school"}, id="unknown_stage"),
        pytest.param({"source": "a book"}, id="source_without_fields"),
        pytest.param({"source": {"title": "t", "section": "s"}}, id="source_without_mark"),
        pytest.param({"source": SOURCE | {"confidence": "Z"}}, id="unknown_mark"),
        pytest.param({"source": SOURCE | {"title": ""}}, id="source_without_title"),
        pytest.param(
            {"source": SOURCE | {"confidence": "O"}, "needs_review": False}, id="own_unreviewed"
        ),
        pytest.param({"raises": [{"level": "call_120"}]}, id="change_without_condition"),
        pytest.param({"raises": [{"weeks": [9, 3], "level": "today"}]}, id="span_upside_down"),
        pytest.param({"raises": [{"moon": [1, 2], "level": "today"}]}, id="unknown_condition"),
        pytest.param({"raises": [{"weeks": [1, 2]}]}, id="change_without_level"),
        pytest.param({"says": ["血.*"]}, id="unbounded_pattern"),
        pytest.param({"says": ["<nothing>"]}, id="unknown_word_list"),
    ],
)
def test_a_wrong_sign_is_refused_by_file_and_id(folder, fields):
    spoiled = spoil(folder, **fields)

    with pytest.raises(BadSign, match=r"newborn\.yaml, n_breath"):
        rules(spoiled)


@pytest.mark.slow
@pytest.mark.parametrize("field", ["source", "level", "says", "name", "needs_review"])
def test_a_missing_field_is_refused_by_file_and_id(folder, field):
    spoiled = drop(folder, field)

    with pytest.raises(BadSign, match=rf"newborn\.yaml, n_breath.*{field}"):
        rules(spoiled)


@pytest.mark.slow
def test_an_id_is_used_once(folder):
    spoiled = spoil(folder, id="n_fit")

    with pytest.raises(BadSign, match="n_fit"):
        rules(spoiled)


@pytest.mark.slow
def test_an_edited_rule_changes_the_version(folder, shortened):
    spoiled = spoil(folder, name="呼吸")

    assert rules(spoiled).version != rules(shortened).version


@pytest.mark.parametrize(
    "source",
    ["血+", "(血", "血)", "", "血|", "~", "血?", "[血", "血~?流", "a&b&c", "{血}", "?血"],
)
def test_a_pattern_outside_the_language_is_refused(source):
    with pytest.raises(BadPattern):
        read_pattern(source, {})


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("<part>~疼", "肚子好疼", id="words_and_gap"),
        pytest.param("[左右]腿", "右腿", id="one_of"),
        pytest.param("(流|出)了?血", "流血", id="choice_and_perhaps"),
        pytest.param("#次", "12次", id="number"),
        pytest.param("疼$", "疼", id="clause_end"),
        pytest.param("肚子~~疼", "肚子,今天疼", id="gap_across_a_comma"),
    ],
)
def test_the_pattern_language_matches(source, text):
    pattern = read_pattern(source, {"part": ("肚子", "头")})

    assert pattern.regex.fullmatch(text)
    assert text[0] in pattern.begins


def test_a_gap_never_swallows_a_denial():
    pattern = read_pattern("肚子~疼", {})

    assert pattern.regex.match("肚子不疼") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("３９．５度", "39.5度", id="full_width"),
        pytest.param("三十八度五", "38度5", id="characters"),
        pytest.param("一百零五", "105", id="hundred_and_five"),
        pytest.param("一百五", "150", id="hundred_and_fifty"),
        pytest.param("一百六十八", "168", id="hundred_and_sixty_eight"),
        pytest.param("一百", "100", id="hundred"),
        pytest.param("十分疼", "十分疼", id="very"),
        pytest.param("出血！！！！", "出血。。", id="punctuation"),
        pytest.param("130 85", "130/85", id="two_numbers"),
        pytest.param("没有出血 肚子疼得厉害", "没有出血,肚子疼得厉害", id="space_between_clauses"),
        pytest.param("好疼但没事", "好疼,但没事", id="turn"),
        pytest.param("   ", "", id="blank"),
        pytest.param("一百二三", "一百二三", id="not_a_number"),
    ],
)
def test_text_is_brought_into_plain_form(text, expected):
    simple = plain(text, letters={}, typos={})

    assert simple == expected


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.text(max_size=LONGEST), st.sampled_from([Stage(), Stage(200), Stage(None, 3, 3)]))
def test_no_text_breaks_triage(text, stage):
    finding = triage(text, stage=stage)

    assert finding.level in Level


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet="肚子疼血出水流头胎动宝没不有如果上次我妹抽,。 3８度十百/喘的了吗", max_size=300
    )
)
def test_no_dangerous_text_breaks_triage(text):
    finding = triage(text, stage=Stage(200))

    assert bool(finding.text_key) == (finding.sign_id is not None)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    ["肚", "肚子", "没有出血", "孩子吃了", "抽腿", "我妹妹出血,", "3", "3/", "一百", "的" * 13],
)
def test_the_longest_message_is_answered_in_time(unit):
    text = (unit * LONGEST)[:LONGEST]
    rules()

    started = time.process_time()
    triage(text, stage=Stage(200))

    assert time.process_time() - started < PATIENCE_S


def test_every_outcome_has_its_text():
    assert keys() <= TEXTS.keys()


def test_every_text_has_its_outcome():
    assert TEXTS.keys() <= keys() | QUIET | set(Level)


def test_every_sign_that_asks_has_its_question():
    asking = {f"ask_{sign.id}" for sign in rules().signs if sign.asks}

    assert asking == QUESTIONS.keys()


@pytest.mark.parametrize("key", URGENT)
def test_a_text_is_short_names_120_and_leaves_the_verdict_to_the_doctor(key):
    text = URGENT[key]

    assert len(text) <= LONGEST_TEXT
    assert "120" in text
    assert text.endswith(LAST_LINE)


@pytest.mark.parametrize("key", [key for key in URGENT if key.endswith("call_120")])
def test_the_gravest_texts_begin_with_the_call(key):
    assert URGENT[key].startswith("请立即拨打120")


@pytest.mark.parametrize("key", [*TEXTS, *QUESTIONS])
def test_a_text_fills_only_known_places(key):
    text = WORDS[key]

    filled = text.format(hospital="医院", emergency_phone="000", phone="111")

    assert "{" not in filled


@pytest.mark.parametrize("word", ["毫克", "mg", "药片", "服用", "布洛芬", "可能是感染", "诊断为"])
def test_no_text_names_a_drug_a_dose_or_a_verdict(word):
    assert not [key for key, text in TEXTS.items() if word in text]


def test_the_mind_in_danger_is_given_the_help_line():
    assert "12356" in TEXTS["self_harm"]
    assert "12356" in TEXTS["mood"]
    assert "12356" in TEXTS["knowledge_self"]


def test_all_texts_wait_for_review():
    assert WORDS["needs_review"] is True
