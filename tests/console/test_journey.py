"""The page of journeys: examples and days of one's own, for those who set rules."""

import pytest

from scheduler.journey.histories import examples


@pytest.mark.parametrize("role", ["clinician", "manager"])
def test_who_sets_rules_may_try_a_journey(desk, role):
    page = desk(role).read("/journey/")

    assert "34 周早产" in page
    assert "选一份自带的历史" in page


@pytest.mark.parametrize("role", ["author", "care_worker", "clerk"])
def test_nobody_else_sees_it(desk, role):
    assert desk(role).open("/journey/").status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("key", list(examples()))
def test_every_example_is_walked_from_today_on(desk, key):
    page = desk("clinician").read(f"/journey/?example={key}")

    assert "建册，" in page
    assert "2026年6月" in page
    assert 'class="yy-journey-line yy-journey-window"' in page


def test_an_example_that_there_is_not_is_not_found(desk):
    assert desk("clinician").open("/journey/?example=none").status_code == 404


def test_days_of_ones_own_are_walked_and_each_line_says_why(desk):
    answer = desk("manager").send(
        "/journey/", last_period="2026-03-05", expecting="2026-06-01", redated="2026-06-08",
        redated_last_period="2026-03-09", lost="2026-06-20", paused="2026-06-15",
        resumed="2026-06-16", until="2026-08-01",
    )  # fmt: skip
    page = answer.get_data(as_text=True)

    assert answer.status_code == 200
    assert "登记妊娠终止，14周+5天" in page
    assert "失去宝宝后的问候" in page
    assert "过后不能补做" in page
    assert "window_opens（national-2026）" in page


@pytest.mark.parametrize(
    "typed",
    [
        {"last_period": "2026-07-05", "expecting": "2026-06-01"},
        {"last_period": "2026-03-05", "expecting": "2026-06-01", "born": "2026-06-02"},
        {"last_period": "2026-03-05", "expecting": "2026-06-01", "discharged": "2026-06-02"},
        {"last_period": "2026-03-05", "expecting": "2026-06-01", "until": "2026-05-01"},
        {"last_period": "soon", "expecting": "2026-06-01"},
    ],
    ids=["not yet", "too early", "nobody is born", "ends before it begins", "no day"],
)
def test_days_that_cannot_be_are_refused_beside_the_form(desk, typed):
    answer = desk("clinician").send("/journey/", **typed)

    assert answer.status_code == 400
    assert 'class="yy-problem"' in answer.get_data(as_text=True)
