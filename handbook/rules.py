"""The life of a pregnancy: which state may follow which."""

from collections.abc import Mapping

NEXT: Mapping[str, frozenset[str]] = {
    "ongoing": frozenset({"delivered", "ended"}),
    "delivered": frozenset({"ended"}),
    "ended": frozenset(),
}
"""From state to the states that may follow; the values are those of `models.PregnancyState`."""

LOSSES_AFTER_BIRTH = frozenset({"stillbirth", "neonatal_death"})
"""What may still have to be recorded when the birth already is."""


def may_be_lost(*, state: str, loss: str) -> bool:
    """Say whether a pregnancy in this state can end by this loss."""
    return "ended" in NEXT[state] and (state == "ongoing" or loss in LOSSES_AFTER_BIRTH)
