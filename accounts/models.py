"""Tables of hospitals, families, people, staff, sign-ins, consent and audit."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Sealed


class PersonRole(StrEnum):
    """What a person is in her family."""

    MOTHER = "mother"
    CAREGIVER = "caregiver"


class Purpose(StrEnum):
    """What consent is given for, each on its own (个人信息保护法 art. 14, 29)."""

    HANDBOOK = "handbook"
    CHILD_RECORD = "child_record"
    MESSAGES = "messages"
    SHARING = "sharing"


class Role(StrEnum):
    """What a member of staff is there for."""

    AUTHOR = "author"
    REVIEWER = "reviewer"
    CLERK = "clerk"
    CARE_WORKER = "care_worker"
    MANAGER = "manager"
    CLINICIAN = "clinician"


class SubjectKind(StrEnum):
    """Who a sign-in belongs to, and who acted in an audit row."""

    PERSON = "person"
    STAFF = "staff"
    PROGRAM = "program"


class Hospital(Base):
    """A hospital (医院); `oa_appid` says which Official Account speaks for it."""

    __tablename__ = "hospital"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str]
    emergency_phone: Mapped[str]
    address: Mapped[str]
    oa_appid: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class Family(Base):
    """A family (家庭): the owner of every record below it."""

    __tablename__ = "family"

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    created_at: Mapped[datetime]


class Person(Base):
    """A mother or caregiver; `phone_mark` is the blind index of the phone number.

    From `closed_at` on she has no account any more: nothing leads from WeChat to her, and what is
    left is what the hospital must keep. `number` is a small integer key for exclusion constraints,
    which need ranges of integers.
    """

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), unique=True)
    family_id: Mapped[str] = mapped_column(sa.ForeignKey("family.id"), index=True)
    role: Mapped[PersonRole]
    name: Mapped[str | None] = mapped_column(Sealed("person.name"))
    phone: Mapped[str | None] = mapped_column(Sealed("person.phone"))
    phone_mark: Mapped[str | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class WechatIdentity(Base):
    """One person's openid in one WeChat account (OA or mini-program)."""

    __tablename__ = "wechat_identity"
    __table_args__ = (sa.UniqueConstraint("appid", "openid"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    appid: Mapped[str]
    openid: Mapped[str]
    unionid: Mapped[str | None] = mapped_column(index=True)
    followed_at: Mapped[datetime | None]
    unfollowed_at: Mapped[datetime | None]


class DoubledState(StrEnum):
    """What came of two persons who are one."""

    SEEN = "seen"
    UNITED = "united"
    FOR_STAFF = "for_staff"
    SETTLED = "settled"


class Doubled(Base):
    """Two persons who are one woman, as the platform's unionid shows; `first_id` is the older.

    One of them may be gone, so these are no foreign keys.
    """

    __tablename__ = "doubled"
    __table_args__ = (
        sa.UniqueConstraint("first_id", "second_id"),
        sa.Index(
            "ix_doubled_open", "hospital_id", "id",
            postgresql_where=sa.text("state in ('seen', 'for_staff')"),
        ),
        sa.CheckConstraint(
            "(state = 'settled') = (settled_by is not null)", name="settled_by_somebody"
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    first_id: Mapped[str]
    second_id: Mapped[str]
    state: Mapped[DoubledState]
    seen_at: Mapped[datetime]
    settled_by: Mapped[str | None] = mapped_column(sa.ForeignKey("staff.id"))
    settled_at: Mapped[datetime | None]

    @property
    def both(self) -> tuple[str, str]:
        """Return the ids of the two, the older first."""
        return self.first_id, self.second_id


class Staff(Base):
    """A member of staff (医务人员)."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    title: Mapped[str]
    roles: Mapped[list[Any]]
    password_hash: Mapped[str]
    failed_sign_ins: Mapped[int] = mapped_column(server_default="0")
    last_failed_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(server_default=sa.true())
    created_at: Mapped[datetime]


class SignIn(Base):
    """A live sign-in; only the digest of its token is kept."""

    __tablename__ = "sign_in"

    token_digest: Mapped[str] = mapped_column(primary_key=True)
    subject_kind: Mapped[SubjectKind]
    subject_id: Mapped[str] = mapped_column(index=True)
    signed_in_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Consent(Base):
    """One consent: who, for what, to which words, when, and how it was proven."""

    __tablename__ = "consent"
    __table_args__ = (
        sa.Index(
            "uq_consent_live", "person_id", "purpose", unique=True,
            postgresql_where=sa.text("withdrawn_at is null"),
        ),
        sa.Index(
            "ix_consent_given_at", "given_at", postgresql_where=sa.text("withdrawn_at is null")
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    purpose: Mapped[Purpose]
    notice_version: Mapped[str]
    notice_hash: Mapped[str]
    channel: Mapped[str]
    proof: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class AuditRow(Base):
    """Who did what to what, when; written in the transaction of the act, never changed."""

    __tablename__ = "audit"
    __table_args__ = (sa.Index("ix_audit_subject", "subject_kind", "subject_id"),)

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    hospital_id: Mapped[str | None]
    actor_kind: Mapped[SubjectKind]
    actor_id: Mapped[str]
    act: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    request: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
