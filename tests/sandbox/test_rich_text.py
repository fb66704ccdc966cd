"""Links in texts: the few the platform lets through, and nothing else."""

import pytest

from sandbox.rich_text import is_web, parts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("您好\n再见", [{"kind": "text", "text": "您好\n再见"}], id="plain"),
        pytest.param("", [], id="empty"),
        pytest.param(
            '看<a href="https://h.example/p?a=1&amp;b=2">详情</a>吧',
            [
                {"kind": "text", "text": "看"},
                {"kind": "link", "text": "详情", "url": "https://h.example/p?a=1&b=2"},
                {"kind": "text", "text": "吧"},
            ],
            id="web link",
        ),
        pytest.param(
            "<a href='weixin://bizmsgmenu?msgmenucontent=产检预约&amp;msgmenuid=101'>预约</a>",
            [{"kind": "menu", "text": "预约", "send": "产检预约", "menu_id": "101"}],
            id="menu link",
        ),
        pytest.param(
            '<a href="weixin://bizmsgmenu?msgmenucontent=%E4%BA%A7%E6%A3%80&msgmenuid=1">x</a>',
            [{"kind": "menu", "text": "x", "send": "产检", "menu_id": "1"}],
            id="menu link, percent-encoded",
        ),
        pytest.param(
            '<a href="http://h.example/" data-miniprogram-appid="wxmp" '
            'data-miniprogram-path="pages/a?x=1">看</a>',
            [
                {
                    "kind": "mini",
                    "text": "看",
                    "appid": "wxmp",
                    "page": "pages/a?x=1",
                    "url": "http://h.example/",
                }
            ],
            id="mini-program link",
        ),
        pytest.param(
            '<a href="javascript:alert(1)">点我</a>',
            [{"kind": "text", "text": '<a href="javascript:alert(1)">点我</a>'}],
            id="script link stays text",
        ),
        pytest.param(
            "<b>粗</b><script>1</script>",
            [{"kind": "text", "text": "<b>粗</b><script>1</script>"}],
            id="other markup stays text",
        ),
        pytest.param(
            "见https://h.example/a，谢谢",
            [
                {"kind": "text", "text": "见"},
                {"kind": "link", "text": "https://h.example/a", "url": "https://h.example/a"},
                {"kind": "text", "text": "，谢谢"},
            ],
            id="bare address",
        ),
    ],
)
def test_text_is_cut_into_parts(text: str, found: list[dict[str, str]]) -> None:
    assert parts(text) == found


@pytest.mark.parametrize(
    "url", ["javascript:1", "//h.example", "http://", "http://[x", "weixin://a"]
)
def test_only_web_addresses_are_web(url: str) -> None:
    assert not is_web(url)
