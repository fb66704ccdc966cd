"""How often articles were named is counted from answers that were kept and letters that went."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from content.models import Article
from content.models_readings import ArticleNaming, NamedIn
from content.queries_readings import Named, named
from conversation.actions import keep
from conversation.models import Speaker
from core.clock import beijing_date
from core.db import Session
from core.ids import new_id
from scheduler import naming
from scheduler.models import Channel, Letter, LetterState, ReminderKind
from tests.content.desk import JAUNDICE, OGTT, published
from tests.world import NOW, Cast

DAY = timedelta(days=1)
TODAY = beijing_date(NOW)


@pytest.fixture
def ogtt(session: Session, cast: Cast) -> Article:
    return published(session, cast, text=OGTT, now=NOW - 40 * DAY)


@pytest.fixture
def jaundice(session: Session, cast: Cast) -> Article:
    return published(session, cast, text=JAUNDICE, now=NOW - 40 * DAY)


def said(
    session: Session, cast: Cast, text: str, *, at: datetime, speaker: Speaker = Speaker.BOT
) -> None:
    keep(session, person=cast.mother, speaker=speaker, text=text, now=at)


def link(article: Article) -> str:
    return f'<a href="https://yunyu.example/a/{article.id}">阅读</a>'


def letter(
    session: Session, cast: Cast, *, at: datetime, state: LetterState = LetterState.DELIVERED,
    kind: ReminderKind = ReminderKind.STAGE_LETTER, **values: str,
) -> None:  # fmt: skip
    session.add(
        Letter(
            id=new_id("ltr", now=at), hospital_id=cast.hospital.id, person_id=cast.mother.id,
            kind=kind, channel=Channel.MINI_ONCE, appid="wx", template_id="T", values=values,
            state=state, claimed_at=at,
        )
    )  # fmt: skip


def figures(session: Session, cast: Cast) -> list[Named]:
    return named(
        session, hospital_id=cast.hospital.id, from_day=TODAY - 30 * DAY, to_day=TODAY
    )  # fmt: skip


def test_answers_that_name_an_article_are_counted_once_each(
    session: Session, cast: Cast, ogtt: Article, jaundice: Article
) -> None:
    yesterday = NOW - DAY
    said(session, cast, f"{link(ogtt)}{link(ogtt)}也可以看看{link(jaundice)}", at=yesterday)
    said(session, cast, link(ogtt), at=yesterday)
    said(session, cast, link(ogtt), at=yesterday, speaker=Speaker.FAMILY)
    said(session, cast, link(ogtt), at=NOW)
    said(session, cast, "/a/art_00000000000000000000000000", at=yesterday)

    naming.count(session, now=NOW)

    assert figures(session, cast) == [
        Named(ogtt.id, OGTT.title, 2, 0), Named(jaundice.id, JAUNDICE.title, 1, 0),
    ]  # fmt: skip


def test_letters_that_went_are_counted_by_the_title_in_them(
    session: Session, cast: Cast, ogtt: Article, jaundice: Article
) -> None:
    yesterday = NOW - DAY
    letter(session, cast, at=yesterday, thing1="孕22周", thing4=OGTT.title)
    letter(session, cast, at=yesterday, thing1="孕22周", thing4=OGTT.title)
    letter(session, cast, at=yesterday, text=f"给您的文章：《{JAUNDICE.title}》，点开就能看。")
    letter(session, cast, at=yesterday, thing4=OGTT.title, state=LetterState.REFUSED)
    letter(session, cast, at=yesterday, thing4=OGTT.title, kind=ReminderKind.CARE_WINDOW)
    letter(session, cast, at=yesterday, thing4="别的标题")
    session.flush()

    naming.count(session, now=NOW)

    assert figures(session, cast) == [
        Named(ogtt.id, OGTT.title, 0, 2), Named(jaundice.id, JAUNDICE.title, 0, 1),
    ]  # fmt: skip


def test_another_hospital_sees_none_of_it(session: Session, cast: Cast, ogtt: Article) -> None:
    said(session, cast, link(ogtt), at=NOW - DAY)

    naming.count(session, now=NOW)

    assert named(
        session, hospital_id=cast.other_hospital.id, from_day=TODAY - 30 * DAY, to_day=TODAY
    ) == []  # fmt: skip


def test_days_are_counted_once_and_those_of_a_stop_are_caught_up(
    session: Session, cast: Cast, ogtt: Article
) -> None:
    assert naming.count(session, now=NOW) == naming.MOST_DAYS
    assert naming.count(session, now=NOW) == 0
    said(session, cast, link(ogtt), at=NOW + DAY)

    assert naming.count(session, now=NOW + 3 * DAY) == 3

    row = session.scalars(sa.select(ArticleNaming)).one()
    assert (row.day, row.named_in, row.count) == (TODAY + DAY, NamedIn.ANSWER, 1)


def test_a_clock_set_back_counts_nothing_twice(session: Session, cast: Cast, ogtt: Article) -> None:
    said(session, cast, link(ogtt), at=NOW - DAY)
    naming.count(session, now=NOW)

    assert naming.count(session, now=NOW - 2 * DAY) == 0
    assert naming.count(session, now=NOW) == 0
    assert [one.answers for one in figures(session, cast)] == [1]
