"""The configuration: read strictly, refused with the spot named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.config import load, parse
from sandbox.plain import BadShape
from tests.sandbox.stage import settings

EXAMPLE = Path(__file__).parents[2] / "sandbox" / "example.json"


def test_the_example_can_be_played() -> None:
    config = load(EXAMPLE)

    assert [account.kind.value for account in config.accounts] == ["oa", "mp"]


def test_secrets_do_not_appear_when_printed() -> None:
    assert "secret" not in repr(load(EXAMPLE).accounts[0])


def account(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda config: config["accounts"][0].update(changes)


def person(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda config: config["persons"][0].update(changes)


def template(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda config: config["templates"][0].update(changes)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(lambda config: config.update(colour=1), "unknown field colour", id="unknown"),
        pytest.param(lambda config: config.pop("persons"), "persons is missing", id="missing"),
        pytest.param(lambda config: config.update(persons={}), "a list", id="no list"),
        pytest.param(lambda config: config.update(menu=[]), "an object", id="no object"),
        pytest.param(
            lambda config: config["accounts"].pop(0), "kind oa is needed", id="no official account"
        ),
        pytest.param(account(token="x"), "token is", id="short token"),
        pytest.param(account(aes_key="k" * 42), "43 characters", id="short key"),
        pytest.param(account(aes_key="*" * 43), "not base64", id="odd key"),
        pytest.param(account(aes_key_previous="k"), "43 characters", id="short old key"),
        pytest.param(account(callback_url="ftp://x"), "http or https", id="odd address"),
        pytest.param(account(mode="secret"), "one of plain, compatible, safe", id="odd mode"),
        pytest.param(account(verified="yes"), "bool is expected", id="no bool"),
        pytest.param(account(ip_list=[7]), r"ip_list\[0\]: str", id="odd address list"),
        pytest.param(person(key="Lin"), "lower-case", id="odd person"),
        pytest.param(person(avatar_color="red"), "#rrggbb", id="odd colour"),
        pytest.param(person(key="zhou"), "used twice", id="person twice"),
        pytest.param(template(account="wxnobody"), "no such account", id="template of nobody"),
        pytest.param(
            lambda config: config["articles"][0].update(account="wxnobody"),
            "no such account",
            id="article of nobody",
        ),
        pytest.param(
            lambda config: config["articles"].append(config["articles"][0]),
            "used twice",
            id="article twice",
        ),
        pytest.param(template(keys={"first": "x"}), "key like thing1", id="odd template key"),
        pytest.param(template(keys=[]), "an object is expected", id="keys no object"),
    ],
)
def test_a_wrong_configuration_is_refused(
    spoil: Callable[[dict[str, Any]], Any], says: str
) -> None:
    config = settings("http://127.0.0.1:9/")
    spoil(config)

    with pytest.raises(BadShape, match=says):
        parse(config)


def test_a_configuration_must_be_an_object() -> None:
    with pytest.raises(BadShape, match="an object is expected"):
        parse([])


def test_a_whole_number_of_seconds_will_do() -> None:
    assert parse(settings("http://127.0.0.1:9/") | {"reply_seconds": 5}).reply_seconds == 5


def test_no_previous_key_is_fine() -> None:
    config = settings("http://127.0.0.1:9/", aes_key_previous=None)

    assert parse(config).accounts[0].aes_key_previous is None


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sim.json"
    path.write_text("{", encoding="utf-8")

    with pytest.raises(BadShape, match=r"sim\.json: not JSON"):
        load(path)


def test_what_was_written_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "sim.json"
    path.write_text(json.dumps(settings("http://127.0.0.1:9/")), encoding="utf-8")

    assert load(path).persons[0].name == "林小满"
