"""What an article must be, and the steps of its life."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import errors, rules
from content.models import ArticleState
from tests.content import desk

TODAY = date(2026, 6, 1)
STATES = st.sampled_from(list(ArticleState))


def reached(start: str) -> set[str]:
    seen: set[str] = set()
    ahead: Iterable[str] = {start}
    while ahead := set(ahead) - seen:
        seen |= ahead
        ahead = {state for one in ahead for state in rules.NEXT[one]}
    return seen


def test_every_state_has_its_steps_and_leads_to_known_ones():
    assert set(rules.NEXT) == set(ArticleState)
    assert set().union(*rules.NEXT.values()) <= set(ArticleState)


@pytest.mark.parametrize("start", list(ArticleState))
def test_every_state_can_be_reached_from_every_other(start):
    assert reached(start) == set(ArticleState)


def test_only_a_text_in_review_can_be_published():
    before = {state for state, steps in rules.NEXT.items() if ArticleState.PUBLISHED in steps}

    assert before == {ArticleState.IN_REVIEW}


@given(path=st.lists(STATES, min_size=1, max_size=12))
def test_no_walk_comes_to_published_past_the_review(path):
    state = ArticleState.DRAFT
    walked = [state]
    for step in path:
        state = step if step in rules.NEXT[state] else state
        walked.append(state)

    before = [
        earlier
        for earlier, later in zip(walked, walked[1:], strict=False)
        if later is ArticleState.PUBLISHED and earlier is not later
    ]
    assert set(before) <= {ArticleState.IN_REVIEW}


STEPS = [(state, to) for state in ArticleState for to in ArticleState]


@pytest.mark.parametrize(("state", "to"), [one for one in STEPS if one[1] in rules.NEXT[one[0]]])
def test_a_step_of_the_table_is_allowed(state, to):
    assert rules.check_step(state=state, to=to) is None


@pytest.mark.parametrize(
    ("state", "to"), [one for one in STEPS if one[1] not in rules.NEXT[one[0]]]
)
def test_any_other_step_is_refused(state, to):
    with pytest.raises(errors.WrongState) as refused:
        rules.check_step(state=state, to=to)

    assert refused.value.details == {"state": state.value}


def test_a_fit_draft_passes():
    rules.check_shape(desk.OGTT)
    rules.check_fit_to_read(desk.OGTT, today=TODAY)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        pytest.param({"title": ""}, errors.TitleLength, id="no title"),
        pytest.param({"title": "题" * 33}, errors.TitleLength, id="long title"),
        pytest.param({"summary": ""}, errors.SummaryLength, id="no summary"),
        pytest.param({"summary": "摘" * 121}, errors.SummaryLength, id="long summary"),
        pytest.param({"body": "<p> </p><hr>"}, errors.BodyLength, id="nothing said"),
        pytest.param({"body": "文" * 20_000}, errors.BodyLength, id="long body"),
        pytest.param({"topics": ("题",) * 13}, errors.WordsLength, id="topics"),
        pytest.param({"asked_as": ("问",) * 41}, errors.WordsLength, id="questions"),
        pytest.param({"asked_as": ("问" * 61,)}, errors.WordsLength, id="long question"),
        pytest.param({"stage_from_day": -1}, errors.StageOutOfOrder, id="before the anchor"),
        pytest.param({"stage_from_day": 203}, errors.StageOutOfOrder, id="upside down"),
        pytest.param({"stage_to_day": 2557}, errors.StageOutOfOrder, id="after seven years"),
    ],
)
def test_a_draft_out_of_shape_is_refused(changes, refusal):
    with pytest.raises(refusal):
        rules.check_shape(desk.draft(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"title": "题" * 32, "summary": "摘" * 120}, id="words"),
        pytest.param({"body": "文" * 19_999}, id="body"),
        pytest.param({"stage_from_day": 0, "stage_to_day": 2556}, id="stage"),
    ],
)
def test_the_limits_themselves_are_allowed(changes):
    assert rules.check_shape(desk.draft(**changes)) is None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"title": ""}, id="no title"),
        pytest.param({"issuer": ""}, id="no issuer"),
        pytest.param({"year": 1948}, id="too old"),
        pytest.param({"year": 2027}, id="not yet"),
    ],
)
def test_a_source_names_title_issuer_and_a_year_that_has_come(changes):
    text = desk.draft(sources=(desk.SOURCE, replace(desk.SOURCE, **changes)))

    with pytest.raises(errors.SourceIncomplete):
        rules.check_fit_to_read(text, today=TODAY)


@pytest.mark.parametrize("part", ["title", "summary", "body"])
def test_advertising_is_found_in_every_part(part):
    with pytest.raises(errors.AdvertisingFound) as refused:
        rules.check_fit_to_read(desk.draft(**{part: "这是神药"}), today=TODAY)

    assert refused.value.details["words"] == "神药"


@pytest.mark.parametrize("part", ["topics", "asked_as"])
def test_advertising_is_found_in_what_an_article_is_found_by(part):
    with pytest.raises(errors.AdvertisingFound):
        rules.check_fit_to_read(desk.draft(**{part: ("神药",)}), today=TODAY)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"title": "别的"}, id="title"),
        pytest.param({"summary": "别的"}, id="summary"),
        pytest.param({"body": "别的"}, id="body"),
        pytest.param({"topics": ()}, id="topics"),
        pytest.param({"asked_as": ()}, id="questions"),
        pytest.param({"sources": ()}, id="sources"),
        pytest.param({"stage_anchor": "birth"}, id="anchor"),
        pytest.param({"stage_to_day": 203}, id="stage"),
    ],
)
def test_any_change_gives_another_mark(changes):
    assert rules.text_hash(desk.draft(**changes)) != rules.text_hash(desk.OGTT)


def test_tidying_twice_changes_nothing():
    once = rules.tidied(desk.draft(title=" 题 ", topics=("a", "a", " "), body="<p>1<br>2"))

    assert rules.tidied(once) == once


@pytest.mark.parametrize("days", [0, 365], ids=["today", "last day"])
def test_a_yes_stands_for_a_year(days):
    approved_day = TODAY - timedelta(days=days)

    due_day = rules.check_approved(approved_day=approved_day, today=TODAY)

    assert due_day == approved_day + timedelta(days=365)


def test_a_yes_older_than_a_year_has_lapsed():
    with pytest.raises(errors.NotApproved):
        rules.check_approved(approved_day=TODAY - timedelta(days=366), today=TODAY)


def test_no_yes_is_no_approval():
    with pytest.raises(errors.NotApproved):
        rules.check_approved(approved_day=None, today=TODAY)


@pytest.mark.parametrize("remark", ["", " \n", "长" * 501], ids=["none", "blank", "long"])
def test_a_remark_says_something_and_not_too_much(remark):
    with pytest.raises(errors.RemarkNeeded):
        rules.check_remark(remark)


@pytest.mark.parametrize(
    ("section", "written"),
    [("第3条", "《规范》，卫健委，2017年，第3条"), ("", "《规范》，卫健委，2017年")],
    ids=["with section", "without"],
)
def test_a_source_reads_as_people_cite(section, written):
    assert str(rules.Source("规范", "卫健委", 2017, section)) == written
