"""What a sentence says about a visit, and which sentences are no wish at all."""

from datetime import date, time

import pytest

from booking.models import Care
from booking.models_waiting import HalfDay
from bot.booking_said import is_plain_wish, said_of

TODAY = date(2026, 6, 3)
"""A Wednesday."""

JUNE_9 = date(2026, 6, 9)


@pytest.mark.parametrize(
    ("text", "care", "day", "half_day", "clock"),
    [
        ("下周二上午产检", Care.ANTENATAL, date(2026, 6, 9), HalfDay.MORNING, None),
        ("后天下午做糖耐", Care.OGTT, date(2026, 6, 5), HalfDay.AFTERNOON, None),
        ("明天9点打疫苗", Care.VACCINATION, date(2026, 6, 4), HalfDay.ANY, time(9)),
        ("周二儿保", Care.CHILD, date(2026, 6, 9), HalfDay.ANY, None),
        ("礼拜天产后检查", Care.POSTPARTUM, date(2026, 6, 7), HalfDay.ANY, None),
        ("六月九号下午三点半B超", Care.ULTRASOUND, JUNE_9, HalfDay.AFTERNOON, time(15, 30)),
        ("6.9 3点 产检", Care.ANTENATAL, date(2026, 6, 9), HalfDay.ANY, time(15)),
        ("周三十点一刻四维", Care.ULTRASOUND, date(2026, 6, 3), HalfDay.ANY, time(10, 15)),
        ("6月9日 08:30 孕妇学校", Care.COURSE, date(2026, 6, 9), HalfDay.ANY, time(8, 30)),
        ("明天十一点二十产检", Care.ANTENATAL, date(2026, 6, 4), HalfDay.ANY, time(11)),
        ("明天99点产检", Care.ANTENATAL, date(2026, 6, 4), HalfDay.ANY, None),
        ("产检", Care.ANTENATAL, None, HalfDay.ANY, None),
        ("明天", None, date(2026, 6, 4), HalfDay.ANY, None),
    ],
)  # fmt: skip
def test_a_wish_is_understood(text, care, day, half_day, clock):
    said = said_of(text, today=TODAY)

    assert (said.care, said.day, said.half_day, said.clock) == (care, day, half_day, clock)


def test_what_was_understood_is_said_back_and_can_be_tapped():
    said = said_of("下周二上午9点半产检", today=TODAY)

    assert said.words == "6月9日 周二 上午 09:30"
    assert said_of(f"产检 {said.typed}", today=TODAY) == said


@pytest.mark.parametrize(
    "text", ["下周二上午产检", "我想明天去做糖耐", "明天9点给小满打疫苗", "周五儿保，谢谢"]
)
def test_a_bare_sentence_is_a_wish(text):
    assert is_plain_wish(text, today=TODAY, besides=("小满",))


@pytest.mark.parametrize(
    "text",
    [
        "明天产检要空腹吗",
        "昨天做了糖耐",
        "明天产检好紧张",
        "下周二",
        "产检",
        "明天给小明打疫苗",
        "今天产检医生说有点贫血",
    ],
)
def test_what_only_speaks_of_a_visit_is_no_wish(text):
    assert not is_plain_wish(text, today=TODAY, besides=("小满",))
