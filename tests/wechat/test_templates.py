"""Values are cut to the platform's types; what must not be cut is sent whole or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wechat.errors import BadTemplateValue
from wechat.templates import fit, fit_all


@pytest.mark.parametrize(
    ("key", "value", "fitted"),
    [
        ("thing1", "孕" * 20, "孕" * 20),
        ("thing1", "孕" * 21, "孕" * 19 + "…"),
        ("thing22", "a b", "a b"),
        ("thing1", " 一\n二\t\r\n三\x00\u200b四 ", "一 二 三 四"),
        ("thing1", "产检🤰✅", "产检"),
        ("name1", "用户410774", "用户"),
        ("name1", "欧" * 11, "欧" * 10),
        ("name1", "a" * 21, "a" * 20),
        ("name1", "Anna 欧阳欧阳欧阳", "Anna 欧阳欧阳欧"),
        ("phrase1", "待就诊", "待就诊"),
        ("phrase1", "已预约, ok 成功了吗", "已预约成功"),
        ("letter1", "NT-检查a1", "NTa"),
        ("letter1", "a" * 40, "a" * 32),
        ("character_string1", "No. 12号", "No. 12"),
        ("character_string1", "A" * 40, "A" * 32),
        ("number1", "36.5", "36.5"),
        ("number1", "0" * 32, "0" * 32),
        ("symbol1", "+-*/!", "+-*/!"),
        ("time1", "15:01", "15:01"),
        ("time1", "15:01:59", "15:01:59"),
        ("time1", "2026年3月1日 08:30", "2026年3月1日 08:30"),
        ("time1", "2026-03-01 08:30", "2026-03-01 08:30"),
        ("time1", "2026年3月1日 08:30~2026年3月1日 09:00", "2026年3月1日 08:30~2026年3月1日 09:00"),
        ("time1", "08:30~09:00", "08:30~09:00"),
        ("time1", "2026年3月1日\n08:30", "2026年3月1日 08:30"),
        ("date1", "2026年3月1日", "2026年3月1日"),
        ("date1", "2026年3月", "2026年3月"),
        ("date1", "3月1日", "3月1日"),
        ("date1", "2026.3.1", "2026.3.1"),
        ("date1", "2026/03/01 08:30", "2026/03/01 08:30"),
        ("date1", "2026年3月1日~2026年3月5日", "2026年3月1日~2026年3月5日"),
        ("amount1", "¥12.50", "¥12.50"),
        ("amount1", "100元", "100元"),
        ("phone_number1", "+86-0571-88880000", "+86-0571-88880000"),
        ("car_number1", "浙A12345", "浙A12345"),
        ("const1", "  线下 ", "线下"),
        ("enum1", "高", "高"),
        ("short_thing1", "孕" * 30, "孕" * 30),
        ("Keyword 1", "a\nb", "a b"),
    ],
)
def test_a_value_is_made_to_fit(key: str, value: str, fitted: str):
    assert fit(key, value) == fitted


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("thing1", ""),
        ("thing1", " \n\u200b🤰"),
        ("const1", ""),
        ("name1", "410774"),
        ("phrase1", "ok"),
        ("letter1", "孕"),
        ("character_string1", "孕周"),
        ("number1", "12周"),
        ("number1", "1" * 33),
        ("number1", "1" * 30 + "." + "1" * 30),
        ("number1", "1.2.3"),
        ("symbol1", "a"),
        ("symbol1", "!!!!!!"),
        ("time1", "25:00"),
        ("time1", "8点半"),
        ("time1", "2026年3月1日08:30"),
        ("time1", "2020-01-18 16:18:49.0"),
        ("time1", "2026年3月1日"),
        ("date1", "明天"),
        ("date1", "2026-03.01"),
        ("date1", "15:01"),
        ("amount1", "12345678901"),
        ("amount1", "免费"),
        ("phone_number1", "1" * 18),
        ("phone_number1", "转8001"),
        ("car_number1", "浙A1234567890"),
    ],
)
def test_half_a_number_or_date_is_never_sent(key: str, value: str):
    with pytest.raises(BadTemplateValue) as refusal:
        fit(key, value)

    assert (refusal.value.key, refusal.value.permanent) == (key, True)


def test_a_refusal_does_not_quote_the_value():
    with pytest.raises(BadTemplateValue) as refusal:
        fit("number1", "13800000000号")

    assert "13800000000" not in str(refusal.value)


def test_all_values_are_fitted_by_key():
    assert fit_all({"thing1": " a ", "time2": "08:30"}) == {"thing1": "a", "time2": "08:30"}


@pytest.mark.slow
@settings(max_examples=300, deadline=None, database=None)
@given(st.text())
def test_whatever_fits_a_thing_is_short_and_on_one_line(value: str):
    try:
        fitted = fit("thing1", value)
    except BadTemplateValue:
        fitted = "-"

    assert 1 <= len(fitted) <= 20
    assert fitted.isprintable() or not any(letter in fitted for letter in "\n\r\t\x00")


@pytest.mark.slow
@settings(max_examples=300, deadline=None, database=None)
@given(
    st.sampled_from(
        [("thing1", "好"), ("name2", "好"), ("phrase3", "好"), ("letter4", "a")]
        + [("character_string5", "a")]
    ),
    st.text(),
)
def test_fitting_twice_changes_nothing(key_and_stand_in: tuple[str, str], value: str):
    key, stand_in = key_and_stand_in
    try:
        fitted = fit(key, value)
    except BadTemplateValue:
        fitted = stand_in

    assert fit(key, fitted) == fitted
