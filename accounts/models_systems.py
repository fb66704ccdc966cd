"""Table of a hospital's own systems that may ask the house."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class HospitalSystem(Base):
    """A system of a hospital, such as its HIS; only the digest of its token is kept."""

    __tablename__ = "hospital_system"
    __table_args__ = (
        sa.Index(
            "uq_hospital_system_live", "hospital_id", "name", unique=True,
            postgresql_where=sa.text("revoked_at is null"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    name: Mapped[str]
    token_digest: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
