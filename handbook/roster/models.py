"""Tables of how a mother of a roster, known on paper, becomes the one who writes from WeChat."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class ClaimState(StrEnum):
    """What became of a claim (认领)."""

    WAITING = "waiting"
    LINKED = "linked"
    DECLINED = "declined"


class HandbookClaim(Base):
    """That somebody on WeChat says a handbook made from a roster is hers.

    WeChat vouches that the handbook's phone number is hers, she typed the name it was made with,
    and staff answer: a number alone proves nothing, for numbers change hands. `person_id` is no
    foreign key: once linked she is the one whose handbook she claimed.
    """

    __tablename__ = "handbook_claim"
    __table_args__ = (
        sa.Index(
            "uq_handbook_claim_waiting", "person_id", unique=True,
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index(
            "ix_handbook_claim_waiting", "hospital_id", "id",
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.CheckConstraint(
            "(answered_at is null) = (answered_by is null)"
            " and (state = 'waiting') = (answered_at is null)",
            name="answered_whole",
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    person_id: Mapped[str]
    claimed_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    state: Mapped[ClaimState]
    made_at: Mapped[datetime]
    answered_by: Mapped[str | None] = mapped_column(sa.ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]


class LinkCode(Base):
    """A code that she shows to staff who see her; only its digest is kept, for some minutes.

    `person_id` is no foreign key, as with a claim.
    """

    __tablename__ = "link_code"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    digest: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
