"""A hospital's own words: seen on a phone, approved by a colleague, in force, and withdrawn."""

import pytest

from console.presenters import reminders_wordings as presenters
from scheduler.models_wishes import WordingState
from scheduler.speech.documents import CARE_FIELDS, PIECES, STAGE_FIELDS, VISIT_FIELDS
from scheduler.speech.editions import current

BOARD = "/reminders/wordings/"
RULE = f"{BOARD}day_before/"
NOTE = "{preparation}，三楼见"
LONG = "{preparation}，到三楼产科分诊台先报到再候诊"


def written(author, **pieces):
    """Return where a draft is that somebody wrote."""
    answer = author.send(RULE, **pieces)
    assert answer.status_code == 303
    return answer.location.removeprefix("/console")


@pytest.fixture
def draft(desk):
    return written(desk("author"), note=NOTE)


@pytest.fixture
def asked(desk, draft):
    """Words of the author that wait for a colleague."""
    desk("author").send(f"{draft}submission")
    return draft


def test_every_rule_is_listed_with_its_words_and_whose_they_are(desk):
    page = desk("author").read(BOARD)

    assert page.count("通用文字</span>") == len(current().rules)
    assert "您明天有预约：产前检查" in page
    assert "宝宝到接种时间了：乙肝疫苗第3剂" in page
    assert "请在 10:30 前打开“我的预约”确认" in page
    assert "宝宝6个月了" in page


def test_a_rule_shows_its_words_its_fields_and_the_phone(desk):
    page = desk("author").read(RULE)

    assert 'value="{day} {hour}"' in page
    assert "{whose}明天有预约" in page
    assert "看什么" in page
    assert "文章标题" not in page
    assert "产科普通门诊 3层301室" in page


def test_what_does_not_fit_is_marked_before_anything_is_kept(desk):
    author = desk("author")

    answer = author.send(f"{RULE}preview", note=LONG)

    assert answer.status_code == 200
    assert "请带好母子健康手册，到三楼产科分诊台先…" in answer.text
    assert "被截掉：</span>报到再候诊</del>" in answer.text
    assert "刚才写的，在手机上" in answer.text
    assert "还没有，用的是通用文字" in author.read(RULE)


def test_what_the_platform_would_refuse_is_said(desk):
    answer = desk("author").send(f"{RULE}preview", when="{day}上午")

    assert "整条会发不出去" in answer.text


@pytest.mark.parametrize("where", [RULE, f"{RULE}preview"], ids=["kept", "looked at"])
@pytest.mark.parametrize("note", ["{weight}", "{care"], ids=["unknown field", "open brace"])
def test_words_that_name_what_nobody_knows_are_asked_again(desk, where, note):
    answer = desk("author").send(where, note=note)

    assert answer.status_code == 409
    assert "认不得的内容" in answer.text
    assert note in answer.text


def test_words_that_are_the_same_are_not_kept(desk):
    answer = desk("author").send(RULE, note="{preparation}", what=" ")

    assert answer.status_code == 400
    assert "没有要保存的改动" in answer.text


def test_words_go_from_one_to_another_into_force_and_back(desk, draft):
    author, page = desk("author"), f"{draft}"
    drafted = author.read(page)
    author.send(f"{page}submission")
    waiting = author.read(page)

    reviewer = desk("reviewer")
    offered = reviewer.read(page)
    reviewer.send(f"{page}approval")
    listed = reviewer.read(BOARD)
    reviewer.send(f"{page}retirement")

    assert "请同事审核" in drafted
    assert "自己写的自己不能通过" in waiting
    assert "通过并使用" in offered
    assert "三楼见" in offered
    assert "本院文字" in listed
    assert "已经停用" in reviewer.read(page)
    assert "本院文字" not in reviewer.read(BOARD)


def test_words_in_force_are_where_the_next_ones_begin(desk, asked):
    desk("reviewer").send(f"{asked}approval")

    page = desk("author").read(RULE)

    assert f'value="{NOTE}"' in page
    assert "reviewer老师" in page
    assert "请带好母子健康手册，三楼见" in page


def test_what_waits_for_a_review_is_marked_in_the_list(desk, asked):
    assert "等同事审核" in desk("reviewer").read(BOARD)


def test_a_colleague_is_told_of_it_on_the_first_page_and_the_writer_is_not(desk, asked):
    assert '1</span><span class="yy-tile-label">待审核的提醒用语' in desk("reviewer").read("/")
    assert "待审核的提醒用语" not in desk("author").read("/")


def test_a_colleague_sends_words_back(desk, asked):
    reviewer = desk("reviewer")

    answer = reviewer.send(f"{asked}declining")

    assert answer.status_code == 303
    assert "同事退回了" in reviewer.read(asked)


def test_nobody_approves_her_own_words(desk):
    reviewer = desk("reviewer")
    page = written(reviewer, note=NOTE)
    reviewer.send(f"{page}submission")

    answer = reviewer.send(f"{page}approval")

    assert answer.status_code == 409
    assert "另一位同事" in answer.text


@pytest.mark.parametrize("step", ["approval", "declining"])
def test_who_only_writes_reviews_nobody(desk, asked, step):
    author = desk("author")

    assert author.send(f"{asked}{step}").status_code == 403


def test_a_draft_is_not_approved_unasked(desk, draft):
    assert desk("reviewer").send(f"{draft}approval").status_code == 409


@pytest.mark.parametrize(
    "path", [f"{BOARD}nonsense/", f"{RULE}wrd_nothing/"], ids=["rule", "wording"]
)
def test_what_there_is_not_is_not_found(desk, path):
    assert desk("author").open(path).status_code == 404


def test_words_of_another_rule_are_not_found_under_this_one(desk, draft):
    elsewhere = draft.replace("day_before", "hours_before")

    assert desk("author").open(elsewhere).status_code == 404


@pytest.mark.parametrize("username", ["care_worker", "clerk", "manager", "stranger"])
def test_who_does_not_write_for_families_rewords_nothing(desk, draft, username):
    somebody = desk(username)

    assert somebody.open(BOARD).status_code == 403
    assert somebody.open(draft).status_code == 403
    assert somebody.send(RULE, note=NOTE).status_code == 403
    assert somebody.send(f"{draft}submission").status_code == 403


def test_words_need_the_mark_of_the_sign_in(desk, draft):
    author = desk("author")

    assert author.client.post(f"/console{RULE}").status_code == 400
    assert author.client.post(f"/console{draft}submission").status_code == 400


def test_every_state_piece_and_field_has_its_word():
    assert set(presenters.STATES) == set(presenters.LOOKS) == set(WordingState)
    assert set(presenters.PIECES) == PIECES
    assert set(presenters.FIELDS) == CARE_FIELDS | VISIT_FIELDS | STAGE_FIELDS
    assert set(presenters.FIELDS) == set(presenters.ORDINARY) == set(presenters.LONGEST)


@pytest.mark.parametrize("key", list(current().rules))
def test_an_ordinary_letter_of_the_house_fits_its_card(key):
    rule = current().rules[key].rule

    ordinary, _ = presenters.cards(rule, {}, keys=current().layouts[rule.layout])

    assert not ordinary.is_cut
