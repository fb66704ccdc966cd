"""Consent: to these very words, one at a time, taken back at will, and always on record."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from accounts import notices, queries
from accounts.actions import give_consent, set_name, withdraw_consent
from accounts.errors import ConsentNeeded, NoSuchNotice, NoticeChanged
from accounts.models import AuditRow, Consent, Person, Purpose
from accounts.notices import notice
from core.db import Database, Session
from tests import world
from tests.races import at_once
from tests.world import NOW

LATER = NOW + timedelta(days=1)


def agree(
    session: Session, person: Person, *, version: str | None = None, now=NOW,
    purpose: Purpose = Purpose.CHILD_RECORD,
) -> None:  # fmt: skip
    given = version or notice(purpose).version
    give_consent(
        session, person=person, purpose=purpose, version=given, channel="chat", now=now
    )  # fmt: skip


def rows(session: Session, person: Person, purpose: Purpose = Purpose.CHILD_RECORD):
    of_person = sa.select(Consent).where(Consent.person_id == person.id)
    return session.scalars(of_person.where(Consent.purpose == purpose).order_by(Consent.id)).all()


def acts(session: Session, person: Person) -> list[str]:
    """Return what she did, oldest first."""
    session.flush()
    hers = sa.select(AuditRow.act).where(AuditRow.actor_id == person.id)
    return list(session.scalars(hers.order_by(AuditRow.number)))


def test_a_consent_holds_version_and_hash_of_what_she_read(
    session: Session, cast: world.Cast
) -> None:
    agree(session, cast.newcomer)

    (consent,) = rows(session, cast.newcomer)
    shown = notice(Purpose.CHILD_RECORD)
    assert (consent.notice_version, consent.notice_hash) == (shown.version, shown.hash)
    assert (consent.given_at, consent.withdrawn_at) == (NOW, None)
    assert (consent.channel, consent.proof) == ("chat", "her own act")


def test_words_that_are_no_longer_in_force_cannot_be_agreed_to(
    session: Session, cast: world.Cast
) -> None:
    with pytest.raises(NoticeChanged) as refused:
        agree(session, cast.newcomer, version="1999-01-01")

    assert refused.value.details == {"purpose": "child_record"}
    assert rows(session, cast.newcomer) == []


def test_agreeing_twice_is_agreeing_once(session: Session, cast: world.Cast) -> None:
    agree(session, cast.newcomer)
    agree(session, cast.newcomer, now=LATER)

    assert [consent.given_at for consent in rows(session, cast.newcomer)] == [NOW]
    assert acts(session, cast.newcomer) == ["give_consent:child_record"]


def test_agreeing_to_new_words_ends_the_consent_to_the_old(
    session: Session, cast: world.Cast
) -> None:
    agree(session, cast.newcomer)
    session.execute(sa.update(Consent).values(notice_hash="of older words"))

    agree(session, cast.newcomer, now=LATER)

    session.expire_all()
    old, new = rows(session, cast.newcomer)
    assert (old.notice_hash, old.withdrawn_at) == ("of older words", LATER)
    assert (new.notice_hash, new.withdrawn_at) == (notice(Purpose.CHILD_RECORD).hash, None)


def test_consent_is_taken_back_and_given_again(session: Session, cast: world.Cast) -> None:
    agree(session, cast.newcomer)
    withdraw_consent(session, person=cast.newcomer, purpose=Purpose.CHILD_RECORD, now=LATER)
    after_withdrawal = queries.consents_of(session, person_id=cast.newcomer.id)

    agree(session, cast.newcomer, now=LATER)

    assert after_withdrawal == {}
    assert len(rows(session, cast.newcomer)) == 2
    assert list(queries.consents_of(session, person_id=cast.newcomer.id)) == [Purpose.CHILD_RECORD]
    assert acts(session, cast.newcomer) == [
        "give_consent:child_record",
        "withdraw_consent:child_record",
        "give_consent:child_record",
    ]


def test_taking_back_what_was_not_given_leaves_no_trace(session: Session, cast: world.Cast) -> None:
    withdraw_consent(session, person=cast.newcomer, purpose=Purpose.SHARING, now=NOW)

    assert acts(session, cast.newcomer) == []


def test_one_purpose_taken_back_leaves_the_others(session: Session, cast: world.Cast) -> None:
    withdraw_consent(session, person=cast.mother, purpose=Purpose.MESSAGES, now=NOW)

    assert set(queries.consents_of(session, person_id=cast.mother.id)) == {Purpose.HANDBOOK}


def test_what_needs_consent_is_refused_without(session: Session, cast: world.Cast) -> None:
    queries.check_consent(session, person_id=cast.mother.id, purpose=Purpose.HANDBOOK)

    with pytest.raises(ConsentNeeded) as refused:
        queries.check_consent(session, person_id=cast.newcomer.id, purpose=Purpose.HANDBOOK)
    assert refused.value.details == {"purpose": "handbook"}


@pytest.mark.slow
def test_consents_at_once_leave_one_row(real_database: Database, real_cast: world.Cast) -> None:
    def consent(_: int) -> None:
        with real_database.transaction() as session:
            agree(session, real_cast.newcomer)

    at_once(consent, range(12))

    with real_database.transaction() as session:
        assert len(rows(session, real_cast.newcomer)) == 1
        assert acts(session, real_cast.newcomer) == ["give_consent:child_record"]


def test_an_act_that_is_rolled_back_leaves_no_audit_row(
    real_database: Database, real_cast: world.Cast
) -> None:
    def breaks() -> None:
        with real_database.transaction() as session:
            agree(session, real_cast.newcomer)
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        breaks()

    with real_database.transaction() as session:
        assert rows(session, real_cast.newcomer) == []
        assert acts(session, real_cast.newcomer) == []


def test_what_cannot_be_audited_does_not_happen(database: world.UndoneDatabase, cast) -> None:
    def agree_and_commit() -> None:
        with database.transaction() as session:
            agree(session, cast.newcomer)
            set_name(session, person=session.merge(cast.newcomer), name="梅", now=NOW)

    with database.transaction() as session:
        session.execute(sa.text("alter table audit add constraint no_more check (act = '')"
                                " not valid"))  # fmt: skip

    with pytest.raises(sa.exc.IntegrityError, match="no_more"):
        agree_and_commit()

    with database.transaction() as session:
        assert rows(session, cast.newcomer) == []
        assert session.get_one(Person, cast.newcomer.id).name is None


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_purpose_has_a_notice(purpose: Purpose) -> None:
    shown = notice(purpose)

    assert shown.purpose is purpose
    assert shown.title
    assert len(shown.text) > 20
    assert len(shown.hash) == 64


def test_the_newest_notice_is_in_force_and_without_one_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "FOLDER", tmp_path)
    older, newer = tmp_path / "sharing-2026-01-01.toml", tmp_path / "sharing-2026-02-01.toml"
    older.write_text('title = "旧"\ntext = "旧"\n', encoding="utf-8")
    newer.write_text('title = "新"\ntext = "新"\n', encoding="utf-8")

    found = notice.__wrapped__(Purpose.SHARING)

    assert (found.version, found.title) == ("2026-02-01", "新")
    with pytest.raises(NoSuchNotice):
        notice.__wrapped__(Purpose.MESSAGES)
