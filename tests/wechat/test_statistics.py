"""Figures of articles are read as the platform writes them, or refused as a bad answer."""

import json
from datetime import date
from typing import Any

import pytest
import responses

from tests.wechat.conftest import API
from wechat import errors
from wechat.client import Platform
from wechat.statistics import (
    PUBLISHED,
    READ,
    SHARED,
    DayReadings,
    FakeStatistics,
    PlatformStatistics,
    Reading,
)

DAY = date(2026, 3, 4)


@pytest.fixture
def statistics(official: Platform) -> PlatformStatistics:
    return PlatformStatistics(official)


def row(msgid: object, **detail: object) -> dict[str, Any]:
    return {"ref_date": "2026-03-04", "msgid": msgid, "detail": detail}


def answered(
    api: responses.RequestsMock, *, read: object = (), shared: object = (), published: object = (),
    late: str = "",
) -> None:  # fmt: skip
    for path, listed in ((READ, read), (SHARED, shared), (PUBLISHED, published)):
        rows = list(listed) if isinstance(listed, tuple) else listed
        api.post(f"{API}{path}", json={"list": rows, "is_delay": path == late})


def test_a_day_is_put_together_from_readers_sharers_and_titles(
    api: responses.RequestsMock, statistics: PlatformStatistics
) -> None:
    answered(
        api,
        read=(row("2_1", read_user=12, read_user_source=[]), row("1_1", read_user=3)),
        shared=(row("1_1", share_user=1), row("0_2", share_user=2)),
        published=({"msgid": "2_1", "title": "糖耐", "detail_list": []}, {"msgid": "9_1"}),
    )

    found = statistics.of_day(DAY)

    assert found == DayReadings(
        (
            Reading("0_2", "", 0, 2), Reading("1_1", "", 3, 1), Reading("2_1", "糖耐", 12, 0),
            Reading("9_1", "", 0, 0),
        ),
        is_delayed=False,
    )  # fmt: skip
    span = {"begin_date": "2026-03-04", "end_date": "2026-03-04"}
    assert [json.loads(call.request.body or "") for call in api.calls][-3:] == [span] * 3


@pytest.mark.parametrize("late", [READ, SHARED, PUBLISHED])
def test_figures_are_late_when_any_part_of_them_is(
    api: responses.RequestsMock, statistics: PlatformStatistics, late: str
) -> None:
    answered(api, late=late)

    assert statistics.of_day(DAY) == DayReadings((), is_delayed=True)


@pytest.mark.parametrize(
    "read",
    [
        "none", ["text"], [row("", read_user=1)], [row(7, read_user=1)], [row("1_1")],
        [row("1_1", read_user="3")], [row("1_1", read_user=-1)], [{"msgid": "1_1"}],
    ],
    ids=[
        "no list", "no rows", "no msgid", "a number as msgid", "no figure", "a figure as text",
        "fewer than nobody", "no detail",
    ],
)  # fmt: skip
def test_what_is_not_written_as_documented_is_a_bad_answer(
    api: responses.RequestsMock, statistics: PlatformStatistics, read: object
) -> None:
    answered(api, read=read)

    with pytest.raises(errors.BadAnswer):
        statistics.of_day(DAY)


def test_an_account_without_the_right_is_told_so(
    api: responses.RequestsMock, statistics: PlatformStatistics
) -> None:
    api.post(f"{API}{READ}", json={"errcode": 48001, "errmsg": "api unauthorized"})

    with pytest.raises(errors.Misconfigured) as refused:
        statistics.of_day(DAY)

    assert refused.value.permanent


def test_the_fake_knows_what_it_was_told_and_fails_when_told_to() -> None:
    fake = FakeStatistics()
    told = DayReadings((Reading("1_1", "", 1, 0),), is_delayed=True)
    fake.days[DAY] = told
    fake.fail_next(errors.Busy(-1))

    with pytest.raises(errors.Busy):
        fake.of_day(DAY)

    assert fake.of_day(DAY) == told
    assert fake.of_day(date(2026, 3, 5)) == DayReadings((), is_delayed=False)
    assert fake.asked == [DAY, DAY, date(2026, 3, 5)]
