"""Customer-service messages: windows, kinds, sizes."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.stage import MP, Stage

SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"


def text(openid: str, content: str = "您好", **more: Any) -> dict[str, Any]:
    return {"touser": openid, "msgtype": "text", "text": {"content": content}} | more


def verdicts(stage: Stage, openid: str, count: int) -> list[int]:
    return [stage.api(SEND, text(openid))["errcode"] for _ in range(count)]


def test_a_message_grants_five_in_forty_eight_hours(stage: Stage, lin: str) -> None:
    stage.later(61)
    stage.act("lin", "say", text="在吗")
    stage.later(47 * 3600)

    assert verdicts(stage, lin, 6) == [0, 0, 0, 0, 0, 45047]


def test_after_forty_eight_hours_it_is_too_late(stage: Stage, lin: str) -> None:
    stage.act("lin", "say", text="在吗")

    stage.later(48 * 3600 + 1)

    assert verdicts(stage, lin, 1) == [45015]


def test_a_new_message_grants_five_again(stage: Stage, lin: str) -> None:
    stage.later(61)
    stage.act("lin", "say", text="在吗")
    verdicts(stage, lin, 5)

    stage.act("lin", "say", text="还在吗")

    assert verdicts(stage, lin, 1) == [0]


def test_a_follow_grants_three_in_one_minute(stage: Stage, lin: str) -> None:
    assert verdicts(stage, lin, 4) == [0, 0, 0, 45047]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("scan", {"scene": "ward_3"}),
        ("tap_menu", {"key": "BOOK"}),
        ("say", {"text": "预约", "menu_id": "101"}),
    ],
    ids=["scan", "menu", "text link"],
)
def test_other_acts_grant_one_minute(
    stage: Stage, lin: str, what: str, body: dict[str, str]
) -> None:
    stage.later(61)
    stage.act("lin", what, **body)

    inside = verdicts(stage, lin, 1)
    stage.later(61)

    assert inside + verdicts(stage, lin, 1) == [0, 45015]


@pytest.mark.parametrize("key", ["http://h.example/handbook", "pages/index"])
def test_opening_a_page_from_the_menu_grants_nothing(stage: Stage, lin: str, key: str) -> None:
    stage.later(61)
    stage.act("lin", "tap_menu", key=key)

    assert verdicts(stage, lin, 1) == [45015]


def test_the_short_window_is_used_before_the_long_one(stage: Stage, lin: str) -> None:
    stage.act("lin", "say", text="在吗")

    verdicts(stage, lin, 3)
    stage.later(61)

    assert verdicts(stage, lin, 6) == [0, 0, 0, 0, 0, 45047]


def test_after_unfollowing_nothing_may_be_said(stage: Stage, lin: str) -> None:
    stage.act("lin", "say", text="在吗")

    stage.act("lin", "unfollow")

    assert verdicts(stage, lin, 1) == [45015]


def test_who_blocks_gets_nothing(stage: Stage, lin: str) -> None:
    stage.control("persons/lin/block")
    blocked = verdicts(stage, lin, 1)

    stage.control("persons/lin/block", {"blocked": False})

    assert blocked + verdicts(stage, lin, 1) == [48002, 0]


def test_an_unverified_account_cannot_speak_first(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(verified=False)

    assert verdicts(stage, stage.openid("lin"), 1) == [48001]


def test_a_mini_program_may_speak_twice_in_its_chat(stage: Stage) -> None:
    stage.act("lin", "enter_session")
    openid = stage.openid("lin", MP)

    answers = [stage.api(SEND, text(openid), appid=MP)["errcode"] for _ in range(3)]

    assert answers == [0, 0, 45047]


MENU = {
    "head_content": "请选择",
    "list": [{"id": "101", "content": "产检预约"}, {"id": "102", "content": "儿保预约"}],
    "tail_content": "点击即可",
}
ARTICLE = {"title": "孕24周", "description": "要点", "url": "http://h.example/a", "picurl": ""}


def test_a_menu_of_texts_becomes_tappable_lines(stage: Stage, lin: str) -> None:
    stage.api(SEND, {"touser": lin, "msgtype": "msgmenu", "msgmenu": MENU})

    menus = [part for part in stage.chat()[-1]["parts"] if part["kind"] == "menu"]
    assert [(part["send"], part["menu_id"]) for part in menus] == [
        ("产检预约", "101"),
        ("儿保预约", "102"),
    ]


@pytest.mark.parametrize(
    ("kind", "content", "drawn"),
    [
        ("news", {"articles": [ARTICLE]}, "news"),
        ("image", {"media_id": "M"}, "media"),
        ("miniprogrampage", {"appid": MP, "title": "产检", "pagepath": "pages/a"}, "mini"),
        ("link", {"title": "手册", "url": "http://h.example/"}, "news"),
    ],
)
def test_each_kind_is_drawn(
    stage: Stage, lin: str, kind: str, content: dict[str, Any], drawn: str
) -> None:
    stage.api(SEND, {"touser": lin, "msgtype": kind, kind: content})

    assert stage.chat()[-1]["kind"] == drawn


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [
        ("text", {"content": ""}, 44004),
        ("text", {"content": "孕" * 683}, 45002),
        ("text", {"content": 7}, 44004),
        ("news", {"articles": []}, 44003),
        ("news", {"articles": [ARTICLE, ARTICLE]}, 45008),
        ("news", {"articles": [ARTICLE | {"url": ""}]}, 40066),
        ("image", {}, 40007),
        ("msgmenu", {"list": []}, 44004),
        ("msgmenu", {"list": [{"id": "1"}]}, 44004),
        ("miniprogrampage", {"appid": "wxnobody"}, 40013),
        ("miniprogrampage", {}, 40013),
        ("link", {"title": "x"}, 40066),
        ("poem", {}, 40008),
        ("text", "您好", 40008),
    ],
)
def test_wrong_content_is_refused_and_costs_nothing(
    stage: Stage, lin: str, kind: str, content: object, errcode: int
) -> None:
    answer = stage.api(SEND, {"touser": lin, "msgtype": kind, kind: content})

    assert answer["errcode"] == errcode
    assert verdicts(stage, lin, 3) == [0, 0, 0]


def test_682_chinese_characters_fit(stage: Stage, lin: str) -> None:
    assert stage.api(SEND, text(lin, "孕" * 682))["errcode"] == 0


def test_a_mini_program_cannot_send_news(stage: Stage) -> None:
    body = {"touser": stage.openid("lin", MP), "msgtype": "news", "news": {"articles": [ARTICLE]}}

    assert stage.api(SEND, body, appid=MP)["errcode"] == 40008


def test_generated_words_are_marked(stage: Stage, lin: str) -> None:
    stage.api(SEND, text(lin, aimsgcontext={"is_ai_msg": 1}))

    assert stage.chat()[-1]["generated"] is True


def test_unknown_fields_are_noted(stage: Stage, lin: str) -> None:
    stage.api(SEND, text(lin, color="red"))

    call = stage.control("log", method="GET").json()["calls"][-1]
    assert call["warnings"] == ["unknown fields: color"]


@pytest.mark.parametrize(
    ("command", "wait", "errcode"),
    [("Typing", 0, 0), ("CancelTyping", 0, 0), ("Dancing", 0, 45072), ("Typing", 31, 45080)],
)
def test_typing_needs_a_fresh_message(
    stage: Stage, lin: str, command: str, wait: int, errcode: int
) -> None:
    stage.act("lin", "say", text="在吗")
    stage.later(wait)

    answer = stage.api(TYPING, {"touser": lin, "command": command})

    assert answer["errcode"] == errcode
