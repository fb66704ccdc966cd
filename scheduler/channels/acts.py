"""What a refusal means for the letter and its channel: a table, read once."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from handbook.care.reading import read

TABLE = Path(__file__).parent / "acts.yaml"


class Act(StrEnum):
    """What we do about a no; `acts.yaml` says which."""

    RETRY = "retry"
    REST = "rest"
    OTHER_WAY = "other_way"
    MIDNIGHT = "midnight"
    ALARM = "alarm"


@cache
def acts() -> Mapping[str, Act]:
    """Return what to do by the code of a refusal.

    Raises:
        ValueError: the table does not fit.
    """
    return read(TABLE, dict[str, Act])


def act_on(code: str) -> Act:
    """Return what to do about a code; what nobody thought of is tried again."""
    return acts().get(code, Act.RETRY)
