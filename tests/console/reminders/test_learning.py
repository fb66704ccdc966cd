"""Wordings tried by lot: admitted by a colleague, their results with intervals, one switch."""

import pytest
import sqlalchemy as sa

from booking.models import Appointment, AppointmentState
from console.presenters import reminders_learning as presenters
from scheduler import learning
from scheduler.letters.lots import COMMON, Seen
from scheduler.models_wishes import WordingLot
from scheduler.policy import default
from scheduler.speech.editions import current
from tests.console.reminders.conftest import EVENING
from tests.console.reminders.test_wordings import written

PAGE = "/reminders/learning/"
DAY_BEFORE = current().rules["day_before"].rule
ENOUGH = default().learning.least_judged


@pytest.fixture
def admitted(desk):
    """Words of the author that the reviewer lets be tried; where they are."""
    draft = written(desk("author"), note="号已留好，等您来")
    desk("author").send(f"{draft}submission")
    desk("reviewer").send(f"{draft}admission")
    return draft


def test_until_somebody_tries_words_there_is_one_of_each(desk):
    page = desk("author").read(PAGE)

    assert page.count("只有一种说法") == 2
    assert "正在使用（通用文字）" in page


def test_a_reviewer_lets_words_be_tried_and_both_are_drawn_alike(desk, admitted):
    page = desk("author").read(PAGE)

    assert "试用中" in desk("author").read(admitted)
    assert page.count("抽到 50%") == 2
    assert "号已留好，等您来" in page
    assert f"要有至少{ENOUGH}次就诊有了结果才比较" in page


def test_words_of_what_is_urgent_are_not_offered_for_a_trial(desk):
    author = desk("author")
    urgent = author.send("/reminders/wordings/hours_before/", note="请出门")
    draft = urgent.location.removeprefix("/console")
    author.send(f"{draft}submission")

    page = desk("reviewer").read(draft)

    assert "通过并使用" in page
    assert "先试用" not in page
    assert desk("reviewer").send(f"{draft}admission").status_code == 409


def test_an_author_admits_nothing(desk):
    draft = written(desk("author"), note="号已留好")
    desk("author").send(f"{draft}submission")

    assert desk("author").send(f"{draft}admission").status_code == 403


def test_what_was_tried_is_taken_up_or_ended(desk, admitted):
    assert "改用这一种" in desk("reviewer").read(admitted)

    desk("author").send(f"{admitted}retirement")

    assert desk("author").read(PAGE).count("只有一种说法") == 2


def test_who_came_is_told_with_its_interval(desk, admitted, database, lin, beat):
    wording_id = admitted.rstrip("/").rsplit("/", 1)[-1]
    with database.transaction() as session:
        hospital_id = session.scalar(sa.select(WordingLot.hospital_id))
        session.add(
            WordingLot(
                hospital_id=hospital_id, rule="day_before", shares={wording_id: 100}, seen={},
                made_at=EVENING,
            )
        )  # fmt: skip
    beat()
    with database.transaction() as session:
        session.execute(sa.update(Appointment).values(state=AppointmentState.SEEN))

    page = desk("author").read(PAGE)

    assert "来了 100.0%" in page
    assert "20.7%~100.0%" in page
    assert "发出 1 条：来了 1，没来 0，提前改期或取消 0" in page


def test_a_manager_switches_all_trials_off_and_on(desk, admitted):
    manager = desk("manager")
    manager.send(f"{PAGE}off")
    off = manager.read(PAGE)

    manager.send(f"{PAGE}on")

    assert "抽签关着" in off
    assert "大家收到的都是正在使用的那一种" in off
    assert "抽到" not in off
    assert "抽签开着" in manager.read(PAGE)
    assert "/reminders/wordings/" not in off


def test_who_does_not_answer_for_what_is_sent_has_no_switch(desk, admitted):
    author = desk("author")

    assert "关掉抽签" not in author.read(PAGE)
    assert author.send(f"{PAGE}off").status_code == 403


def test_who_has_nothing_to_do_with_reminders_sees_nothing(desk):
    assert desk("clerk").open(PAGE).status_code == 403


GOOD, BAD = Seen(1000, 900, 100), Seen(1000, 700, 300)


@pytest.mark.parametrize(
    ("seen", "shares", "said"),
    [
        ({COMMON: GOOD, "wrd": Seen(9, 5, 4)}, {COMMON: 50, "wrd": 50}, "还看不出差别"),
        ({COMMON: GOOD, "wrd": GOOD}, {COMMON: 50, "wrd": 50}, "误差之内"),
        ({COMMON: GOOD, "wrd": BAD}, {COMMON: 90, "wrd": 10}, "只留10%"),
    ],
    ids=["early", "level", "worse"],
)
def test_what_the_numbers_say_is_said_in_a_sentence(seen, shares, said):
    result = presenters.rule_result(
        DAY_BEFORE, dict.fromkeys(seen), seen, shares=shares, learning=default().learning
    )

    assert said in result.verdict


def test_every_rule_that_learns_has_its_place_on_the_page(desk):
    page = desk("author").read(PAGE)

    whys = [current().rules[key].rule.why_now for key in learning.rules_that_learn()]
    assert [why in page for why in whys] == [True, True]
