"""What is sealed stays sealed: no bit, no column and no key can be exchanged."""

import base64

import pytest

from core import crypto
from core.crypto import BrokenSeal, KeyRing, digest

OLD, NEW, INDEX = b"o" * 32, b"n" * 32, b"i" * 32
NAME = "林晓雨"


def encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing({1: OLD, 2: NEW}, INDEX)


def test_what_was_sealed_opens_again(ring: KeyRing) -> None:
    sealed = ring.seal(NAME, column="person.name")

    assert ring.open(sealed, column="person.name") == NAME
    assert NAME.encode() not in sealed


def test_the_same_text_is_never_sealed_the_same_way(ring: KeyRing) -> None:
    sealed = {ring.seal(NAME, column="person.name") for _ in range(100)}

    assert len(sealed) == 100


@pytest.mark.parametrize("bit", range(8))
@pytest.mark.parametrize("place", [0, 1, 12, 13, 20, -1], ids=lambda place: f"byte {place}")
def test_one_flipped_bit_breaks_the_seal(ring: KeyRing, place: int, bit: int) -> None:
    changed = bytearray(ring.seal(NAME, column="person.name"))
    changed[place] ^= 1 << bit

    with pytest.raises(BrokenSeal):
        ring.open(bytes(changed), column="person.name")


def test_a_value_moved_to_another_column_does_not_open(ring: KeyRing) -> None:
    sealed = ring.seal(NAME, column="person.name")

    with pytest.raises(BrokenSeal, match=r"^person\.phone$"):
        ring.open(sealed, column="person.phone")


@pytest.mark.parametrize("left", [0, 1, 12, 13, 28], ids=lambda left: f"{left} bytes left")
def test_a_value_cut_short_does_not_open(ring: KeyRing, left: int) -> None:
    sealed = ring.seal(NAME, column="person.name")[:left]

    with pytest.raises(BrokenSeal):
        ring.open(sealed, column="person.name")


def test_a_value_of_a_key_that_left_the_ring_does_not_open(ring: KeyRing) -> None:
    sealed = ring.seal(NAME, column="person.name")

    with pytest.raises(BrokenSeal):
        KeyRing({1: OLD}, INDEX).open(sealed, column="person.name")


def test_after_a_rotation_the_new_key_seals_and_the_old_one_still_opens(ring: KeyRing) -> None:
    before = KeyRing({1: OLD}, INDEX).seal(NAME, column="person.name")

    after = ring.seal(NAME, column="person.name")

    assert ring.open(before, column="person.name") == NAME
    assert after[0] == 2
    assert KeyRing({2: NEW}, INDEX).open(after, column="person.name") == NAME


def test_a_blind_mark_is_equal_for_equal_texts_of_one_column_only(ring: KeyRing) -> None:
    mark = ring.blind("13800138000", column="person.phone")

    assert mark == ring.blind("13800138000", column="person.phone")
    assert mark != ring.blind("13800138001", column="person.phone")
    assert mark != ring.blind("13800138000", column="child.phone")
    assert mark != KeyRing({1: OLD}, NEW).blind("13800138000", column="person.phone")


def test_a_ring_is_read_from_its_setting() -> None:
    ring = KeyRing.parse(f"1:{encoded(OLD)},7:{encoded(NEW)}", index_key=encoded(INDEX))

    assert ring == KeyRing({1: OLD, 7: NEW}, INDEX)


@pytest.mark.parametrize(
    ("keys", "index"),
    [
        (f"1:{encoded(b'short')}", encoded(INDEX)),
        (f"1:{encoded(OLD)}", encoded(b"short")),
        (f"0:{encoded(OLD)}", encoded(INDEX)),
        (f"256:{encoded(OLD)}", encoded(INDEX)),
        (f"one:{encoded(OLD)}", encoded(INDEX)),
        (encoded(OLD), encoded(INDEX)),
        ("1:?", encoded(INDEX)),
        ("", encoded(INDEX)),
    ],
    ids=["short key", "short index", "zero", "256", "no number", "no colon", "no base64", "empty"],
)
def test_a_ring_that_cannot_be_read_is_refused(keys: str, index: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        KeyRing.parse(keys, index_key=index)


def test_a_ring_shows_no_key_when_printed(ring: KeyRing) -> None:
    assert repr(ring) == "KeyRing()"


def test_without_a_ring_nothing_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto._Installed, "ring", None)

    with pytest.raises(RuntimeError, match="no key ring"):
        crypto.ring()


def test_a_digest_is_sha_256_in_hex() -> None:
    assert digest("abc").startswith("ba7816bf")
    assert len(digest("abc")) == 64
