"""How often each tick beats, and from when one that says nothing is stuck."""

from collections.abc import Mapping
from datetime import timedelta

EVERY: Mapping[str, timedelta] = {
    "answer": timedelta(seconds=1),
    "send": timedelta(seconds=2),
    "plan": timedelta(seconds=5),
    "holds": timedelta(seconds=5),
    "acquaint": timedelta(seconds=10),
    "unite": timedelta(seconds=10),
    "draws": timedelta(seconds=10),
    "reserves": timedelta(seconds=30),
    "articles": timedelta(seconds=30),
    "lists": timedelta(seconds=60),
    "follow": timedelta(seconds=60),
    "erase": timedelta(seconds=60),
    "slots": timedelta(seconds=600),
    "protect": timedelta(seconds=600),
    "no_shows": timedelta(seconds=600),
    "nightly": timedelta(seconds=600),
    "readings": timedelta(seconds=600),
}
"""Every tick of the house, the quickest first; docs/why/ticks.md says what each does."""

MISSED = 5
"""A tick that did not finish for so many of its intervals is stuck ..."""

PATIENCE = timedelta(minutes=1)
"""... but none before this."""

NIGHT_HOUR = 3
"""From this hour on, once a day, what is left to the night."""


def stuck_after(name: str) -> timedelta:
    """Return how long a tick may say nothing."""
    return max(MISSED * EVERY[name], PATIENCE)
