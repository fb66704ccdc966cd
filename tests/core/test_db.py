"""Moments are aware, seals are bound to their columns, and one place commits."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from accounts.actions import set_name, set_phone
from accounts.models import Hospital, Person
from core.crypto import BrokenSeal
from core.db import Database, Session, UtcDateTime, as_read, changed, claim
from scheduler.models import TickRun
from tests import world
from tests.world import NOW

BEIJING_NOON = datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=8)))


def a_run(name: str, *, started_at: datetime = NOW) -> TickRun:
    return TickRun(
        name=name, started_at=started_at, finished_at=None, handled=0, milliseconds=0, failure=None
    )


def test_a_naive_moment_is_refused(session: Session) -> None:
    session.add(a_run("naive", started_at=NOW.replace(tzinfo=None)))

    with pytest.raises(sa.exc.StatementError, match="a moment needs a time zone"):
        session.flush()


def test_a_moment_comes_back_in_utc(session: Session) -> None:
    session.add(a_run("noon", started_at=BEIJING_NOON))
    session.flush()
    session.expire_all()

    found = session.get_one(TickRun, "noon")

    assert found.started_at == BEIJING_NOON
    assert found.started_at.tzinfo is UTC
    assert found.finished_at is None


def test_no_moment_is_no_moment() -> None:
    dialect = sa.create_engine("postgresql+psycopg://").dialect

    assert UtcDateTime().process_bind_param(None, dialect) is None


def test_personal_fields_rest_sealed(session: Session, cast: world.Cast) -> None:
    set_name(session, person=cast.mother, name="林晓雨", now=NOW)
    set_phone(session, person=cast.mother, phone="13800138000", now=NOW)
    session.merge(cast.mother)
    session.flush()

    row = session.execute(
        sa.text("select * from person where id = :id"), {"id": cast.mother.id}
    ).one()

    resting = " ".join(str(value) for value in row)
    assert "林晓雨" not in resting
    assert "林晓雨".encode() not in bytes(row.name)
    assert b"13800138000" not in bytes(row.phone)
    assert "13800138000" not in resting


def test_a_sealed_value_copied_to_another_column_does_not_open(
    session: Session, cast: world.Cast
) -> None:
    mother = session.merge(cast.mother)
    set_name(session, person=mother, name="林晓雨", now=NOW)
    session.flush()
    session.execute(sa.text("update person set phone = name where id = :id"), {"id": mother.id})
    session.expire_all()

    with pytest.raises(BrokenSeal):
        session.get_one(Person, mother.id)


def test_a_transaction_that_raises_leaves_nothing(real_database: Database) -> None:
    def breaks() -> None:
        with real_database.transaction() as session:
            session.add(a_run("gone"))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        breaks()

    with real_database.transaction() as session:
        assert session.get(TickRun, "gone") is None


def test_a_transaction_that_ends_well_is_kept(real_database: Database) -> None:
    with real_database.transaction() as session:
        session.add(a_run("kept"))

    with real_database.transaction() as session:
        assert session.get(TickRun, "kept") is not None


def test_a_claim_is_won_when_exactly_one_row_changed(session: Session) -> None:
    session.add_all([a_run("a"), a_run("b")])
    session.flush()
    everything = sa.update(TickRun).values(handled=1)

    assert changed(session, everything) == 2
    assert not claim(session, everything)
    assert claim(session, everything.where(TickRun.name == "a"))
    assert not claim(session, everything.where(TickRun.name == "c"))


def test_the_message_of_a_failed_statement_carries_no_value(real_database: Database) -> None:
    def breaks() -> None:
        with real_database.transaction() as session:
            session.execute(sa.text("select cast(:phone as date)"), {"phone": "13800138000"})

    with pytest.raises(sa.exc.DBAPIError) as broken:
        breaks()

    assert "[SQL parameters hidden" in str(broken.value)


def test_a_server_that_answers_is_alive(real_database: Database) -> None:
    assert real_database.is_alive()


def test_a_server_that_is_away_is_not_alive() -> None:
    away = Database("postgresql+psycopg://nobody@/none?host=%2Fnonexistent")

    assert not away.is_alive()


@pytest.mark.slow
def test_a_statement_at_once_that_is_refused_spoils_no_later_one(real_database: Database) -> None:
    with pytest.raises(sa.exc.SQLAlchemyError) as refused:
        real_database.at_once("select 1 / %(divisor)s", {"divisor": 0})

    assert refused.value.params is None
    assert real_database.at_once("select 6 / %(divisor)s as found", {"divisor": 2})[0].found == 3


@pytest.mark.slow
def test_a_statement_at_once_stands_when_it_returns(
    real_database: Database, real_cast: world.Cast
) -> None:
    given = {"phone": "010-55550199", "id": real_cast.hospital.id}
    statement = "update hospital set phone = %(phone)s where id = %(id)s returning phone"

    [changed] = real_database.at_once(statement, given)

    with real_database.transaction() as session:
        assert session.get_one(Hospital, real_cast.hospital.id).phone == changed.phone


def test_what_a_row_did_not_tell_raises_instead_of_looking_empty() -> None:
    hospital = as_read(Hospital, {"id": "hos_1", "name": "一院"})

    assert hospital.name == "一院"
    with pytest.raises(orm.exc.DetachedInstanceError):
        _ = hospital.phone
