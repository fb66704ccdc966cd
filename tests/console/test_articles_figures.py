"""Figures of articles: what the platform told, what we counted, and what each figure means."""

from datetime import timedelta

import pytest

from content.models_readings import NamedIn
from content.readings import keep, keep_named, note_refused
from core.clock import beijing_date
from tests.content.desk import OGTT, published
from tests.world import NOW, SETTINGS
from wechat.errors import Busy, Misconfigured
from wechat.statistics import DayReadings, Reading

PAGE = "/articles/figures/"
YESTERDAY = beijing_date(NOW) - timedelta(days=1)


@pytest.fixture
def told(database):
    """Let the platform tell the figures of a day."""

    def tell(*readings, day=YESTERDAY, late=False):
        with database.transaction() as session:
            found = DayReadings(readings, late)
            keep(session, appid=SETTINGS.oa_appid, day=day, found=found, now=NOW)

    return tell


@pytest.fixture
def refused(database):
    def refuse(error):
        with database.transaction() as session:
            note_refused(session, appid=SETTINGS.oa_appid, day=YESTERDAY, refused=error, now=NOW)

    return refuse


def test_a_new_house_says_that_nothing_has_come_yet(desk):
    page = desk("author").read(PAGE)

    assert "还没有收到数据" in page
    assert "还没有用到文章" in page


def test_figures_stand_with_their_meaning(desk, told):
    told(Reading("1_1", "孕期检查，一张表说清", 41, 7), Reading("2_1", "", 3, 0))

    page = desk("author").read(PAGE)

    assert "孕期检查，一张表说清</th><td>41</td><td>7</td>" in page
    assert "图文 2_1</th><td>3</td><td>0</td>" in page
    assert "已收到 2026年5月31日 为止的数据。" in page
    assert "同一个人隔天再读会再算一次" in page


def test_ours_are_counted_and_link_to_their_page(desk, database, cast):
    with database.transaction() as session:
        article = published(session, cast, text=OGTT, now=NOW)
        counts = {
            (YESTERDAY, article.id, NamedIn.ANSWER): 5,
            (YESTERDAY, article.id, NamedIn.LETTER): 2,
        }
        keep_named(session, days=[YESTERDAY], counts=counts)
        article_id = article.id

    page = desk("author").read(PAGE)

    assert f'/console/articles/{article_id}">{OGTT.title}</a></th><td>5</td><td>2</td>' in page
    assert "没有保存的数不到" in page


@pytest.mark.parametrize(("days", "is_in_it"), [(7, False), (30, True)], ids=["a week", "a month"])
def test_figures_are_of_the_days_asked_for(desk, told, days, is_in_it):
    told(Reading("1_1", "早些时候", 41, 7), day=YESTERDAY - timedelta(days=20))

    assert ("早些时候" in desk("author").read(f"{PAGE}?days={days}")) is is_in_it


def test_other_days_are_not_offered(desk):
    assert desk("author").open(f"{PAGE}?days=31").status_code == 404


def test_late_figures_are_said_to_be_late(desk, told):
    told(late=True)

    assert "其中 1 天微信说还没算完" in desk("author").read(PAGE)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            Misconfigured(48001),
            "（账号要先认证）。2026年6月2日 08:00 再问",
        ),
        (Busy(-1), "微信这会儿没有给出数据"),
    ],
    ids=["no right", "busy"],
)
def test_a_platform_that_gives_nothing_is_told_of(desk, refused, error, sentence):
    refused(error)

    assert sentence in desk("author").read(PAGE)


def test_who_writes_no_articles_sees_no_figures(desk):
    assert desk("clerk").open(PAGE).status_code == 403


def test_the_shelf_leads_to_the_figures(desk):
    assert f'href="/console{PAGE}"' in desk("author").read("/articles/")
