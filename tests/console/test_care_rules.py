"""The hospital's own rules of care: clinicians set them, everybody at work sees them."""

import pytest

from handbook.risk.colours import Colour
from handbook.risk.queries import visit_intervals
from tests.console.wards import acts


@pytest.fixture
def set_days(database, cast):
    """What the hospital set, by colour."""

    def found():
        with database.transaction() as session:
            return visit_intervals(session, hospital_id=cast.hospital.id)

    return found


def test_nothing_is_set_at_first_and_the_usual_rule_stands(desk):
    page = desk("clinician").read("/care-rules/")

    assert "没有改过，用的是默认规则。" in page
    assert 'value="early_ultrasound" checked' in page


def test_a_clinician_chooses_the_rule_and_is_named(desk):
    clinician = desk("clinician")

    assert clinician.send("/care-rules/redating", rule="acog700").status_code == 303

    page = clinician.read("/care-rules/")
    assert 'value="acog700" checked' in page
    assert "clinician老师" in page


def test_a_clinician_sets_how_far_visits_may_lie_apart(desk, set_days, database):
    answer = desk("clinician").send("/care-rules/intervals", yellow="28", red="7", green="")

    assert answer.status_code == 303
    assert set_days() == {Colour.YELLOW: 28, Colour.RED: 7}
    assert "set_visit_interval_red_7" in acts(database)


def test_what_was_not_changed_is_not_written_again(desk, database):
    clinician = desk("clinician")
    clinician.send("/care-rules/intervals", yellow="28")

    clinician.send("/care-rules/intervals", yellow="28", red="7")

    assert acts(database).count("set_visit_interval_yellow_28") == 1


def test_an_interval_is_taken_back(desk, set_days):
    clinician = desk("clinician")
    clinician.send("/care-rules/intervals", yellow="28")

    clinician.send("/care-rules/intervals", yellow="")

    assert set_days() == {}


@pytest.mark.parametrize("days", ["0", "281", "many", "99999999999999"])
def test_an_impossible_interval_is_refused_and_nothing_is_set(desk, set_days, days):
    answer = desk("clinician").send("/care-rules/intervals", green="56", red=days)

    assert answer.status_code in {409, 422, 400}
    assert 'role="alert"' in answer.text
    assert set_days() == {}


def test_a_care_worker_reads_the_rules_and_sets_none(desk, set_days):
    worker = desk("care_worker")

    assert "只有医生能改" in worker.read("/care-rules/")
    assert worker.send("/care-rules/intervals", red="7").status_code == 403
    assert worker.send("/care-rules/redating", rule="acog700").status_code == 403
    assert set_days() == {}


def test_a_rule_that_there_is_not_is_not_found(desk):
    assert desk("clinician").send("/care-rules/redating", rule="mine").status_code == 404


def test_an_author_sees_none_of_it(desk):
    assert desk("author").open("/care-rules/").status_code == 403
