"""Table of what the nightly proof of the appointment desk found."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Proof(Base):
    """One night: counters set right, and what was still not as it must be afterwards.

    `repaired` and `faults` list ids and figures only, the first `booking.check.MOST_TOLD` of each.
    """

    __tablename__ = "booking_proof"

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    proved_at: Mapped[datetime]
    repaired_count: Mapped[int]
    fault_count: Mapped[int]
    repaired: Mapped[list[Any]]
    faults: Mapped[list[Any]]
