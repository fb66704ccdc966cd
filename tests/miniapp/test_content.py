"""JSON about articles, and the page anybody may read."""

import re
from dataclasses import replace

import pytest

from content import actions
from content.library import drafts
from tests import scene, world
from tests.shelf import publish_one


def test_a_question_finds_the_article_that_answers_it(mei, articles):
    found = mei.get("/articles", query="喝糖水那个检查之前能吃饭吗").json

    assert found["items"][0]["id"] == articles["ogtt"]
    assert found["next"] is None


def test_a_question_nobody_wrote_about_finds_nothing(mei, articles):
    assert mei.get("/articles", query="股票").json == {"items": [], "next": None}


def test_without_a_question_her_stage_comes(lin, expecting, articles):
    found = lin.get("/articles").json["items"]

    assert articles["first-antenatal-visit"] in {one["id"] for one in found}
    assert articles["ogtt"] not in {one["id"] for one in found}


def test_without_a_stage_the_newest_come(mei, articles):
    found = mei.get("/articles").json["items"]

    assert {one["id"] for one in found} == set(articles.values())
    assert {one["author"] for one in found} == {"author老师"}
    assert "孕22—28周" in {one["stage"] for one in found}


@pytest.mark.slow
def test_a_long_list_comes_in_pages(mei, database, cast):
    [base] = [one.draft for one in drafts() if one.slug == "ogtt"]
    with database.transaction() as session:
        for number in range(21):
            publish_one(session, cast, replace(base, title=f"糖耐怎么准备第{number}篇"))
        planning = replace(base, stage_anchor="planning", stage_from_day=0, stage_to_day=0)
        publish_one(session, cast, replace(planning, title="备孕的一篇"))

    first = mei.get("/articles").json
    second = mei.get("/articles", cursor=first["next"]).json

    seen = {one["id"] for one in first["items"]}
    assert len(first["items"]) == 20
    assert {one["id"] for one in second["items"]} & seen == set()
    assert len(second["items"]) == 2
    assert second["next"] is None


def test_after_a_loss_no_article_is_offered(lin, articles, database, cast):
    with database.transaction() as session:
        scene.bereaved(session, scene.expecting(session, cast.mother))

    assert lin.get("/articles").json["items"] == []
    assert lin.get("/articles", query="糖耐要空腹吗").json["items"] == []


def test_an_article_is_told_with_the_proof_on_it(mei, articles):
    article = mei.get(f"/articles/{articles['ogtt']}").json

    assert article["author"] == "author老师"
    assert article["author_title"] == "主治医师"
    assert article["reviewer"] == "reviewer老师"
    assert article["reviewed_day"] == "2026-06-01"
    assert article["sources"][0].startswith("《")
    assert "<p>" in article["body_html"]


@pytest.mark.parametrize("article_id", ["art_none", "%00", "..%2f..", "art_none'--"])
def test_an_article_that_is_not_there_is_not_told(mei, article_id):
    assert mei.get(f"/articles/{article_id}").status_code in {400, 404}


def test_a_shared_article_opens_for_anybody(client, articles):
    page = client.get(f"/a/{articles['ogtt']}")

    assert page.status_code == 200
    assert "糖耐（OGTT）怎么准备" in page.text
    assert "reviewer老师 于2026年6月1日审核" in page.text
    assert 'href="tel:010-55550120"' in page.text
    assert "不能代替医生的诊断和治疗" in page.text


def test_a_shared_article_runs_no_script(client, articles):
    page = client.get(f"/a/{articles['ogtt']}")

    policy = page.headers["Content-Security-Policy"]
    assert not re.search(r"<script|javascript:|\son\w+=", page.text)
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "object-src 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_what_an_author_typed_cannot_become_a_script(client, database, cast):
    [base] = [one.draft for one in drafts() if one.slug == "ogtt"]
    sly = replace(
        base, title="<script>alert(1)</script>糖耐", body=base.body + "<script>alert(2)</script>"
    )
    with database.transaction() as session:
        article_id = publish_one(session, cast, sly)

    page = client.get(f"/a/{article_id}")

    assert page.status_code == 200
    assert "<script" not in page.text


def test_a_withdrawn_article_is_gone_for_everybody(client, mei, articles, database, cast):
    with database.transaction() as session:
        actions.withdraw(session, staff=cast.author, article_id=articles["ogtt"], now=world.NOW)

    page = client.get(f"/a/{articles['ogtt']}")

    assert page.status_code == 404
    assert "没有找到这项内容" in page.text
    assert mei.get(f"/articles/{articles['ogtt']}").status_code == 404
