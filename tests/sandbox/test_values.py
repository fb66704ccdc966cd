"""The official value rules of template keys, with their edges."""

import pytest

from sandbox.values import is_allowed

GOOD = [
    ("thing1", "孕" * 20),
    ("thing1", "糖耐 OGTT 2h"),
    ("number1", "0"),
    ("number1", "-12.5"),
    ("letter1", "A" * 32),
    ("symbol1", "+-*/%"),
    ("character_string1", "A-7 #b"),
    ("time1", "15:01"),
    ("time1", "08:30:15"),
    ("time1", "2019年10月1日 15:01"),
    ("time1", "2019-10-01 15:01~2019-10-01 16:00"),
    ("date1", "2026年3月1日"),
    ("date1", "2026年3月"),
    ("date1", "3月1日"),
    ("date1", "2026-03-01"),
    ("date1", "2026/03/01"),
    ("date1", "2026.03.01 08:30"),
    ("date1", "2026-03-01~2026-03-05"),
    ("amount1", "¥12.50"),
    ("amount1", "12元"),
    ("phone_number1", "0571-88888888"),
    ("car_number1", "浙A12345"),
    ("name1", "林小满"),
    ("name1", "Lin Xiaoman"),
    ("phrase1", "待就诊"),
    ("const5", "任何文字"),
    ("short_thing6", "任何文字"),
]
BAD = [
    ("thing1", "孕" * 21),
    ("thing1", ""),
    ("thing1", "  "),
    ("thing1", "两\n行"),
    ("thing1", None),
    ("thing1", 7),
    ("number1", "七"),
    ("letter1", "A1"),
    ("letter1", "A" * 33),
    ("symbol1", "++++++"),
    ("symbol1", "a"),
    ("character_string1", "编号7"),
    ("character_string1", "a" * 33),
    ("time1", "25:00"),
    ("time1", "2020-01-18 16:18:49.0"),
    ("time1", "2026年3月1日"),
    ("time1", "1:00~2:00~3:00"),
    ("date1", "明天"),
    ("date1", "2026-03/01"),
    ("amount1", "12345678901"),
    ("phone_number1", "1" * 18),
    ("car_number1", "浙A12345678"),
    ("name1", "用户410774"),
    ("name1", "林" * 11),
    ("name1", "L" * 21),
    ("phrase1", "六个汉字太长"),
    ("phrase1", "OK"),
]


@pytest.mark.parametrize(("key", "value"), GOOD)
def test_a_value_within_the_rules_is_allowed(key: str, value: str) -> None:
    assert is_allowed(key, value)


@pytest.mark.parametrize(("key", "value"), BAD)
def test_a_value_outside_the_rules_is_not_allowed(key: str, value: object) -> None:
    assert not is_allowed(key, value)
