"""An account keeps its secrets to itself and refuses keys that cannot seal."""

from dataclasses import replace

import pytest

from tests.wechat.platform_side import CURRENT, OA, PREVIOUS
from wechat.account import Mode


def test_repr_shows_no_secret():
    shown = repr(OA)

    assert OA.appid in shown
    assert all(secret not in shown for secret in (OA.secret, OA.token, CURRENT, PREVIOUS))


@pytest.mark.parametrize("key", ["short", "A" * 44, "A" * 42 + "!", "A" * 42 + "é", ""], ids=repr)
def test_a_bad_key_is_refused(key: str):
    with pytest.raises(ValueError, match="EncodingAESKey"):
        replace(OA, aes_key=key)


def test_a_bad_previous_key_is_refused_without_being_quoted():
    with pytest.raises(ValueError, match="EncodingAESKey") as refusal:
        replace(OA, aes_key_previous="verysecret")

    assert "verysecret" not in str(refusal.value)


def test_plain_mode_needs_no_key():
    assert replace(OA, mode=Mode.PLAIN, aes_key="", aes_key_previous="").aes_keys == ()


def test_the_key_in_force_comes_first():
    assert OA.aes_keys == (CURRENT, PREVIOUS)
