"""The two files of a pack: its head, sealed by us, goes out and comes back; the acts come back.

The seal proves which clinic, day and limit a file is of. Whoever holds the file could write acts
into it: the member of staff who hands it in answers for them.
"""

import hmac
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from booking.errors import PackForged, PackUnreadable
from booking.models_pack import Pack, PackAct
from core.crypto import ring

KIND = "yunyu.pack-result.1"
LARGEST_BYTES = 1_000_000
MOST_ACTS = 2_000
"""A clinic's day has some hundred visits of four acts."""

LONGEST_NAME = 30


class Head(BaseModel):
    """What pack this is of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pack: Annotated[str, Field(max_length=40)]
    clinic: Annotated[str, Field(max_length=40)]
    day: Annotated[str, Field(max_length=10)]
    merge_until: Annotated[str, Field(max_length=40)]
    seal: Annotated[str, Field(max_length=64)]

    @classmethod
    def of(cls, pack: Pack) -> Self:
        """Return the head of a pack, sealed."""
        day, until = pack.day.isoformat(), pack.merge_until.isoformat()
        return cls(
            pack=pack.id, clinic=pack.clinic_id, day=day, merge_until=until,
            seal=_seal(pack.id, pack.clinic_id, day, until),
        )  # fmt: skip

    def check(self) -> None:
        """Pass if we sealed this head.

        Raises:
            PackForged: we did not, or it was changed.
        """
        if not hmac.compare_digest(
            _seal(self.pack, self.clinic, self.day, self.merge_until).encode(), self.seal.encode()
        ):
            raise PackForged


class Act(BaseModel):
    """One act: of which visit, what, when by that machine's clock; `name` only of a walk-in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    visit: Annotated[str, Field(max_length=40)]
    act: PackAct
    at: AwareDatetime
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)] | None = None


class Result(BaseModel):
    """What was done without a network."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["yunyu.pack-result.1"]
    head: Head
    acts: Annotated[list[Act], Field(max_length=MOST_ACTS)]

    def in_order(self, *, now: datetime) -> list[Act]:
        """Return the acts by their time; a clock that goes ahead of ours is taken back to `now`."""
        timely = [one.model_copy(update={"at": min(one.at, now)}) for one in self.acts]
        return sorted(timely, key=lambda one: one.at)


def read_result(content: bytes) -> Result:
    """Return a result file, its seal proven.

    Raises:
        PackUnreadable: it is no such file, or too large.
        PackForged: its head was not sealed by us.
    """
    if len(content) > LARGEST_BYTES:
        raise PackUnreadable
    try:
        result = Result.model_validate_json(content)
    except ValidationError as unreadable:
        raise PackUnreadable from unreadable
    result.head.check()
    return result


def _seal(*parts: str) -> str:
    return ring().blind("/".join(parts), column="pack.head")
