"""The cheap first look at a message never spares one in which a danger sign is mentioned."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching import Message, Stage, mentions, told_stage
from bot.plain import plain
from bot.signs import rules
from bot.triage import may_mention
from tests.bot import danger_cases

TABLES = sorted(
    {
        *(case.values[0] for case in danger_cases.table()),
        *(case.values[0] for case in danger_cases.lookalikes()),
        *(case.values[0] for case in danger_cases.framed()),
        *(case.values[0] for case in danger_cases.still_alarming()),
        *(text for text, _, _ in danger_cases.heldout()),
    }
)
LETTERS = sorted({letter for text in TABLES for letter in text})
PIECES = st.one_of(
    st.sampled_from(TABLES).flatmap(lambda text: st.sampled_from([text[:4], text[-4:], text])),
    st.text(st.sampled_from(LETTERS), max_size=6),
    st.from_regex(r"[0-9]{1,3}([./][0-9]{1,3})?(度|周|次)?", fullmatch=True),
)
STAGES = st.builds(
    Stage,
    gestation_days=st.none() | st.integers(0, 300),
    days_after_birth=st.none() | st.integers(0, 60),
    child_age_days=st.none() | st.integers(0, 1_000),
)


def message(text: str, stage: Stage) -> Message:
    simple = plain(text, letters=rules().letters, typos=rules().typos)
    return Message(simple, told_stage(simple, stage))


def mentioned(read: Message) -> list[str]:
    return [sign.id for sign in rules().signs if next(mentions(sign, read), None) is not None]


@pytest.mark.slow
@pytest.mark.parametrize("days", [None, 140], ids=["unknown", "pregnant"])
def test_no_sentence_of_the_tables_with_a_sign_in_it_is_spared(days: int | None) -> None:
    read = [message(text, Stage(gestation_days=days)) for text in TABLES]

    spared = [one.text for one in read if not may_mention(one) and mentioned(one)]

    assert len(TABLES) > 500
    assert spared == []


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(text=st.lists(PIECES, max_size=5).map("".join), stage=STAGES)
def test_no_text_with_a_sign_in_it_is_spared(text: str, stage: Stage) -> None:
    read = message(text, stage)

    assert may_mention(read) or mentioned(read) == []


def test_an_everyday_message_is_spared() -> None:
    assert not may_mention(message("附近哪里停车方便", Stage()))
