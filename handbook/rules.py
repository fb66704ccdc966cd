"""The lives of pregnancies, datings and children: which state may follow which."""

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


NEXT_DATING: Mapping[str, frozenset[str]] = {
    "noted": frozenset({"accepted", "declined"}),
    "proposed": frozenset({"accepted", "declined"}),
    "accepted": frozenset({"replaced"}),
    "declined": frozenset(),
    "replaced": frozenset(),
}
"""From state to the states that may follow; the values are those of `models.DatingState`."""

NEXT_CHILD: Mapping[str, frozenset[str]] = {
    "living": frozenset({"moved_away", "died"}),
    "moved_away": frozenset({"living", "died"}),
    "died": frozenset(),
}
"""From state to the states that may follow; the values are those of `models_lives.ChildState`."""


def may_become(*, state: str, new_state: str) -> bool:
    """Say whether a child's life may take this step."""
    return new_state in NEXT_CHILD[state]


def may_answer(*, state: str) -> bool:
    """Say whether a dating still waits for an answer."""
    return "accepted" in NEXT_DATING[state]
