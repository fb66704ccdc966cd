"""Nothing that can run gets through, and what is clean stays as it is."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import library
from content.cleaning import ATTRIBUTES, TAGS, clean, plain

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://x.example/x.js></SCRIPT>",
    "<script\x20type='text/javascript'>alert(1);</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "<script/xss src='https://x.example'></script>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'/>",
    "<img/src='x'/onerror=alert(1)>",
    "<img src=javascript:alert(1)>",
    "<img src='jav\tascript:alert(1)'>",
    "<img src='jav&#x0A;ascript:alert(1)'>",
    "<img src=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>",
    "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+'>",
    "<img srcset='x 1x, javascript:alert(1) 2x'>",
    "<img lowsrc='javascript:alert(1)' dynsrc='javascript:alert(1)'>",
    "<image src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='//x.example'>x</a>",
    "<a href='/console/articles/withdraw'>x</a>",
    "<a href='#' onclick='alert(1)'>x</a>",
    "<a href='https://x.example' target='_top' ping='https://x.example'>x</a>",
    "<svg onload=alert(1)></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><foreignObject><iframe src='javascript:alert(1)'></iframe></foreignObject></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'></use></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math href='javascript:alert(1)'>x</math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<frameset><frame src='javascript:alert(1)'></frameset>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='data:text/html,<script>alert(1)</script>'>",
    "<applet code='x'></applet>",
    "<base href='https://x.example/'>",
    "<link rel=stylesheet href='https://x.example/x.css'>",
    "<link rel=import href='https://x.example/x'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<style>@import 'https://x.example/x.css';</style>",
    "<style>body{background:url(javascript:alert(1))}</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<p style='background-color:url(https://x.example/x)'>x</p>",
    "<p style='color:expression(alert(1))'>x</p>",
    "<p style='color:\\65xpression(alert(1))'>x</p>",
    "<p style='behavior:url(#x)'>x</p>",
    "<p style='-moz-binding:url(https://x.example/x.xml#x)'>x</p>",
    "<p style='position:fixed;top:0;left:0;width:100%;z-index:99'>x</p>",
    "<div style='margin:-9999px'>x</div>",
    "<form action='https://x.example'><input name=password><button>x</button></form>",
    "<button formaction='javascript:alert(1)'>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)></select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<body onload=alert(1)>",
    "<html onmouseover=alert(1)>",
    "<p onmouseover=alert(1)>x</p>",
    "<p id=x name=x class=x data-x=x>x</p>",
    "<table background='javascript:alert(1)'><tr><td>x</td></tr></table>",
    "<td background='javascript:alert(1)'>x</td>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "</p><script>alert(1)</script><p>",
    "<p title='\"><script>alert(1)</script>'>x</p>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)",
    "[x](javascript:alert(1)) ![x](x'onerror='alert(1))",
    "\ufeff<script>alert(1)</script>",
    "<\x00script>alert(1)</script>",
    "<ａ href='javascript:alert(1)'>x</ａ>",
    "{{constructor.constructor('alert(1)')()}}<p ng-app v-html='x' x-on:click='x' @click='x'>x",
    "<a hx-get='/x' hx-on:click='alert(1)'>x</a>",
]
STYLE_TRICKS = ("url(", "expression", "\\", "@import", "position", "margin", "behavior", "binding")


class Nodes(HTMLParser):
    """Every tag and attribute of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def nodes(html: str) -> Nodes:
    parser = Nodes()
    parser.feed(html)
    parser.close()
    return parser


def is_harmless(tag: str, name: str, value: str) -> bool:
    return {
        "href": value.startswith(("https://", "tel:")),
        "src": value.startswith("https://"),
        "style": not any(trick in value for trick in STYLE_TRICKS),
    }.get(name, name in ATTRIBUTES.get(tag, ()) or (tag, name) == ("a", "rel"))


def test_there_are_enough_payloads():
    assert len(set(PAYLOADS)) >= 90


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_can_run_gets_through(payload):
    cleaned = nodes(clean(f"<p>前</p>{payload}<p>后</p>"))

    assert set(cleaned.tags) <= TAGS
    assert [one for one in cleaned.attributes if not is_harmless(*one)] == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_cleaning_twice_changes_nothing(payload):
    once = clean(payload)

    assert clean(once) == once


@given(st.text(alphabet="<>/=\"'&;:()- \\aPbStyleonscriptimgdvh中1", max_size=80))
def test_no_mixture_of_signs_comes_through(text):
    once = clean(text)
    cleaned = nodes(once)

    assert clean(once) == once
    assert set(cleaned.tags) <= TAGS
    assert [one for one in cleaned.attributes if not is_harmless(*one)] == []


@pytest.mark.parametrize(
    "html",
    [
        "<h2>标题</h2><p>正文<strong>重点</strong></p>",
        "<ul><li>一</li><li>二</li></ul><ol><li>三</li></ol>",
        '<p style="color:rgb(1, 2, 3);text-align:center">居中</p>',
        '<table><tbody><tr><td colspan="2" rowspan="1">格</td></tr></tbody></table>',
        '<a href="https://example.org/a" rel="noopener noreferrer">链接</a>',
        '<a href="tel:120" rel="noopener noreferrer">120</a>',
        '<img src="https://example.org/a.png" alt="图">',
    ],
)
def test_what_an_article_needs_stays(html):
    assert clean(html) == html


@pytest.mark.parametrize("article", library.drafts(), ids=lambda article: article.slug)
def test_the_library_is_clean_already(article):
    assert clean(article.draft.body) == article.draft.body


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>前</p><p>后</p>", ["前", "后"]),
        ("神<b>药</b>", ["神药"]),
        ("<p>a &lt; b</p><img alt='>x'>", ["a", "<", "b"]),
        ("一<br>二", ["一", "二"]),
    ],
    ids=["blocks part", "bold does not", "entities", "line ends part"],
)
def test_the_words_of_html(html, words):
    assert plain(html).split() == words
