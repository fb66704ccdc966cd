"""The control API, the clock, the memory over a restart, and the phone page."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from sandbox.config import Format, parse
from sandbox.program import create_app
from sandbox.simulator import Simulator
from sandbox.wire import write
from tests.sandbox.stage import MP, OA, Callback, Stage, settings, text_reply


def state(stage: Stage) -> Any:
    return stage.control("state", method="GET").json()


def offset(folder: Path) -> float:
    return float(json.loads((folder / "clock.json").read_text())["offset_seconds"])


def test_the_state_shows_everything_but_secrets(stage: Stage) -> None:
    text = stage.control("state", method="GET").text

    assert "secret-of-oa" not in text
    assert "oaToken" not in text
    assert [person["name"] for person in state(stage)["persons"]] == ["林小满", "周安"]


def test_the_clock_can_be_shifted_and_others_can_follow(stage: Stage, tmp_path: Path) -> None:
    stage.later(3600)
    stage.later(60)

    assert offset(tmp_path / "state") == pytest.approx(3660)


@pytest.mark.parametrize(
    ("set_to", "now"),
    [
        ("2026-03-01T08:30", "2026-03-01T00:30:0"),
        ("2026-03-01T08:30:00+00:00", "2026-03-01T08:30:0"),
    ],
    ids=["Beijing time by default", "with an offset"],
)
def test_the_clock_can_be_set(stage: Stage, set_to: str, now: str) -> None:
    answer = stage.control("clock", {"set_to": set_to}).json()

    assert answer["now"].startswith(now)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"set_to": "soon"},
        {"set_to": 7},
        {"shift_seconds": "1"},
        {"shift_seconds": True},
        {"shift_seconds": 1e12},
    ],
)
def test_the_clock_refuses_nonsense(stage: Stage, body: dict[str, Any]) -> None:
    assert stage.control("clock", body).status_code == 400


def test_a_fresh_clock_tells_real_time_at_once(tmp_path: Path) -> None:
    sim = Simulator(parse(settings("http://127.0.0.1:9/")), tmp_path)

    kept = offset(tmp_path)
    sim.close()

    assert kept == 0


def test_a_restart_keeps_chats_consent_clock_and_ids(tmp_path: Path) -> None:
    config = parse(settings("http://127.0.0.1:9/"))
    before = Simulator(config, tmp_path)
    before.world.tell("lin", {"kind": "text", "text": "您好", "chat": OA})
    before.world.bond("lin", before.world.account(MP)).credits["S_VISIT"] = 2
    msgid = before.world.next_msgid()
    before.close()

    after = Simulator(config, tmp_path)
    after.close()

    assert after.world.state.chats["lin"][0]["text"] == "您好"
    assert after.world.bond("lin", after.world.account(MP)).credits == {"S_VISIT": 2}
    assert after.world.next_msgid() > msgid


def test_a_reset_forgets_all_but_the_configuration(stage: Stage, lin: str) -> None:
    stage.later(3600)
    stage.api("/cgi-bin/menu/delete")
    stage.control("faults", {"kind": "html"})

    stage.control("reset")

    found = state(stage)
    assert found["persons"][0]["bonds"][OA]["following"] is False
    assert found["accounts"][0]["menu"]["button"]
    assert abs(found["offset_seconds"]) < 1
    assert found["faults"] == []
    assert stage.control("pushes", method="GET").json()["pushes"] == []


def test_a_person_can_be_added(stage: Stage) -> None:
    added = stage.control("persons", {"key": "wu", "name": "吴外婆", "avatar_color": "#123456"})
    stage.act("wu", "follow")

    assert added.status_code == 201
    assert state(stage)["persons"][-1]["bonds"][OA]["following"] is True


@pytest.mark.parametrize(
    "body",
    [
        {"key": "wu"},
        {"key": "吴", "name": "吴"},
        {"key": "wu", "name": "吴", "avatar_color": "red"},
    ],
)
def test_a_wrong_person_is_refused(stage: Stage, body: dict[str, str]) -> None:
    assert stage.control("persons", body).status_code == 400


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("persons/nobody/follow", {}, 404),
        ("persons/lin/follow", {"account": "wxnobody"}, 404),
        ("persons/lin/say", {"text": "在吗"}, 409),
        ("persons/lin/say", {"text": "  "}, 409),
        ("persons/lin/say", {}, 400),
        ("persons/lin/unfollow", {}, 409),
        ("persons/lin/consent", {"template_ids": ["S_VISIT"], "decision": "perhaps"}, 400),
        ("persons/lin/consent", {}, 400),
        ("persons/lin/consent", {"template_ids": ["NONE"], "decision": "accept"}, 404),
        ("persons/lin/push", {"fields": {"Event": "x"}}, 400),
    ],
)
def test_what_a_phone_cannot_do_is_refused(
    stage: Stage, path: str, body: dict[str, Any], status: int
) -> None:
    answer = stage.control(path, body)

    assert answer.status_code == status
    assert answer.json()["error"]


def test_a_foreign_page_cannot_act_unasked(stage: Stage) -> None:
    answer = stage.http.post(
        f"{stage.url}/_sim/persons/lin/follow", data='{"account":"x"}', timeout=5
    )

    assert answer.status_code == 400


def test_an_account_without_a_mini_program_is_told(callback: Callback, tmp_path: Path) -> None:
    config = settings(callback.url)
    config["accounts"] = config["accounts"][:1]
    config["templates"] = []
    sim = Simulator(parse(config), tmp_path / "alone")
    answer = create_app(sim).test_client().post("/_sim/persons/lin/js_code")
    sim.close()

    assert answer.status_code == 404


def test_the_phone_is_told_at_once_of_a_new_line(stage: Stage, lin: str) -> None:
    threading.Timer(0.02, lambda: stage.control("persons/lin/say", {"text": "在吗"})).start()

    found = stage.control("persons/lin/chat?after=0&wait=5", method="GET").json()

    assert [line["text"] for line in found["lines"]] == ["在吗"]


def test_the_phone_is_told_of_other_changes_by_revision(stage: Stage) -> None:
    seen = stage.control("persons/lin/chat", method="GET").json()["revision"]
    stage.act("lin", "follow")

    found = stage.control(f"persons/lin/chat?wait=5&revision={seen}", method="GET").json()

    assert found["person"]["bonds"][OA]["following"] is True


def test_only_new_lines_are_given(stage: Stage, lin: str) -> None:
    stage.act("lin", "say", text="一")
    last = stage.control("persons/lin/chat", method="GET").json()["last"]
    stage.act("lin", "say", text="二")

    found = stage.control(f"persons/lin/chat?after={last}", method="GET").json()

    assert [line["text"] for line in found["lines"]] == ["二"]


def test_an_act_need_not_wait(stage: Stage, callback: Callback) -> None:
    answer = stage.control("persons/lin/follow").json()
    stage.settle()

    assert answer == {"opens": {}}
    assert len(callback.pushes) == 1


def test_saying_something_returns_the_reply(stage: Stage, callback: Callback, lin: str) -> None:
    callback.answer = lambda push: write(text_reply(push, "您好"), Format.XML)

    found = stage.control("persons/lin/say", {"text": "在吗"}).json()

    assert found["reply"]["text"] == "您好"
    assert found["push"]["verdict"] == "replied"


def test_the_phone_page_is_complete_and_brings_its_own_rules(stage: Stage) -> None:
    page = stage.http.get(stage.url, timeout=5)

    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert 'data-testid="follow"' in page.text
    assert "secret-of-oa" not in page.text


@pytest.mark.parametrize(
    "name", ["phone.js", "base.js", "chat.js", "frame.js", "panel.js", "phone.css"]
)
def test_the_phone_needs_nothing_from_elsewhere(stage: Stage, name: str) -> None:
    found = stage.http.get(f"{stage.url}/static/sandbox/{name}", timeout=5)

    assert found.status_code == 200
    assert "https://" not in found.text


def test_names_cannot_break_out_of_the_page(stage: Stage) -> None:
    stage.control("persons", {"key": "wu", "name": "</script><b>x"})

    assert "</script><b>x" not in stage.http.get(stage.url, timeout=5).text
