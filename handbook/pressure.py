"""Blood pressure in pregnancy: which readings staff must see at once."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.errors import PressureImplausible
from handbook.reading import STRICT, Words, read
from handbook.rows import Mark


@dataclass(frozen=True)
class Flag:
    """What staff are shown when either figure is reached (mmHg)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    name: Words
    systolic: int
    diastolic: int


@dataclass(frozen=True)
class Reach:
    """What a cuff can show, both ends included (mmHg)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    least: int
    most: int


@dataclass(frozen=True)
class Plausible:
    """What a cuff can show of each figure."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    mark: Mark
    source: Words
    systolic: Reach
    diastolic: Reach


@dataclass(frozen=True)
class PressureNumbers:
    """The flags, the gravest first, with their source."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    title: Words
    mark: Mark
    source: Words
    flags: tuple[Flag, ...]
    plausible: Plausible


PRESSURE = read(Path(__file__).parent / "pressure.yaml", PressureNumbers)


def flag(*, systolic: int, diastolic: int) -> Flag | None:
    """Return the gravest flag that a reading reaches, None if it reaches none. For staff only.

    Raises:
        PressureImplausible: no cuff shows this, or the figures stand the wrong way round.
    """
    upper, lower = PRESSURE.plausible.systolic, PRESSURE.plausible.diastolic
    is_upper_possible = upper.least <= systolic <= upper.most
    is_lower_possible = lower.least <= diastolic <= lower.most
    if not (is_upper_possible and is_lower_possible and diastolic < systolic):
        raise PressureImplausible
    for each in PRESSURE.flags:
        if systolic >= each.systolic or diastolic >= each.diastolic:
            return each
    return None
