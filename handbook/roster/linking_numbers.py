"""The numbers behind handing over a handbook, read from `linking.yaml`."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.numbers import Number
from handbook.care.reading import STRICT, read


@dataclass(frozen=True)
class LinkingNumbers:
    """All of them; the unit stands in each name."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    most_tries_a_day: Number
    code_digits: Number
    code_minutes: Number


LINKING = read(Path(__file__).parent / "linking.yaml", LinkingNumbers)
