"""A roster is imported: all of it with its consents and traces, or nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
import sqlalchemy as sa

from accounts.actions import set_phone
from accounts.models import AuditRow, Consent, Family, Person, Purpose, WechatIdentity
from accounts.notices import notice
from core.clock import beijing_date
from core.errors import Forbidden, Refusal
from handbook.models import Pregnancy
from handbook.queries import datings_of, events_of
from handbook.roster.actions import import_roster
from handbook.roster.errors import RosterOutdated
from handbook.roster.queries import known_rows
from handbook.roster.rules import read_roster
from tests import world
from tests.handbook.rosters import csv_of, row

TODAY = beijing_date(world.NOW)


@pytest.fixture
def rows():
    return read_roster(
        csv_of(
            row(opened="2026-04-20", remark="高龄"),
            row(name="李芳", phone="13800002222", first="", due="2026-12-20"),
        ),
        today=TODAY,
    ).rows


@pytest.fixture
def imported(session, cast, rows):
    return import_roster(session, staff=cast.care_worker, rows=rows, now=world.NOW)


def count(session, table):
    session.flush()
    return session.scalar(sa.select(sa.func.count()).select_from(table))


def test_every_row_becomes_a_handbook_of_a_family_of_its_own(session, cast, imported):
    people = [session.get_one(Person, each.person_id) for each in imported]

    assert [(one.name, one.phone) for one in people] == [
        ("王小梅", "13800001111"), ("李芳", "13800002222"),
    ]  # fmt: skip
    assert len({one.family_id for one in people}) == 2
    assert {each.hospital_id for each in imported} == {cast.hospital.id}
    assert [each.due_day for each in imported] == [date(2026, 12, 14), date(2026, 12, 20)]
    assert [datings_of(session, pregnancy_id=each.id)[0].source for each in imported] == [
        "last_period", "due_date",
    ]  # fmt: skip


def test_nobody_has_a_wechat_identity_yet(session, imported):
    ids = [each.person_id for each in imported]

    assert not session.scalars(
        sa.select(WechatIdentity).where(WechatIdentity.person_id.in_(ids))
    ).all()


def test_her_consent_is_one_on_paper_that_staff_vouch_for(session, cast, imported):
    consents = session.scalars(
        sa.select(Consent).where(Consent.person_id == imported[0].person_id)
    ).all()

    assert [(one.purpose, one.channel, one.notice_version) for one in consents] == [
        (Purpose.HANDBOOK, "paper", notice(Purpose.HANDBOOK).version)
    ]
    assert cast.care_worker.id in consents[0].proof


def test_every_family_leaves_its_traces_under_the_name_of_the_staff(session, cast, imported):
    session.flush()
    found = session.scalars(sa.select(AuditRow).where(AuditRow.act == "import_family")).all()
    agreed = session.scalars(
        sa.select(AuditRow).where(
            AuditRow.act == "give_consent:handbook", AuditRow.actor_id == cast.care_worker.id
        )
    ).all()

    assert [one.subject_id for one in found] == [each.family_id for each in imported]
    assert {one.actor_id for one in found} == {cast.care_worker.id}
    assert len(agreed) == 2


def test_the_first_event_keeps_what_the_paper_said(session, imported):
    session.expire_all()
    notes = [events_of(session, pregnancy_id=each.id)[0].note for each in imported]

    assert notes == [
        "导入自名册第 2 行；原建册日期 2026年4月20日；备注：高龄", "导入自名册第 3 行",
    ]  # fmt: skip


def test_the_same_roster_twice_is_known_and_refused(session, cast, rows, imported):
    families = count(session, Family)
    known = known_rows(session, hospital_id=cast.hospital.id, rows=rows)

    assert [(each.row.number, each.is_pregnant) for each in known] == [(2, True), (3, True)]
    assert [each.family_id for each in known] == [each.family_id for each in imported]
    with pytest.raises(RosterOutdated):
        import_roster(session, staff=cast.care_worker, rows=rows, now=world.NOW)
    assert count(session, Family) == families


def test_one_known_number_keeps_everybody_out(session, cast, rows):
    mei = session.get_one(Person, cast.newcomer.id)
    set_phone(session, person=mei, phone="+86 138 0000 2222", now=world.NOW)
    session.flush()

    with pytest.raises(RosterOutdated):
        import_roster(session, staff=cast.care_worker, rows=rows, now=world.NOW)

    assert count(session, Pregnancy) == 0
    (known,) = known_rows(session, hospital_id=cast.hospital.id, rows=rows)
    assert (known.family_id, known.is_pregnant) == (cast.newcomer.family_id, False)


def test_another_hospital_knows_nobody_of_ours(session, cast, rows, imported):
    assert known_rows(session, hospital_id=cast.other_hospital.id, rows=rows) == []


@pytest.mark.parametrize("role", ["clerk", "clinician", "author", "reviewer", "manager"])
def test_only_care_workers_import(session, cast, rows, role):
    with pytest.raises(Forbidden):
        import_roster(session, staff=getattr(cast, role), rows=rows, now=world.NOW)


@pytest.mark.slow
def test_of_two_racing_imports_one_does_it(real_database, real_cast, rows):
    together = Barrier(2)

    def run(_):
        try:
            with real_database.transaction() as session:
                together.wait()
                return len(
                    import_roster(session, staff=real_cast.care_worker, rows=rows, now=world.NOW)
                )
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(run, range(2)))

    with real_database.transaction() as session:
        assert count(session, Pregnancy) == 2
    assert sorted(map(str, done)) == ["2", "handbook.roster_outdated"]
