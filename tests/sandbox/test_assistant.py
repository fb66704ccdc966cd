"""Notices of 就医助手 reach everybody whom the platform knows, without consent."""

from typing import Any

import pytest

from tests.sandbox.stage import MP, OA, Stage

SEND = "/cityservice/sendchannelmsg"
PAGE = {"page_type": "mini_program", "app_id": MP, "fullpath": "pages/booking/index"}


def notice(openid: str, **changes: Any) -> dict[str, Any]:
    return {
        "status": 1501001, "open_id": openid, "order_id": "apt_1", "msg_id": "ltr_1",
        "app_id": OA, "business_id": 150,
        "business_info": {
            "department_name": "产科门诊", "appointment_time": "2026年6月3日 08:30",
            "memo": "空腹", "redirect_page": PAGE,
        },
    } | changes  # fmt: skip


def test_a_notice_is_a_card_that_opens_the_mini_program(stage: Stage, lin: str) -> None:
    answer = stage.api(SEND, notice(lin))

    card = stage.chat()[-1]
    assert answer["errcode"] == 0
    assert [row["value"] for row in card["lines"]] == ["产科门诊", "2026年6月3日 08:30", "空腹"]
    assert card["opens"] == {"appid": MP, "page": "pages/booking/index"}


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"open_id": "oNobody"}, 40003),
        ({"business_id": 1}, 40097),
        ({"app_id": MP}, 40097),
        ({"order_id": ""}, 40097),
        ({"business_info": "x"}, 40097),
        ({"business_info": {"redirect_page": {"app_id": "wxNone"}}}, 40013),
    ],
    ids=["nobody", "another business", "another account", "no visit", "no words", "no such page"],
)
def test_a_notice_that_does_not_fit_is_refused(
    stage: Stage, lin: str, changes: dict[str, Any], errcode: int
) -> None:
    assert stage.api(SEND, notice(lin, **changes))["errcode"] == errcode
    assert stage.chat() == []


def test_a_notice_without_a_page_opens_nothing(stage: Stage, lin: str) -> None:
    stage.api(SEND, notice(lin, business_info={"memo": "空腹"}))

    assert stage.chat()[-1]["opens"] == {}
