"""The life of an article, step by step, on a real database."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.models import AuditRow
from content import actions, errors, queries
from content.models import ArticleState, ArticleVersion
from core.errors import NotFound
from tests.content import desk

LATER = timedelta(minutes=5)


def see(session, cast, article):
    return queries.published(session, hospital_id=cast.hospital.id, article_id=article.id)


def file_of(session, cast, article):
    return queries.article_for_staff(session, hospital_id=cast.hospital.id, article_id=article.id)


def test_an_article_begins_as_a_draft_that_readers_do_not_see(session, cast, now):
    article = actions.write(session, author=cast.author, draft=desk.OGTT, now=now)

    assert article.state is ArticleState.DRAFT
    assert article.id.startswith("art_")
    with pytest.raises(NotFound):
        see(session, cast, article)


def test_what_is_kept_is_clean_and_tidy(session, cast, now):
    text = desk.draft(
        title=" 糖耐 ",
        body="<p onclick=x()>水</p><script>x()</script>",
        topics=("孕期", " ", "孕期 "),
    )

    article = actions.write(session, author=cast.author, draft=text, now=now)

    kept = file_of(session, cast, article).draft
    assert (kept.title, kept.body, kept.topics) == ("糖耐", "<p>水</p>", ("孕期",))


def test_publishing_shows_the_text_with_all_who_stand_for_it(session, cast, now):
    article = desk.published(session, cast, text=desk.OGTT, now=now)

    seen = see(session, cast, article)

    assert article.state is ArticleState.PUBLISHED
    assert (seen.title, seen.body) == (desk.OGTT.title, desk.OGTT.body)
    assert (seen.author_name, seen.author_title) == (cast.author.name, cast.author.title)
    assert (seen.reviewer_name, seen.reviewed_day.isoformat()) == (cast.reviewer.name, "2026-06-01")
    assert seen.review_due_day.isoformat() == "2027-06-01"
    assert [str(source) for source in seen.sources] == [str(desk.SOURCE)]
    assert seen.published_at == now


def test_the_yes_is_about_exactly_the_text_that_was_read(session, cast, now):
    article = desk.submitted(session, cast, text=desk.OGTT, now=now)
    shown = desk.newest_hash(session, cast, article)
    actions.revise(
        session, author=cast.author, article_id=article.id,
        draft=desk.draft(summary="改过了。"), now=now,
    )  # fmt: skip
    actions.submit(session, staff=cast.author, article_id=article.id, now=now)

    with pytest.raises(errors.TextChanged):
        actions.approve(
            session, reviewer=cast.reviewer, article_id=article.id, text_hash=shown, now=now
        )


def test_a_text_changed_after_its_yes_is_not_published(session, cast, now):
    article = desk.approved(session, cast, text=desk.OGTT, now=now)
    actions.revise(
        session, author=cast.author, article_id=article.id,
        draft=desk.draft(summary="改过了。"), now=now,
    )  # fmt: skip
    actions.submit(session, staff=cast.author, article_id=article.id, now=now)

    with pytest.raises(errors.NotApproved):
        actions.publish(session, staff=cast.reviewer, article_id=article.id, now=now)


def test_a_text_nobody_said_yes_to_is_not_published(session, cast, now):
    article = desk.submitted(session, cast, text=desk.OGTT, now=now)

    with pytest.raises(errors.NotApproved):
        actions.publish(session, staff=cast.reviewer, article_id=article.id, now=now)


def test_the_last_word_on_a_text_counts(session, cast, now):
    article = desk.approved(session, cast, text=desk.OGTT, now=now)
    actions.send_back(
        session, reviewer=cast.reviewer, article_id=article.id, remark="请补充", now=now + LATER
    )
    actions.submit(session, staff=cast.author, article_id=article.id, now=now + LATER)

    with pytest.raises(errors.NotApproved):
        actions.publish(session, staff=cast.reviewer, article_id=article.id, now=now + LATER)


def test_a_yes_lapses_after_a_year(session, cast, now):
    article = desk.approved(session, cast, text=desk.OGTT, now=now)

    with pytest.raises(errors.NotApproved):
        actions.publish(
            session, staff=cast.reviewer, article_id=article.id, now=now + timedelta(days=366)
        )


def test_sending_back_makes_it_a_draft_and_keeps_the_reason(session, cast, now):
    article = desk.submitted(session, cast, text=desk.OGTT, now=now)

    actions.send_back(
        session, reviewer=cast.reviewer, article_id=article.id, remark=" 缺来源条款 ", now=now
    )

    line = file_of(session, cast, article).reviews[0]
    assert article.state is ArticleState.DRAFT
    assert (line.review.remark, line.review.is_approved) == ("缺来源条款", False)
    assert line.reviewer.id == cast.reviewer.id
    assert line.is_of_newest_text


def test_sending_back_without_a_reason_is_refused(session, cast, now):
    article = desk.submitted(session, cast, text=desk.OGTT, now=now)

    with pytest.raises(errors.RemarkNeeded):
        actions.send_back(
            session, reviewer=cast.reviewer, article_id=article.id, remark="  ", now=now
        )


def test_nobody_reviews_a_text_she_has_written_in(session, cast, now):
    article = actions.write(session, author=cast.reviewer, draft=desk.OGTT, now=now)
    actions.revise(
        session, author=cast.author, article_id=article.id,
        draft=desk.draft(summary="换了作者。"), now=now,
    )  # fmt: skip
    actions.submit(session, staff=cast.author, article_id=article.id, now=now)

    with pytest.raises(errors.OwnText):
        desk.approve(session, cast, article, now=now)


def test_a_text_of_someone_who_left_is_not_published(session, cast, now):
    article = desk.approved(session, cast, text=desk.OGTT, now=now)
    cast.author.is_active = False
    session.merge(cast.author)
    session.flush()

    with pytest.raises(errors.AuthorLeft):
        actions.publish(session, staff=cast.reviewer, article_id=article.id, now=now)


def test_readers_keep_the_old_text_until_the_new_one_is_published(session, cast, now):
    article = desk.published(session, cast, text=desk.OGTT, now=now)
    new = desk.draft(summary="新的摘要。")

    actions.revise(session, author=cast.author, article_id=article.id, draft=new, now=now)
    between = see(session, cast, article).summary
    actions.submit(session, staff=cast.author, article_id=article.id, now=now)
    desk.approve(session, cast, article, now=now)
    actions.publish(session, staff=cast.reviewer, article_id=article.id, now=now)

    assert between == desk.OGTT.summary
    assert see(session, cast, article).summary == "新的摘要。"


def test_saving_the_same_text_changes_nothing(session, cast, now):
    article = desk.published(session, cast, text=desk.OGTT, now=now)

    actions.revise(session, author=cast.author, article_id=article.id, draft=desk.OGTT, now=now)

    versions = sa.select(sa.func.count()).select_from(ArticleVersion)
    assert article.state is ArticleState.PUBLISHED
    assert session.scalar(versions) == 1


def test_a_text_read_again_after_its_year_answers_for_another(session, cast, now):
    article = desk.published(session, cast, text=desk.OGTT, now=now)
    next_year = now + timedelta(days=370)

    actions.submit(session, staff=cast.author, article_id=article.id, now=next_year)
    desk.approve(session, cast, article, now=next_year)
    actions.publish(session, staff=cast.reviewer, article_id=article.id, now=next_year)

    assert see(session, cast, article).review_due_day.isoformat() == "2028-06-05"


def test_withdrawn_is_gone_at_once(session, cast, now):
    article = desk.published(session, cast, text=desk.OGTT, now=now)

    actions.withdraw(session, staff=cast.author, article_id=article.id, now=now)

    found = queries.search(
        session, hospital_id=cast.hospital.id, text=desk.OGTT.title, today=now.date(), limit=3
    )
    assert article.state is ArticleState.WITHDRAWN
    assert found == []
    with pytest.raises(NotFound):
        see(session, cast, article)


def test_a_withdrawn_article_comes_back_by_being_revised(session, cast, now):
    article = actions.write(session, author=cast.author, draft=desk.OGTT, now=now)
    actions.withdraw(session, staff=cast.author, article_id=article.id, now=now)

    actions.revise(session, author=cast.author, article_id=article.id, draft=desk.OGTT, now=now)

    assert article.state is ArticleState.DRAFT


def test_a_live_article_in_revision_can_be_withdrawn(session, cast, now):
    article = desk.published(session, cast, text=desk.OGTT, now=now)
    actions.revise(
        session, author=cast.author, article_id=article.id,
        draft=desk.draft(summary="改到一半。"), now=now,
    )  # fmt: skip

    actions.withdraw(session, staff=cast.reviewer, article_id=article.id, now=now)

    with pytest.raises(NotFound):
        see(session, cast, article)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        pytest.param({"sources": ()}, errors.SourceNeeded, id="no source"),
        pytest.param(
            {"sources": (replace(desk.SOURCE, year=2027),)}, errors.SourceIncomplete, id="future"
        ),
        pytest.param({"body": "<p>神药</p>"}, errors.AdvertisingFound, id="advertising"),
    ],
)
def test_an_unfit_text_can_be_kept_but_not_submitted(session, cast, now, changes, refusal):
    article = actions.write(session, author=cast.author, draft=desk.draft(**changes), now=now)

    with pytest.raises(refusal):
        actions.submit(session, staff=cast.author, article_id=article.id, now=now)


def test_a_second_submission_is_refused(session, cast, now):
    article = desk.submitted(session, cast, text=desk.OGTT, now=now)

    with pytest.raises(errors.WrongState):
        actions.submit(session, staff=cast.author, article_id=article.id, now=now)


def test_a_draft_is_not_reviewed(session, cast, now):
    article = actions.write(session, author=cast.author, draft=desk.OGTT, now=now)

    with pytest.raises(errors.WrongState):
        desk.approve(session, cast, article, now=now)


def test_every_step_is_in_the_audit_trail(session, cast, now):
    article = desk.submitted(session, cast, text=desk.OGTT, now=now)
    actions.send_back(session, reviewer=cast.reviewer, article_id=article.id, remark="否", now=now)
    actions.revise(session, author=cast.author, article_id=article.id, draft=desk.JAUNDICE, now=now)
    actions.submit(session, staff=cast.author, article_id=article.id, now=now)
    desk.approve(session, cast, article, now=now)
    actions.publish(session, staff=cast.reviewer, article_id=article.id, now=now)
    actions.withdraw(session, staff=cast.author, article_id=article.id, now=now)

    rows = session.scalars(
        sa.select(AuditRow).where(AuditRow.subject_id == article.id).order_by(AuditRow.number)
    ).all()

    assert [row.act for row in rows] == [
        "write_article", "submit_article", "send_back_article", "revise_article",
        "submit_article", "approve_article", "publish_article", "withdraw_article",
    ]  # fmt: skip
    assert {row.hospital_id for row in rows} == {cast.hospital.id}
    assert {row.actor_id for row in rows} == {cast.author.id, cast.reviewer.id}
