"""The stage of a demonstration: its secrets, its settings, and what the sandbox plays."""

import base64
import json
from pathlib import Path

import pytest

from core.settings import read
from deploy import secrets
from deploy.stage import MP_APPID, OA_APPID, SUBSCRIPTIONS, TEMPLATES, Stage
from scheduler.speech.editions import current


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, 8000, 8100)


def test_secrets_are_made_once_and_kept_to_ourselves(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"

    first, again = secrets.kept(path), secrets.kept(path)

    assert first == again
    assert path.stat().st_mode & 0o777 == 0o600


def test_two_demonstrations_share_no_secret(tmp_path: Path) -> None:
    ours, theirs = secrets.kept(tmp_path / "a.json"), secrets.kept(tmp_path / "b.json")

    assert not set(ours.values()) & set(theirs.values())


def test_keys_are_as_long_as_they_must_be(tmp_path: Path) -> None:
    kept = secrets.kept(tmp_path / "secrets.json")

    assert len(base64.b64decode(kept["index_key"])) == 32
    assert len(base64.b64decode(kept["field_keys"].removeprefix("1:"))) == 32
    assert [len(kept[name]) for name in ("oa_aes_key", "mp_aes_key")] == [43, 43]


def test_the_settings_of_a_stage_are_whole(stage: Stage, tmp_path: Path) -> None:
    settings = read(stage.environment(secrets.kept(tmp_path / "secrets.json")))

    assert settings.base_url == stage.web == "http://127.0.0.1:8000"
    assert settings.wechat_api_url == stage.sandbox == "http://127.0.0.1:8100"
    assert settings.clock_file == str(stage.sandbox_state / "clock.json")
    assert settings.template_appointment == TEMPLATES[0]["id"]


def test_the_sandbox_plays_the_very_accounts_of_the_settings(stage: Stage, tmp_path: Path) -> None:
    kept = secrets.kept(tmp_path / "secrets.json")
    settings = read(stage.environment(kept))

    config = json.loads(json.dumps(stage.sandbox_config(kept)))

    official, miniprogram = config["accounts"]
    assert (official["appid"], miniprogram["appid"]) == (OA_APPID, MP_APPID)
    assert (official["token"], official["aes_key"]) == (settings.oa_token, settings.oa_aes_key)
    assert (miniprogram["mode"], miniprogram["format"]) == (settings.mp_mode, settings.mp_format)
    assert official["callback_url"] == f"{settings.base_url}/wechat/oa"
    accounts = {template["id"]: template["account"] for template in config["templates"]}
    assert {accounts[template["id"]] for template in TEMPLATES} == {OA_APPID}
    assert {accounts[one.id] for one in SUBSCRIPTIONS} == {OA_APPID, MP_APPID}


def test_the_templates_of_the_stage_carry_every_layout_in_its_own_keys() -> None:
    layouts = current().layouts

    assert {one.layout for one in SUBSCRIPTIONS} == set(layouts)
    assert [one.id for one in SUBSCRIPTIONS if set(one.keys) != set(layouts[one.layout])] == []
