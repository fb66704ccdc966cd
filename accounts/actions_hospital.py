"""What can be done for a hospital: it enters the house, its staff join and change."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.audit import PROGRAM, record
from accounts.errors import HospitalKnown, UsernameTaken, WeakPassword
from accounts.models import Hospital, Role, SignIn, Staff, SubjectKind
from accounts.rules import is_strong
from accounts.sign_in import hasher
from core.db import Session, claim
from core.ids import new_id


@dataclass(frozen=True)
class HospitalCard:
    """What a hospital is called and where it is reached; families are shown all of it."""

    name: str
    phone: str
    emergency_phone: str
    address: str


@dataclass(frozen=True)
class StaffCard:
    """Who a new member of staff is and what for."""

    username: str
    name: str
    title: str
    roles: tuple[Role, ...]


def add_hospital(session: Session, *, card: HospitalCard, oa_appid: str, now: datetime) -> Hospital:
    """Enter a hospital with the Official Account that speaks for it.

    Raises:
        HospitalKnown: this account speaks for a hospital already.
    """
    hospital_id = new_id("hos", now=now)
    is_new = claim(
        session,
        postgresql.insert(Hospital)
        .values(
            id=hospital_id, name=card.name, phone=card.phone,
            emergency_phone=card.emergency_phone, address=card.address, oa_appid=oa_appid,
            created_at=now,
        )
        .on_conflict_do_nothing(),
    )  # fmt: skip
    if not is_new:
        raise HospitalKnown
    _by_program(session, "add_hospital", "hospital", hospital_id, hospital_id, now=now)
    return session.get_one(Hospital, hospital_id)


def change_hospital(
    session: Session, *, hospital: Hospital, card: HospitalCard, now: datetime
) -> None:
    """Change what a hospital is called and where it is reached; it is said so from then on."""
    hospital.name, hospital.address = card.name, card.address
    hospital.phone, hospital.emergency_phone = card.phone, card.emergency_phone
    _by_program(session, "change_hospital", "hospital", hospital.id, hospital.id, now=now)


def add_staff(
    session: Session, *, hospital_id: str, card: StaffCard, password: str, now: datetime
) -> Staff:
    """Add a member of staff.

    Raises:
        WeakPassword: the password does not meet the policy.
        UsernameTaken: somebody signs in by this name.
    """
    if not is_strong(password):
        raise WeakPassword
    if session.scalar(sa.select(Staff.id).where(Staff.username == card.username)) is not None:
        raise UsernameTaken
    staff = Staff(
        id=new_id("stf", now=now), hospital_id=hospital_id, username=card.username,
        name=card.name, title=card.title, roles=[role.value for role in card.roles],
        password_hash=hasher.hash(password), created_at=now, failed_sign_ins=0, is_active=True,
    )  # fmt: skip
    session.add(staff)
    session.flush()
    _by_program(session, "add_staff", "staff", staff.id, hospital_id, now=now)
    return staff


def set_password(session: Session, *, staff: Staff, password: str, now: datetime) -> None:
    """Give a member of staff another password: all her sign-ins end, and so does a lock.

    Raises:
        WeakPassword: the password does not meet the policy.
    """
    if not is_strong(password):
        raise WeakPassword
    staff.password_hash = hasher.hash(password)
    staff.failed_sign_ins, staff.last_failed_at = 0, None
    session.execute(
        sa.delete(SignIn).where(
            SignIn.subject_kind == SubjectKind.STAFF, SignIn.subject_id == staff.id
        )
    )
    _by_program(session, "set_password", "staff", staff.id, staff.hospital_id, now=now)


def set_roles(session: Session, *, staff: Staff, roles: Collection[Role], now: datetime) -> None:
    """Give a member of staff these roles instead of those she had; with none she may do nothing.

    They count from her next page on.
    """
    before, after = ",".join(staff.roles), ",".join(sorted(roles))
    staff.roles = sorted(role.value for role in roles)
    _by_program(
        session, f"set_roles:{before}>{after}", "staff", staff.id, staff.hospital_id, now=now
    )


def _by_program(
    session: Session, act: str, kind: str, subject_id: str, hospital_id: str, *, now: datetime
) -> None:
    record(
        session, actor=PROGRAM, act=act, subject_kind=kind, subject_id=subject_id,
        hospital_id=hospital_id, now=now,
    )  # fmt: skip
