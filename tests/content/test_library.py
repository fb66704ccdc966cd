"""The demonstration library: every article is complete, shows its sources and is safe to show."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

LIBRARY = Path(__file__).resolve().parents[2] / "content" / "library"
SLUGS = sorted(path.stem for path in LIBRARY.glob("*.md"))
HEADINGS = {
    "title", "summary", "author", "reviewer", "stage", "topics", "asked_as", "sources",
    "review_due_months", "needs_review",
}  # fmt: skip
PARENTS: dict[str, set[str]] = dict.fromkeys(["h2", "p", "ul", "ol", "table"], {""}) | {
    "li": {"ul", "ol"},
    "strong": {"p", "li", "td"},
    **dict.fromkeys(["thead", "tbody"], {"table"}),
    "tr": {"thead", "tbody"},
    **dict.fromkeys(["th", "td"], {"tr"}),
}
"""Every allowed tag with the tags it may stand in; the empty name is the body itself."""
LEAVES = {"h2", "p", "li", "strong", "th", "td"}
TOKEN = re.compile(r"<(/?)([^>]*)>|([^<]+)")
FORBIDDEN = re.compile(
    "治愈率|有效率|神药|神医|最好的医院|最佳医院|第一品牌|根治|包治|包好|祖传|秘方|特效|独家|"
    "优惠|折扣|促销|限时|抢购|购买链接|扫码|二维码|加微信|微信号|公众号|代购|价格|"
    "奶粉|奶瓶|配方奶|代乳|"  # advertising of breast-milk substitutes: 广告法, 第二十条
    "爱乐维|斯利安|善存|帮宝适|花王|美赞臣|惠氏|飞鹤|美素|贝亲|美林|泰诺|"
    "布洛芬|对乙酰氨基酚|黄体酮|阿司匹林|硝苯地平|拉贝洛尔|硫酸镁|缩宫素|头孢|青霉素|茵栀黄|"
    "一尸两命|后悔一辈子|吓死|致命|惨|绝对安全|百分之百|https?:|www[.]"
)
PHONE = re.compile(r"(?:\d[\s-]?){6,}\d")
SHORT_NUMBER = re.compile(r"打(\d{3,})|热线(\d{3,})")
DOSE = re.compile(r"[\d.]+(?:[–~-][\d.]+)?\s*(?:毫克|微克|mg|μg|国际单位|IU|粒|片)")
FOLIC_ACID = "0.4–0.8毫克"
PUBLIC_NUMBERS = {"110", "120", "12356"}


@cache
def parts(slug: str) -> tuple[dict[str, Any], str]:
    opening, head, body = (LIBRARY / f"{slug}.md").read_text("utf-8").split("---\n", maxsplit=2)
    assert opening == ""
    return yaml.safe_load(head), body


def head_of(slug: str) -> dict[str, Any]:
    return parts(slug)[0]


def body_of(slug: str) -> str:
    return parts(slug)[1]


@cache
def listing(name: str, key: str) -> list[Any]:
    content = yaml.safe_load((LIBRARY / f"{name}.yaml").read_text("utf-8"))
    assert set(content) == {key}
    return list(content[key])


def plain(markup: str) -> str:
    return re.sub(r"<[^>]+>", "", markup)


def markup_faults(markup: str) -> list[str]:
    faults: list[str] = []
    around = [""]
    for closing, tag, text in TOKEN.findall(markup):
        if text:
            faults.extend(["stray text"] if text.strip() and around[-1] not in LEAVES else [])
        elif closing:
            faults.extend([] if around[-1] == tag else [f"</{tag}> inside <{around[-1]}>"])
            around = around[:-1] or [""]
        else:
            faults.extend([] if around[-1] in PARENTS.get(tag, ()) else [f"<{tag}> misplaced"])
            around.append(tag)
    return [*faults, *(f"<{tag}> stays open" for tag in around[1:])]


def unsafe_words(text: str) -> list[str]:
    short = {first or second for first, second in SHORT_NUMBER.findall(text)}
    doses = set(DOSE.findall(text)) - {FOLIC_ACID}
    return [*FORBIDDEN.findall(text), *PHONE.findall(text), *(short - PUBLIC_NUMBERS), *doses]


def everything_said(slug: str) -> str:
    head, body = parts(slug)
    return "\n".join([head["title"], head["summary"], plain(body)])


def asked_everywhere() -> list[str]:
    return [question for slug in SLUGS for question in head_of(slug)["asked_as"]]


def expert(key: str) -> dict[str, Any]:
    return next(one for one in listing("experts", "experts") if one["key"] == key)


each_article = pytest.mark.parametrize("slug", SLUGS)


def test_the_library_holds_twenty_four_articles_with_plain_names():
    assert len(SLUGS) == 24
    assert [slug for slug in SLUGS if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []


def test_no_title_and_no_lay_question_stands_twice():
    titles = Counter(head_of(slug)["title"] for slug in SLUGS)
    questions = Counter(asked_everywhere())

    assert [text for text, times in (titles + questions).items() if times > 1] == []


@each_article
def test_an_article_has_exactly_the_known_headings(slug):
    assert set(head_of(slug)) == HEADINGS


@each_article
def test_title_summary_and_body_keep_their_length(slug):
    head = head_of(slug)
    characters = len(re.findall(r"[\u4e00-\u9fff]", plain(body_of(slug))))

    assert 6 <= len(head["title"]) <= 32
    assert 15 <= len(head["summary"]) <= 54
    assert 350 <= characters <= 700


@each_article
def test_an_article_waits_for_the_hospital_review(slug):
    head = head_of(slug)

    assert head["needs_review"] is True
    assert head["review_due_months"] == 12


@each_article
def test_author_and_reviewer_are_two_experts_of_the_field(slug):
    head = head_of(slug)
    of_field = head["topics"][0]

    assert head["author"] != head["reviewer"]
    assert of_field in expert(head["author"])["fields"]
    assert of_field in expert(head["reviewer"])["fields"]


@each_article
def test_an_article_names_its_stage(slug):
    stage = head_of(slug)["stage"]

    assert set(stage) == {"anchor", "from_day", "to_day"}
    assert stage["anchor"] in {"last_period", "birth", "planning"}
    assert 0 <= stage["from_day"] < stage["to_day"]


@each_article
def test_an_article_is_found_by_topics_and_lay_questions(slug):
    head = head_of(slug)

    assert len(set(head["topics"])) == len(head["topics"]) >= 3
    assert len(set(head["asked_as"])) == len(head["asked_as"]) >= 8
    assert all(isinstance(text, str) and 4 <= len(text) <= 40 for text in head["asked_as"])


@each_article
def test_every_source_is_complete_and_dated(slug):
    sources = head_of(slug)["sources"]

    assert sources
    assert all(set(one) == {"title", "issuer", "year", "section"} for one in sources)
    assert all(2001 <= one["year"] <= 2026 for one in sources)
    assert all(one[part].strip() for one in sources for part in ("title", "issuer", "section"))


@each_article
def test_a_body_is_well_formed_and_uses_only_the_simple_tags(slug):
    assert markup_faults(body_of(slug)) == []


@each_article
def test_a_body_is_laid_out_for_a_tired_reader(slug):
    body = body_of(slug)
    paragraphs = re.findall(r"<p>.*?</p>", body)

    assert body.count("<h2>") >= 3
    assert body.count("<li>") >= 3
    assert max(len(plain(text)) for text in paragraphs) <= 150


@each_article
def test_an_article_ends_with_when_to_call_for_help(slug):
    last_block = body_of(slug).strip().rsplit("\n", maxsplit=1)[-1]

    assert re.match(r"<p>.*</p>$", last_block)
    assert "120" in last_block
    assert "拨打" in last_block


@each_article
def test_an_article_says_nothing_forbidden(slug):
    assert unsafe_words(everything_said(slug)) == []


@pytest.mark.parametrize(
    "text",
    [
        "本院治愈率很高",
        "这是一种神药",
        "全省最好的医院",
        "爱乐维每天吃",
        "来电010-12345678",
        "手机13800138000",
        "拨打114咨询",
        "每次200毫克",
        "吃2片就好",
        "奶粉也可以",
        "请加微信咨询",
    ],
)
def test_a_planted_fault_is_found(text):
    assert unsafe_words(text) != []


@pytest.mark.parametrize(
    "markup",
    [
        "<p onclick='x'>a</p>",
        "<p>a",
        "<p><strong>a</p></strong>",
        "stray",
        "<!-- a --><p>a</p>",
        "</p>",
        "<p><p>a</p></p>",
        "<li>a</li>",
        "<ul>a</ul>",
        "<h1>a</h1>",
        "<script>a</script>",
    ],
)
def test_a_broken_body_is_found(markup):
    assert markup_faults(markup) != []


@pytest.mark.parametrize(
    ("slug", "fact"),
    [
        ("handbook-registration", "怀孕满13周以前"),
        ("first-trimester-folic-acid", f"每天{FOLIC_ACID}"),
        ("first-antenatal-visit", "怀孕6周到13周+6天"),
        ("nt-scan", "怀孕11周到13周+6天"),
        ("screening-serum-nipt", "15周到20周+6天"),
        ("screening-serum-nipt", "12周到22周+6天"),
        ("anomaly-scan", "怀孕20周到24周+6天"),
        ("ogtt", "怀孕24周到28周+6天"),
        ("ogtt", "空腹至少8小时"),
        ("fetal-movements", "现在就去医院产科"),
        ("weight-gain", "0.37公斤（0.26–0.48）"),
        ("gbs-screening", "最晚到37周+6天"),
        ("newborn-screening", "出生后6到72小时"),
        ("newborn-screening", "出生满72小时、吃足奶以后，7天之内"),
        ("vaccination-2026", "留观30分钟"),
        ("postpartum-mood", "12356"),
    ],
)
def test_a_number_people_act_on_stands_in_its_article(slug, fact):
    assert fact in plain(body_of(slug))


def test_the_experts_are_five_and_plainly_fictional():
    experts = listing("experts", "experts")
    headings = {"key", "name", "title", "department", "licence", "fields", "demonstration"}

    assert len({one["key"] for one in experts}) == len(experts) == 5
    assert all(set(one) == headings and all(one.values()) for one in experts)
    assert all(one["demonstration"] is True and "示范" in one["name"] for one in experts)
