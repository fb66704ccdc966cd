"""The five colours, and which of them may be seen by whom.

Purple (an infectious disease) stands beside a general colour. What is not sealed knows only the
general one, so that nothing can be read off what is missing.
"""

from collections.abc import Collection
from enum import StrEnum


class Colour(StrEnum):
    """The colours of the national norm, the lowest general risk first."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    PURPLE = "purple"


GENERAL = (Colour.GREEN, Colour.YELLOW, Colour.ORANGE, Colour.RED)
"""The general colours in order; of several the highest counts."""


def rank(colour: Colour) -> int:
    """Return how high a general colour stands.

    Raises:
        ValueError: purple stands beside the others, not among them.
    """
    return GENERAL.index(colour)


def general(colours: Collection[Colour]) -> Colour:
    """Return the highest general colour; green if purple stands alone."""
    return max((each for each in colours if each in GENERAL), key=rank, default=Colour.GREEN)


def shown(colours: Collection[Colour]) -> tuple[Colour, ...]:
    """Return the label on the handbook: the highest, and purple beside it or alone."""
    highest = general(colours)
    if Colour.PURPLE not in colours:
        return (highest,)
    return (Colour.PURPLE,) if highest is Colour.GREEN else (highest, Colour.PURPLE)
