"""Blood pressure in pregnancy: which readings staff must see at once."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.reading import STRICT, Words, read
from handbook.care.rows import Mark
from handbook.growth.errors import PressureImplausible
from handbook.ranges import Subject, check_measurement


@dataclass(frozen=True)
class Flag:
    """What staff are shown when either figure is reached (mmHg)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    name: Words
    systolic: int
    diastolic: int


@dataclass(frozen=True)
class PressureNumbers:
    """The flags, the gravest first, with their source."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    title: Words
    mark: Mark
    source: Words
    flags: tuple[Flag, ...]


PRESSURE = read(Path(__file__).parent / "pressure.yaml", PressureNumbers)


def flag(*, systolic: int, diastolic: int) -> Flag | None:
    """Return the gravest flag that a reading reaches, None if it reaches none. For staff only.

    Raises:
        MeasurementOutOfRange: no cuff shows this.
        PressureImplausible: the figures stand the wrong way round.
    """
    for kind, value in (("systolic", systolic), ("diastolic", diastolic)):
        check_measurement(kind=kind, subject=Subject.PREGNANCY, value=Decimal(value))
    if diastolic >= systolic:
        raise PressureImplausible
    for each in PRESSURE.flags:
        if systolic >= each.systolic or diastolic >= each.diastolic:
            return each
    return None
