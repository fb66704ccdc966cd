"""What this room keeps of a person, to be told to her."""

import sqlalchemy as sa

from accounts.models import (
    AuditRow,
    Consent,
    Person,
    SignIn,
    SubjectKind,
    WechatIdentity,
)
from core.copies import Copy


def copies(person: Person) -> list[Copy]:
    """Return what is kept of her here; also when staff looked at her or her family."""
    hers = sa.or_(
        sa.and_(AuditRow.subject_kind == "person", AuditRow.subject_id == person.id),
        sa.and_(AuditRow.subject_kind == "family", AuditRow.subject_id == person.family_id),
    )
    return [
        Copy(
            "person",
            sa.select(
                Person.id, Person.name, Person.phone, Person.role, Person.created_at
            ).where(Person.id == person.id),
        ),
        Copy(
            "wechat_identity",
            sa.select(
                WechatIdentity.appid, WechatIdentity.openid, WechatIdentity.unionid,
                WechatIdentity.followed_at, WechatIdentity.unfollowed_at,
            )
            .where(WechatIdentity.person_id == person.id)
            .order_by(WechatIdentity.id),
        ),
        Copy(
            "consent",
            sa.select(
                Consent.purpose, Consent.notice_version, Consent.notice_hash, Consent.channel,
                Consent.given_at, Consent.withdrawn_at,
            )
            .where(Consent.person_id == person.id)
            .order_by(Consent.given_at),
        ),
        Copy(
            "sign_in",
            sa.select(SignIn.signed_in_at, SignIn.seen_at, SignIn.expires_at)
            .where(SignIn.subject_kind == SubjectKind.PERSON, SignIn.subject_id == person.id)
            .order_by(SignIn.signed_in_at),
        ),
        Copy(
            "audit",
            sa.select(AuditRow.act, AuditRow.at)
            .where(hers, AuditRow.actor_kind == SubjectKind.STAFF, AuditRow.act.startswith("read_"))
            .order_by(AuditRow.number),
        ),
    ]  # fmt: skip
