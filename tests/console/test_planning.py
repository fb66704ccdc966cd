"""Planning, as staff open and close it for who asks."""

import pytest

from tests.console.wards import acts, expect


@pytest.fixture
def home(cast):
    return f"/families/{cast.mother.family_id}"


def test_a_planning_is_opened_with_what_to_do_and_without_a_date(desk, database, home):
    care_worker = desk("care_worker")

    answer = care_worker.send(f"{home}/planning/")

    page = care_worker.read(home)
    assert answer.status_code == 303
    assert "孕前检查" in page
    assert "怀孕前6个月以内" in page
    assert "叶酸" in page
    assert "预产期" not in page.split('aria-labelledby="planning"')[1].split("</section>")[0]
    assert "planning_planning" in acts(database)


def test_a_planning_is_closed(desk, database, home):
    care_worker = desk("care_worker")
    care_worker.send(f"{home}/planning/")

    answer = care_worker.send(f"{home}/planning/closure")

    assert answer.status_code == 303
    assert "打开备孕手册" in care_worker.read(home)
    assert "planning_closed" in acts(database)


def test_who_is_pregnant_is_offered_no_planning(desk, database, cast, home):
    with database.transaction() as session:
        expect(session, cast.mother, by=cast.care_worker, days=70)
    care_worker = desk("care_worker")

    assert "打开备孕手册" not in care_worker.read(home)
    assert care_worker.send(f"{home}/planning/").status_code == 409


def test_without_her_consent_nothing_is_kept(desk, cast):
    answer = desk("care_worker").send(f"/families/{cast.newcomer.family_id}/planning/")

    assert answer.status_code == 409


def test_a_family_of_another_hospital_is_not_found(desk, database, cast, home):
    assert desk("stranger").send(f"{home}/planning/").status_code == 404


def test_a_clerk_opens_no_planning(desk, home):
    assert desk("clerk").send(f"{home}/planning/").status_code == 403
