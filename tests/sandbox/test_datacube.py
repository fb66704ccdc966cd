"""Figures of articles are told of what people did here, and only of days that are over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.clock import BEIJING
from tests.sandbox.stage import MP, OA, Stage

READ, SHARED = "/datacube/getarticleread", "/datacube/getarticleshare"
PUBLISHED = "/datacube/getarticletotaldetail"
DAY_SECONDS = 86_400


def today(stage: Stage) -> Any:
    return stage.sim.world.clock.now().astimezone(BEIJING).date()


def span(day: Any) -> dict[str, str]:
    return {"begin_date": str(day), "end_date": str(day)}


@pytest.fixture
def yesterday(stage: Stage) -> Any:
    """A day on which one person wrote and another was only written to; it is ten o'clock after."""
    noon = datetime.combine(today(stage), datetime.min.time(), BEIJING) + timedelta(hours=12)
    stage.control("clock", {"set_to": noon.isoformat()})
    day = today(stage)
    stage.act("lin", "follow")
    stage.act("lin", "say", text="你好")
    stage.sim.world.tell("zhou", {"chat": OA, "side": "card", "kind": "card"})
    stage.sim.world.tell("zhou", {"chat": MP, "side": "me", "kind": "text"})
    stage.later(22 * 3600)
    return day


def test_readers_and_sharers_are_people_who_had_to_do_with_the_account(
    stage: Stage, yesterday: Any
) -> None:
    read = stage.api(READ, span(yesterday))
    shared = stage.api(SHARED, span(yesterday))

    assert read["is_delay"] is False
    assert [(row["msgid"], row["ref_date"]) for row in read["list"]] == [
        ("2247480001_1", str(yesterday))
    ]
    assert read["list"][0]["detail"]["read_user"] == 2
    assert shared["list"][0]["detail"] == {"share_user": 1}


def test_titles_stand_with_the_day_on_which_it_began(stage: Stage, yesterday: Any) -> None:
    (row,) = stage.api(PUBLISHED, span(yesterday))["list"]
    before = stage.api(PUBLISHED, span(yesterday - timedelta(days=1)))

    assert row["title"] == "糖耐怎么准备"
    assert row["detail_list"][0]["share_user"] == 1
    assert before["list"] == []


def test_a_day_on_which_nothing_happened_has_no_rows(stage: Stage, yesterday: Any) -> None:
    assert stage.api(READ, span(yesterday - timedelta(days=1)))["list"] == []


def test_before_eight_the_figures_are_late(stage: Stage, yesterday: Any) -> None:
    stage.later(-3 * 3600)

    assert stage.api(READ, span(yesterday))["is_delay"] is True


@pytest.mark.parametrize(
    ("first", "last", "errcode"),
    [(0, 0, 61501), (-2, -1, 61501), (None, None, 61500)],
    ids=["today", "two days", "no day"],
)
def test_a_day_that_is_not_over_or_not_one_is_refused(
    stage: Stage, first: int | None, last: int | None, errcode: int
) -> None:
    days = [
        "soon" if step is None else str(today(stage) + timedelta(days=step))
        for step in (first, last)
    ]

    answer = stage.api(READ, {"begin_date": days[0], "end_date": days[1]})

    assert answer["errcode"] == errcode


def test_a_mini_program_has_no_such_figures(stage: Stage) -> None:
    assert stage.api(READ, span("2026-01-01"), appid=MP)["errcode"] == 48001


def test_an_unverified_account_has_no_figures(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(verified=False)

    assert stage.api(READ, span("2026-01-01"))["errcode"] == 48001
