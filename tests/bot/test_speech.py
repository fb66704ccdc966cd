"""What the bot says: every sentence is said somewhere, and all of them fit into one reply."""

import re
import tomllib

import pytest

from bot.signs import rules
from bot.speech import fitted
from tests.world import ROOT
from wechat.replies import MAX_TEXT_BYTES

SPEECH = tomllib.loads((ROOT / "bot/speech.zh_CN.toml").read_text(encoding="utf-8"))
WARNINGS = tomllib.loads((ROOT / "bot/danger_words.zh_CN.toml").read_text(encoding="utf-8"))
CODE = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot").glob("*.py")))


def test_every_sentence_is_said_somewhere():
    assert [key for key in SPEECH if not re.search(rf"['\"]{key}['\"]", CODE)] == []


def test_every_sentence_that_is_said_is_written():
    said = set(re.findall(r'\b(?:say|tap)\(\s*"(\w+)"', CODE))

    assert said - SPEECH.keys() == set()
    assert len(said) > 30


@pytest.mark.parametrize("sign_id", sorted(one.id for one in rules().signs if one.asks))
def test_every_question_after_a_bare_word_fits_beside_the_longest_answer(sign_id):
    longest = max((str(text) for text in WARNINGS.values()), key=lambda text: len(text.encode()))
    names = 200

    whole = "\n".join((longest, WARNINGS[f"ask_{sign_id}"], SPEECH["also_person"]))

    assert len(whole.encode()) + names < MAX_TEXT_BYTES


def test_a_text_that_fits_is_left_as_it_is():
    assert fitted("一\n二", beside="三") == "一\n二"


def test_a_text_that_is_too_long_loses_its_last_lines_and_not_what_stands_beside_it():
    beside = "拨打120" * 20
    line = "孕" * 100

    text = fitted("\n".join([line] * 9), beside=beside)

    assert set(text.splitlines()) == {line}
    assert 1_600 < len((text + beside).encode()) <= MAX_TEXT_BYTES
