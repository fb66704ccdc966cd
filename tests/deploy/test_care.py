"""The commands on dates of care, as a shell calls them: without database and without settings."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from deploy.care import answered, care
from handbook.cases import KINDS
from tests.world import ROOT

FIXTURES = ROOT / "tests" / "handbook" / "fixtures"
PAGE = ROOT / "docs" / "reference" / "care-dates.md"
BLOCKS = re.compile(r"```jsonl\n(.*?)```", re.S)

GOOD = '{"case_id": "a", "kind": "edd_lmp", "input": {"lmp": "2026-01-01"}}'
HEAD = "key: ours\ntitle: 本院\nissuer: 本院\nyear: 2026\nseen: 自拟\n"
HIDDEN = "layer: hospital\nchanges: [{item: %s, act: hide, by: 李医生, reason: 不做}]\n"


def asked(*lines: str | bytes) -> list[object]:
    raw = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    result = CliRunner().invoke(care, ["dates"], input=raw)
    assert result.exit_code == 0
    return [json.loads(line) for line in result.output.splitlines()]


def checked(*paths: Path) -> Result:
    return CliRunner().invoke(care, ["check", *map(str, paths)])


def written(folder: Path, text: str) -> Path:
    path = folder / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_question_a_line_is_an_answer_a_line():
    assert asked(GOOD, '{"case_id": 2, "kind": "fortune", "input": {}}') == [
        {"case_id": "a", "result": "2026-10-08"},
        {"case_id": 2, "result": None},
    ]


@pytest.mark.parametrize(
    ("line", "case_id"),
    [
        pytest.param('{"case_id": "a", "kind": "ga"}', "a", id="no-input"),
        pytest.param('{"case_id": "a", "kind": 7}', "a", id="kind-is-no-text"),
        pytest.param('{"case_id": "a"}', "a", id="no-kind"),
        pytest.param('{"case_id": "a\\u00e9", "kind": "ga", "inp', "aé", id="cut-off"),
        pytest.param('{"case_id": 12, "kind"', 12, id="cut-off-after-a-number"),
        pytest.param('{"case_id": "a\\x", "kind": "ga"', None, id="name-unreadable"),
        pytest.param('{"case_id": "a", "kind": NaN}', "a", id="not-a-number"),
        pytest.param("[1]", None, id="no-object"),
        pytest.param("hello", None, id="no-json"),
        pytest.param(b'\xff\xfe"case_id": 3', 3, id="no-utf-8"),
        pytest.param("[" * 100_000, None, id="endlessly-deep"),
    ],
)
def test_a_line_that_cannot_be_read_is_an_error_of_its_own(line: str | bytes, case_id: object):
    found = asked(line, GOOD)

    assert found == [
        {"case_id": case_id, "result": "error"},
        {"case_id": "a", "result": "2026-10-08"},
    ]


def test_a_byte_order_mark_does_no_harm():
    assert asked(b"\xef\xbb\xbf" + GOOD.encode()) == [{"case_id": "a", "result": "2026-10-08"}]


def test_an_empty_line_is_an_error_so_that_lines_in_and_out_are_as_many():
    nameless = {"case_id": None, "result": "error"}

    found = asked(GOOD, "", "  ", GOOD)

    assert found[1:3] == [nameless, nameless]
    assert len(found) == 4


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["0001-01-01", "9999-12-31", "2026-02-30", "44+0", "99+9", "HPV2"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=6,
)  # fmt: skip
FIELDS = st.sampled_from(
    ["lmp", "on", "edd", "cycle_days", "scan", "ga", "transfer", "embryo_day", "from", "to",
     "birth", "months", "ga_at_birth", "vaccine", "dose", "sex", "previous_dose_on", "date"]
)  # fmt: skip


@given(
    kind=st.sampled_from(sorted(KINDS)) | JSON,
    given_input=st.dictionaries(FIELDS, JSON) | JSON,
    case_id=JSON,
)
def test_whatever_is_asked_one_line_of_json_answers(
    kind: object, given_input: object, case_id: object
):
    line = json.dumps({"case_id": case_id, "kind": kind, "input": given_input}).encode()

    said = answered(line)

    assert "\n" not in said
    assert set(json.loads(said)) == {"case_id", "result"}


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_answered_by_one_line_of_json(line: bytes):
    said = answered(line)

    assert "\n" not in said
    assert set(json.loads(said)) == {"case_id", "result"}


def test_the_examples_of_the_page_are_true():
    questions, answers = BLOCKS.findall(PAGE.read_text("utf-8"))

    assert asked(*questions.splitlines()) == [json.loads(line) for line in answers.splitlines()]


@pytest.mark.slow
def test_a_hundred_thousand_lines_need_no_settings_and_little_time():
    lines = "\n".join([GOOD] * 100_000)
    bare = {name: value for name, value in os.environ.items() if not name.startswith("YUNYU_")}
    began = time.monotonic()

    ran = subprocess.run(
        [sys.executable, "-m", "deploy.care", "dates"],
        input=lines, capture_output=True, text=True, check=True, cwd=ROOT, env=bare,
    )  # fmt: skip

    assert ran.stdout.count("2026-10-08") == 100_000
    assert not ran.stderr
    assert time.monotonic() - began < 20


def test_files_that_fit_are_said_to_fit():
    result = checked(FIXTURES / "city-2026-layer.yaml", FIXTURES / "hospital-2026-layer.yaml")

    assert (result.exit_code, result.output) == (0, "2 个文件都可以使用\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(HEAD + "colour: red\n", "colour：没有这一项", id="unknown-field"),
        pytest.param(HEAD.replace("seen: 自拟\n", ""), "seen：缺少这一项", id="missing-field"),
        pytest.param(HEAD.replace("title: 本院", "title: ' '"), "title：不能为空", id="empty"),
        pytest.param(HEAD + "layer: village\n", "layer：不是允许的写法", id="unknown-layer"),
        pytest.param(HEAD.replace("2026", "二零"), "year：", id="in-the-words-of-the-reader"),
        pytest.param("[]", "整个文件：", id="no-document"),
        pytest.param(HEAD + "year: 2027\n", "written twice", id="doubled"),
        pytest.param(HEAD + "items: [", "line", id="no-yaml"),
        pytest.param(HEAD.replace("ours", "theirs"), "calls itself theirs", id="other-name"),
        pytest.param(HEAD + HIDDEN % "nothing", "叠加到全国程序后", id="changes-nothing-known"),
    ],
)
def test_a_file_that_does_not_fit_is_named_with_its_fault(tmp_path: Path, text: str, said: str):
    result = checked(written(tmp_path, text))

    assert result.exit_code == 1
    assert said in result.output


def test_a_layer_that_hides_a_national_item_fits(tmp_path: Path):
    assert checked(written(tmp_path, HEAD + HIDDEN % "nt")).exit_code == 0


def test_a_file_that_is_not_there_is_refused():
    assert checked(Path("nowhere.yaml")).exit_code == 2
