"""A roster becomes families, people, their consent on paper, and handbooks: all of it, or none."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from accounts.actions import Proof, note_consent
from accounts.audit import record
from accounts.models import Family, Person, PersonRole, Purpose, Staff, SubjectKind
from accounts.queries import phone_mark
from accounts.rules import Act, Actor, check_may
from core.db import Session
from core.ids import new_id
from handbook.actions import open_pregnancy
from handbook.care.phrases import phrase, said_day
from handbook.models import Pregnancy, PregnancyEvent
from handbook.roster.errors import RosterOutdated
from handbook.roster.queries import known_rows
from handbook.roster.rows import Row

PAPER = "paper"


def import_roster(
    session: Session, *, staff: Staff, rows: Sequence[Row], now: datetime
) -> list[Pregnancy]:
    """Make a handbook for every row; the member of staff vouches that each agreed on paper.

    1. Let one roster of a hospital in at a time.
    2. Refuse all if anybody on it has come to the hospital since it was checked.
    3. Write families, people and consents.
    4. Open the handbooks, each with its dating, its event and its audit rows.

    Raises:
        Forbidden: the member of staff may not do this.
        RosterOutdated: a phone number of the roster is known already.
        NoSuchNotice: there is no notice for the handbook.
    """
    check_may(staff.roles, Act.IMPORT_ROSTER)
    _wait_turn(session, staff.hospital_id)
    if known_rows(session, hospital_id=staff.hospital_id, rows=rows):
        raise RosterOutdated
    people = _people(session, rows, hospital_id=staff.hospital_id, now=now)
    _agreed_on_paper(session, people, staff=staff, now=now)
    pairs = zip(rows, people, strict=True)
    return [_open(session, row, person, staff=staff, now=now) for row, person in pairs]


def _wait_turn(session: Session, hospital_id: str) -> None:
    session.execute(
        sa.text("select pg_advisory_xact_lock(hashtextextended(:what, 0))"),
        {"what": f"roster/{hospital_id}"},
    )


def _people(
    session: Session, rows: Sequence[Row], *, hospital_id: str, now: datetime
) -> list[Person]:
    """Make a family and a mother of each row; she has no WeChat identity yet."""
    families = [
        Family(id=new_id("fam", now=now), hospital_id=hospital_id, created_at=now) for _ in rows
    ]
    session.add_all(families)
    session.flush()
    people = [
        Person(
            id=new_id("per", now=now), family_id=family.id, role=PersonRole.MOTHER, name=row.name,
            phone=row.phone, phone_mark=phone_mark(row.phone), created_at=now,
        )
        for row, family in zip(rows, families, strict=True)
    ]  # fmt: skip
    session.add_all(people)
    session.flush()
    return people


def _agreed_on_paper(
    session: Session, people: Sequence[Person], *, staff: Staff, now: datetime
) -> None:
    """Write down that each agreed on paper, and who says so: it was no act of hers in a chat."""
    proof = Proof(
        PAPER, f"signed paper, seen by {staff.id}", Actor(SubjectKind.STAFF, staff.id),
        staff.hospital_id,
    )  # fmt: skip
    for person in people:
        note_consent(session, person=person, purpose=Purpose.HANDBOOK, proof=proof, now=now)


def _open(session: Session, row: Row, person: Person, *, staff: Staff, now: datetime) -> Pregnancy:
    actor = Actor(SubjectKind.STAFF, staff.id)
    pregnancy = open_pregnancy(session, person=person, reading=row.reading, actor=actor, now=now)
    session.execute(
        sa.update(PregnancyEvent)
        .where(PregnancyEvent.pregnancy_id == pregnancy.id)
        .values(note=_kept(row))
        .execution_options(synchronize_session=False)
    )
    _write_down(session, "import_family", ("family", person.family_id), staff=staff, now=now)
    return pregnancy


def _kept(row: Row) -> str:
    """Return what the first event of the handbook keeps of the roster."""
    said = [phrase("roster_kept", number=row.number)]
    if row.opened_day is not None:
        said.append(phrase("roster_kept_opened", day=said_day(row.opened_day)))
    if row.remark:
        said.append(phrase("roster_kept_remark", remark=row.remark))
    return "".join(said)


def _write_down(
    session: Session, act: str, subject: tuple[str, str], *, staff: Staff, now: datetime
) -> None:
    kind, subject_id = subject
    record(
        session, actor=Actor(SubjectKind.STAFF, staff.id), act=act, subject_kind=kind,
        subject_id=subject_id, hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip
