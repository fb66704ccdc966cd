"""Closing an account: nothing leads from WeChat to her any more, and nothing is sent."""

from datetime import datetime

import sqlalchemy as sa

from accounts.audit import record
from accounts.models import Consent, Person, SignIn, SubjectKind, WechatIdentity
from accounts.rules import Actor
from core.db import Session


def close_account(session: Session, *, person: Person, hospital_id: str, now: datetime) -> None:
    """Close her account; the rooms above erase what is theirs before.

    1. End her consents; that she once gave them stays as proof.
    2. Erase her identities and sign-ins.
    3. Write down that she left.

    Name and number stay: they name a medical record that must be kept. Where there is none,
    `forget_name` erases them.
    """
    session.execute(
        sa.update(Consent)
        .where(Consent.person_id == person.id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    session.execute(sa.delete(WechatIdentity).where(WechatIdentity.person_id == person.id))
    session.execute(
        sa.delete(SignIn).where(
            SignIn.subject_kind == SubjectKind.PERSON, SignIn.subject_id == person.id
        )
    )
    person.closed_at = now
    record(
        session, actor=Actor(SubjectKind.PERSON, person.id), act="close_account",
        subject_kind="person", subject_id=person.id, hospital_id=hospital_id, now=now,
    )  # fmt: skip


def forget_name(person: Person) -> None:
    """Erase a person's name and number."""
    person.name = person.phone = person.phone_mark = None
