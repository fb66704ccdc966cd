"""What a single consent is spent on: this letter, or one to come that matters more; pure.

A consent for one message is scarce: she gives it at a natural moment, when she taps. Whoever spends
it on the first letter that comes has none left for the one that cannot be made up.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.models import Channel
from scheduler.policy import Worth
from scheduler.speech.documents import Rule

SAVED = "saved"
"""Why a letter waits, or is told by a person: the consent is kept for another one."""

About = tuple[str, str]


@dataclass(frozen=True)
class Need:
    """A letter that a consent could carry: when, what its arriving is worth, by which channels.

    `about` is the item of care, or the appointment, it speaks of. Who was told of a thing acts on
    it: what is to be said of the same thing later is no reason to be silent now.
    """

    due_at: datetime
    worth: float
    routes: Collection[Channel]
    about: frozenset[About] = frozenset()


@dataclass(frozen=True)
class Purse:
    """This letter, those to come until she will be asked again, and how they are weighed."""

    letter: Need
    coming: Sequence[Need]
    weights: Worth


def need_of(
    rule: Rule, *, subject_id: str, item_key: str | None, is_final: bool, due_at: datetime,
    weights: Worth,
) -> Need:  # fmt: skip
    """Return what a reason to speak is worth, whether or not it will still be true."""
    times = weights.final_times if is_final else 1
    return Need(
        due_at=due_at, worth=weights.worth[rule.urgency] * times, routes=rule.routes,
        about=frozenset({(subject_id, item_key or "")}),
    )  # fmt: skip


def together(needs: Sequence[Need]) -> Need:
    """Return one letter that carries several reasons: it is worth what they are worth together."""
    return replace(
        needs[0],
        worth=sum(one.worth for one in needs),
        about=frozenset().union(*(one.about for one in needs)),
    )


def kept_until(
    purse: Purse, *, consents: int, free: Collection[Channel], now: datetime
) -> datetime | None:
    """Return until when the consents are kept from this letter, or None if one is spent on it.

    With so many consents as many of the dearest letters to come are carried; spent now, the least
    of these goes without. That one must be worth more than this letter, each less what a way that
    costs nothing (`free`) would bring anyway; whether she will have written to us then (the way of
    customer service) nobody knows. Nothing is kept longer than the hospital lets a
    letter wait: a moment that has passed says that this one goes without.
    """
    weights = purse.weights
    hers = _gain(purse.letter, free, weights)
    lasting = [channel for channel in free if channel is not Channel.CUSTOMER]
    others = sorted(
        (
            (_gain(one, lasting, weights) * weights.still_needed_percent / 100, one)
            for one in purse.coming
            if one.due_at > now and not one.about & purse.letter.about
        ),
        key=lambda pair: -pair[0],
    )
    if len(others) < consents or others[consents - 1][0] <= hers:
        return None
    longest = purse.letter.due_at + timedelta(days=weights.kept_days)
    return min(others[consents - 1][1].due_at, longest)


def _gain(one: Need, free: Collection[Channel], weights: Worth) -> float:
    """Return what a consent adds: all of it where no other way is open."""
    is_carried = any(channel in one.routes for channel in free)
    return one.worth * (100 - weights.other_way_percent if is_carried else 100) / 100
