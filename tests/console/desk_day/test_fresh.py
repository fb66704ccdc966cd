"""What others change appears on an open page by itself, and costs little while nothing does."""

import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from accounts.models import SignIn
from booking.attendance import visits
from booking.steps import By
from tests import scene, world
from tests.console.desk_day.ways import at, step, trail
from tests.console.people import by

ASKS = re.compile(r'hx-get="/console([^"]+fresh[^"]+)"')


def asks(page):
    """Return where an open page asks what is new."""
    return unescape(ASKS.search(page)[1])


@pytest.fixture
def colleague(database, cast, visit):
    """Somebody else checks Lin in."""

    def check_in():
        with database.transaction() as session:
            visits.check_in(
                session, hospital_id=cast.hospital.id, appointment_id=visit.appointment.id,
                by=By(by(cast.care_worker), "came", world.NOW),
            )  # fmt: skip

    return check_in


@pytest.fixture
def statements(database):
    """What the database is asked while somebody else's changes are waited for."""
    asked = []

    def keep(connection, cursor, statement, parameters, context, executemany):
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", keep)
    yield asked
    sa.event.remove(sa.Engine, "before_cursor_execute", keep)


PAGES = pytest.mark.parametrize("page", ["", "columns"], ids=["list", "columns"])


@PAGES
def test_while_nothing_changes_nothing_is_sent_and_nothing_written(
    clerk, clinic, visit, database, page
):
    address = asks(clerk.read(at(clinic, page)))
    before = trail(database)

    answer = clerk.open(address)

    assert (answer.status_code, answer.text) == (204, "")
    assert trail(database) == before


@PAGES
def test_a_look_costs_one_query_beside_the_sign_in(clerk, clinic, visit, statements, page):
    address = asks(clerk.read(at(clinic, page)))
    statements.clear()

    clerk.open(address)

    tables = [found[1] for one in statements if (found := re.search(r"FROM (\w+)", one))]
    assert tables == ["sign_in", "staff", "slot"]


@PAGES
def test_what_a_colleague_does_is_shown_said_and_written_down(
    clerk, clinic, visit, colleague, database, page
):
    address = asks(clerk.read(at(clinic, page)))
    before = len(trail(database))
    colleague()

    answer = clerk.open(address)

    assert 'hx-swap-oob="innerHTML">名单有变化：林晓雨 已签到</p>' in answer.text
    assert "yy-fresh" in answer.text
    assert trail(database)[before:] == ["appointment_checked_in", "day_list_read"]


@PAGES
def test_what_was_told_is_not_told_again(clerk, clinic, visit, colleague, page):
    address = asks(clerk.read(at(clinic, page)))
    colleague()

    following = asks(clerk.open(address).text)

    assert clerk.open(following).status_code == 204


def test_ones_own_step_is_no_news(clerk, clinic, visit):
    clerk.send(step(clinic, visit, "check_in"))

    assert clerk.open(asks(clerk.read(at(clinic)))).status_code == 204


def test_who_is_no_longer_on_the_list_is_spoken_of_without_a_name(clerk, clinic, visit):
    address = asks(clerk.read(at(clinic)))
    clerk.send(f"/desk/visits/{visit.appointment.id}/cancel", reason="asked")

    answer = clerk.open(address)

    assert "名单有变化：有预约取消或改期" in answer.text


def test_the_columns_of_all_clinics_ask_too(clerk, clinic, visit, colleague):
    address = asks(clerk.read("/desk/columns/"))
    unchanged = clerk.open(address).status_code
    colleague()

    assert unchanged == 204
    assert "林晓雨 已签到" in clerk.open(address).text


def test_a_search_stays_as_it_is(clerk, clinic, visit):
    assert ASKS.search(clerk.send(at(clinic, "find"), words="晓雨").text) is None


@pytest.mark.parametrize("path", ["fresh", "columns/fresh"])
def test_a_clinic_of_another_hospital_tells_nothing(clerk, foreign, database, cast, path):
    with database.transaction() as session:
        scene.booked(session, cast.mother, foreign.slots[0], hospital=cast.other_hospital)

    nothing = clerk.open(at(foreign, f"{path}?since=0-0"))

    assert (nothing.status_code, nothing.text) == (204, "")
    assert clerk.open(at(foreign, f"{path}?since=1-1")).status_code == 404


@pytest.mark.parametrize("path", ["fresh", "fresh?since=now", "columns/fresh?since="])
def test_without_a_mark_there_is_no_answer(clerk, clinic, path):
    assert clerk.open(at(clinic, path)).status_code == 404


def test_asking_keeps_no_sign_in_alive(clerk, clinic, database, clock):
    address = asks(clerk.read(at(clinic)))
    clock.set_to(world.NOW + timedelta(minutes=5))

    clerk.open(address)

    with database.transaction() as session:
        assert session.scalar(sa.select(SignIn.seen_at)) == world.NOW
