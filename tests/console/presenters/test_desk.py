"""What a list that others have changed says aloud."""

import pytest

from console.presenters.desk import news_told

LIST = [(str(number), f"王{number}", "已签到") for number in range(5)]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (set(), "名单有变化"),
        ({"0"}, "名单有变化：王0 已签到"),
        ({"0", "2"}, "名单有变化：王0 已签到、王2 已签到"),
        (
            {"0", "1", "2", "3"},
            "名单有变化：王0 已签到、王1 已签到、王2 已签到等 4 位",
        ),
        ({"gone"}, "名单有变化：有预约取消或改期"),
        ({"0", "gone"}, "名单有变化：王0 已签到；有预约取消或改期"),
    ],
    ids=["nobody by name", "one", "two", "four", "gone", "one and one gone"],
)
def test_at_most_three_are_named_and_who_is_gone_is_not(changed, told):
    assert news_told(LIST, changed=changed) == told


def test_who_is_just_booked_is_named_without_more():
    assert news_told([("1", "林晓雨", "")], changed={"1"}) == "名单有变化：林晓雨"
