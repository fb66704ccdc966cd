"""Claim, hand over, write down: in three steps, with no transaction open in between."""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby, zip_longest

from core.house import House
from scheduler import actions
from scheduler.channels.outlets import Outlets
from scheduler.channels.posting import REFUSALS, Parcel, Post, hand_over

log = logging.getLogger(__name__)

BATCH = 100
"""People claimed at once: few, so that little time lies between the truth and the sending."""

FRESH_SECONDS = 20
"""A truth older than this is not spoken: behind a slow platform the rest of a batch goes back, and
is asked again."""

THREADS = 8
"""Letters handed over at the same time, never two to one person (43108)."""


def send(house: House, post: Post, outlets: Outlets) -> int:
    """Hand over what is due until nothing is left or time is up; say how many letters went."""
    begun, handed = time.monotonic(), 0
    while True:
        with house.database.transaction() as session:
            letters = actions.claim(session, outlets=outlets, limit=BATCH, now=house.clock.now())
        if not letters:
            return handed
        outcomes = _handed(post, letters, begun=begun)
        with house.database.transaction() as session:
            actions.record(session, outcomes, now=house.clock.now())
        handed += sum(not one.is_untried for one in outcomes)
        if any(one.is_untried for one in outcomes) or time.monotonic() - begun > FRESH_SECONDS:
            return handed


def _handed(
    post: Post, letters: Sequence[actions.Letter], *, begun: float
) -> list[actions.Outcome]:
    """Hand letters over, each person's one after another.

    One that fails on a defect of ours has no outcome: it stays claimed until its lease ends, and
    keeps no other waiting.
    """
    outcomes = []
    with ThreadPoolExecutor(THREADS) as threads:
        for turn in _turns(letters):
            told = [(one, threads.submit(_outcome, post, one, begun=begun)) for one in turn]
            outcomes += [done.result() for one, done in told if not _is_defect(one, done)]
    return outcomes


def _turns(letters: Sequence[actions.Letter]) -> list[list[actions.Letter]]:
    """Return everybody's first letter, then everybody's second, and so on."""
    people = [list(hers) for _, hers in groupby(letters, key=lambda one: one.person_id)]
    return [
        [one for one in turn if one is not None] for turn in zip_longest(*people, fillvalue=None)
    ]


def _is_defect(letter: actions.Letter, done: Future[actions.Outcome]) -> bool:
    """Say whether a letter failed on something nobody foresaw, and log it."""
    defect = done.exception()
    if defect is not None:
        log.error("letter not handed over", exc_info=defect, extra={"letter": letter.letter_id})
    return defect is not None


def _outcome(post: Post, letter: actions.Letter, *, begun: float) -> actions.Outcome:
    """Hand one letter over, unless its truth is too old by now."""
    if time.monotonic() - begun > FRESH_SECONDS:
        return actions.Outcome(letter, is_untried=True)
    parcel = Parcel(
        letter_id=letter.letter_id, channel=letter.channel, openid=letter.openid,
        template_id=letter.template_id, values=letter.values, text=letter.text, page=letter.page,
        phone=letter.phone, about=letter.subject_id,
    )  # fmt: skip
    try:
        sent = hand_over(post, parcel)
    except REFUSALS as refused:
        return actions.Outcome(letter, code=refused.code, is_uncertain=refused.uncertain)
    return actions.Outcome(letter, msg_id=sent.msg_id)
