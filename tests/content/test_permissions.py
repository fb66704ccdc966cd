"""Who may take which step, and what is not even there for the others."""

import pytest

from accounts.models import Role
from content import actions
from core.errors import Forbidden, NotFound
from tests.content import desk


def write(session, staff, article_id, now):
    return actions.write(session, author=staff, draft=desk.OGTT, now=now)


def revise(session, staff, article_id, now):
    return actions.revise(
        session, author=staff, article_id=article_id, draft=desk.JAUNDICE, now=now
    )


def submit(session, staff, article_id, now):
    return actions.submit(session, staff=staff, article_id=article_id, now=now)


def approve(session, staff, article_id, now):
    return actions.approve(session, reviewer=staff, article_id=article_id, text_hash="", now=now)


def send_back(session, staff, article_id, now):
    return actions.send_back(session, reviewer=staff, article_id=article_id, remark="否", now=now)


def publish(session, staff, article_id, now):
    return actions.publish(session, staff=staff, article_id=article_id, now=now)


def withdraw(session, staff, article_id, now):
    return actions.withdraw(session, staff=staff, article_id=article_id, now=now)


ON_ARTICLES = [revise, submit, approve, send_back, publish, withdraw]


@pytest.mark.parametrize("act", ON_ARTICLES)
@pytest.mark.parametrize("role", [Role.AUTHOR, Role.REVIEWER])
def test_staff_of_another_hospital_find_nothing_of_ours(session, cast, now, act, role):
    article = desk.submitted(session, cast, text=desk.OGTT, now=now)
    cast.stranger.roles = [role]

    with pytest.raises(NotFound):
        act(session, cast.stranger, article.id, now)


@pytest.mark.parametrize("act", [write, *ON_ARTICLES])
def test_a_clerk_may_do_nothing_with_articles(session, cast, now, act):
    article = desk.submitted(session, cast, text=desk.OGTT, now=now)

    with pytest.raises(Forbidden):
        act(session, cast.clerk, article.id, now)


@pytest.mark.parametrize("act", [approve, send_back, publish])
def test_an_author_neither_reviews_nor_publishes(session, cast, now, act):
    article = desk.submitted(session, cast, text=desk.OGTT, now=now)

    with pytest.raises(Forbidden):
        act(session, cast.author, article.id, now)
