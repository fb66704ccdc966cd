"""Access tokens: two ways, their overlap, their limits and every refusal."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.stage import MP, OA, OA_SECRET, Stage

PLAIN = "/cgi-bin/token"
STABLE = "/cgi-bin/stable_token"
PROBE = "/cgi-bin/getcallbackip"
GIVEN = {"grant_type": "client_credential", "appid": OA, "secret": OA_SECRET}


def plain(stage: Stage) -> str:
    return str(stage.bare(PLAIN, **GIVEN)["access_token"])


def stable(stage: Stage, **more: Any) -> Any:
    return stage.bare(STABLE, GIVEN | more)


def verdict(stage: Stage, token: str) -> int:
    return int(stage.bare(PROBE, access_token=token).get("errcode", 0))


def test_a_plain_token_lives_two_hours(stage: Stage) -> None:
    assert stage.bare(PLAIN, **GIVEN)["expires_in"] == 7200


def test_a_second_plain_token_leaves_the_first_five_minutes(stage: Stage) -> None:
    first = plain(stage)
    second = plain(stage)

    stage.later(290)
    before = verdict(stage, first)
    stage.later(20)

    assert first != second
    assert (before, verdict(stage, first), verdict(stage, second)) == (0, 40001, 0)


def test_a_token_expires_after_two_hours(stage: Stage) -> None:
    token = plain(stage)

    stage.later(7201)

    assert verdict(stage, token) == 42001


def test_the_stable_token_stays_the_same_and_counts_down(stage: Stage) -> None:
    first = stable(stage)

    stage.later(6000)
    again = stable(stage)

    assert again["access_token"] == first["access_token"]
    assert 1190 <= again["expires_in"] <= 1200


def test_the_stable_token_is_renewed_in_its_last_five_minutes(stage: Stage) -> None:
    first = stable(stage)

    stage.later(6950)
    renewed = stable(stage)

    assert renewed["access_token"] != first["access_token"]
    assert renewed["expires_in"] == 7200
    assert verdict(stage, first["access_token"]) == 0


def test_the_two_ways_do_not_disturb_each_other(stage: Stage) -> None:
    kept = stable(stage)["access_token"]

    plain(stage)
    plain(stage)
    stage.later(400)

    assert verdict(stage, kept) == 0


def test_a_forced_refresh_kills_the_old_token_at_once(stage: Stage) -> None:
    old = stable(stage)["access_token"]

    new = stable(stage, force_refresh=True)["access_token"]

    assert (verdict(stage, old), verdict(stage, new)) == (40001, 0)


def test_a_second_forced_refresh_within_thirty_seconds_changes_nothing(stage: Stage) -> None:
    first = stable(stage, force_refresh=True)["access_token"]

    stage.later(20)

    assert stable(stage, force_refresh=True)["access_token"] == first


@pytest.mark.slow
def test_the_twenty_first_forced_refresh_of_a_day_is_refused(stage: Stage) -> None:
    stage.control("clock", {"set_to": "2026-03-01T09:00"})
    answers = []
    for _ in range(21):
        answers.append(stable(stage, force_refresh=True).get("errcode", 0))
        stage.later(31)

    assert answers == [0] * 20 + [45009]


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"appid": "wxnobody"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
    ],
    ids=["grant", "no appid", "unknown appid", "no secret", "wrong secret"],
)
def test_wrong_credentials_are_told_apart(
    stage: Stage, change: dict[str, str], errcode: int
) -> None:
    assert stage.bare(PLAIN, **GIVEN | change)["errcode"] == errcode
    assert stage.bare(STABLE, GIVEN | change)["errcode"] == errcode


@pytest.mark.parametrize(
    ("token", "errcode"),
    [("", 41001), ("junk", 40014), ("90_never-given", 40001)],
    ids=["missing", "malformed", "unknown"],
)
def test_bad_tokens_are_told_apart(stage: Stage, token: str, errcode: int) -> None:
    assert verdict(stage, token) == errcode


def test_a_caller_off_the_white_list_gets_no_token(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(ip_list=["203.0.113.9"])

    answer = stage.bare(STABLE, GIVEN)

    assert answer["errcode"] == 40164
    assert "invalid ip 127.0.0.1" in answer["errmsg"]


def test_the_daily_quota_of_the_plain_way_ends(stage: Stage) -> None:
    stage.sim.world.state.used.update(dict.fromkeys(_todays_keys(stage), 2000))

    assert stage.bare(PLAIN, **GIVEN)["errcode"] == 45009


def _todays_keys(stage: Stage) -> list[str]:
    plain(stage)
    return [key for key in stage.sim.world.state.used if PLAIN in key]


def test_the_stable_way_has_a_quota_per_minute(stage: Stage) -> None:
    stable(stage)
    used = stage.sim.world.state.used
    used.update({key: 10_000 for key in used if "minute" in key})

    assert stable(stage)["errcode"] == 45011


def test_the_minute_quota_begins_anew(stage: Stage) -> None:
    stable(stage)
    used = stage.sim.world.state.used
    used.update({key: 10_000 for key in used if "minute" in key})

    stage.later(61)

    assert "access_token" in stable(stage)


def test_the_page_ticket_stays_for_two_hours(stage: Stage) -> None:
    first = stage.api("/cgi-bin/ticket/getticket", type="jsapi")
    again = stage.api("/cgi-bin/ticket/getticket", type="jsapi")

    assert first["ticket"] == again["ticket"]
    assert first["expires_in"] in {7199, 7200}


def test_a_page_ticket_needs_its_type(stage: Stage) -> None:
    assert stage.api("/cgi-bin/ticket/getticket")["errcode"] == 40097


def test_ended_tokens_are_forgotten_after_a_day(stage: Stage) -> None:
    old = plain(stage)
    stage.later(200_000)

    plain(stage)

    assert verdict(stage, old) == 40001
    assert old not in stage.sim.world.state.tokens


def test_tokens_of_two_accounts_are_not_the_same(stage: Stage) -> None:
    assert stage.token(OA) != stage.token(MP)
