"""Another edition: its differences are shown before it is taken."""

import re

import pytest

from handbook.models import Pregnancy
from tests.console.wards import child_of

OTHER = "national-2026-visits"


@pytest.fixture
def edition(pregnancy):
    return f"/families/{pregnancy.family_id}/lives/{pregnancy.id}/edition"


def schedule(database, pregnancy):
    with database.transaction() as session:
        return session.get_one(Pregnancy, pregnancy.id).schedule


def test_the_differences_are_shown_by_name(desk, database, edition, pregnancy):
    page = desk("care_worker").read(f"{edition}/?to={OTHER}")

    assert "新增" in page
    assert "说明改变" in page
    assert schedule(database, pregnancy) == "national-2026"


def test_nothing_is_shown_before_an_edition_is_chosen(desk, edition):
    assert "先选一个版本" in desk("care_worker").read(f"{edition}/")


def test_who_saw_the_differences_may_move(desk, database, edition, pregnancy):
    care_worker = desk("care_worker")
    page = care_worker.read(f"{edition}/?to={OTHER}")
    mark = re.search(r'name="mark" value="([^"]+)"', page)[1]

    answer = care_worker.send(f"{edition}/", edition=OTHER, mark=mark)

    assert answer.status_code == 303
    assert schedule(database, pregnancy) == OTHER


def test_nobody_moves_unseen(desk, database, edition, pregnancy):
    answer = desk("care_worker").send(f"{edition}/", edition=OTHER, mark="guessed")

    assert answer.status_code == 409
    assert schedule(database, pregnancy) == "national-2026"


def test_what_an_edition_no_longer_has_is_called_by_its_old_name(
    desk, database, edition, pregnancy
):
    care_worker = desk("care_worker")
    page = care_worker.read(f"{edition}/?to={OTHER}")
    mark = re.search(r'name="mark" value="([^"]+)"', page)[1]
    care_worker.send(f"{edition}/", edition=OTHER, mark=mark)

    back = care_worker.read(f"{edition}/?to=national-2026")

    assert "不再有" in back
    assert "visit_1" not in back


@pytest.mark.parametrize("key", ["national-2026-child", "nonsense"])
def test_an_edition_that_is_not_for_her_is_not_found(desk, edition, key):
    assert desk("care_worker").open(f"{edition}/?to={key}").status_code == 404


def test_a_child_has_editions_of_its_own(desk, database, cast):
    with database.transaction() as session:
        child = child_of(session, cast)

    page = desk("care_worker").read(f"/families/{child.family_id}/lives/{child.id}/edition/")

    assert OTHER not in page


@pytest.mark.parametrize(("username", "status"), [("clerk", 403), ("stranger", 404)])
def test_who_may_not_record_moves_nobody(desk, edition, username, status):
    somebody = desk(username)

    assert somebody.open(f"{edition}/").status_code == status
    assert somebody.send(f"{edition}/", edition=OTHER, mark="x").status_code == status
