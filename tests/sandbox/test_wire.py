"""XML and JSON as the platform writes and reads them."""

import pytest

from sandbox.config import Format
from sandbox.wire import BadText, read, write


def test_xml_text_is_cdata_and_numbers_are_bare() -> None:
    assert write({"A": "x", "B": 7}, Format.XML) == b"<xml><A><![CDATA[x]]></A><B>7</B></xml>"


def test_a_list_repeats_its_tag() -> None:
    fields = {"List": [{"Id": "a"}, {"Id": "b"}]}

    assert read(write(fields, Format.XML), Format.XML) == fields


def test_three_equal_tags_become_one_list() -> None:
    assert read(b"<xml><a>1</a><a>2</a><a>3</a></xml>", Format.XML) == {"a": ["1", "2", "3"]}


@pytest.mark.parametrize("text", ["a]]>b", "<b>&amp;", "你好\n再见", "😀"])
def test_any_text_survives_both_formats(text: str) -> None:
    assert read(write({"T": text}, Format.XML), Format.XML) == {"T": text}
    assert read(write({"T": text}, Format.JSON), Format.JSON) == {"T": text}


def test_json_keeps_chinese_readable() -> None:
    assert "产检".encode() in write({"T": "产检"}, Format.JSON)


@pytest.mark.parametrize(
    ("body", "form"),
    [
        pytest.param(b"<xml>", Format.XML, id="unfinished"),
        pytest.param(b"<html><a>1</a></html>", Format.XML, id="another root"),
        pytest.param(b"<xml></xml>", Format.XML, id="no fields"),
        pytest.param(
            b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><a>&a;</a></xml>', Format.XML, id="dtd"
        ),
        pytest.param(b"<xml><a>\xff</a></xml>", Format.XML, id="not UTF-8"),
        pytest.param(b"[1]", Format.JSON, id="a list"),
        pytest.param(b"{", Format.JSON, id="broken JSON"),
        pytest.param(b'{"a":"\xff"}', Format.JSON, id="JSON not UTF-8"),
    ],
)
def test_what_is_no_message_is_refused(body: bytes, form: Format) -> None:
    with pytest.raises(BadText):
        read(body, form)
