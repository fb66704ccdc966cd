"""Claim, hand over, write down: in three steps, with no transaction open in between."""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

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
    """Hand letters over, each person's one after another."""
    people = [list(hers) for _, hers in groupby(letters, key=lambda one: one.person_id)]
    if len(people) == 1:
        return _to_one(post, people[0], begun=begun)
    with ThreadPoolExecutor(THREADS) as threads:
        told = threads.map(lambda hers: _to_one(post, hers, begun=begun), people)
        return [outcome for each in told for outcome in each]


def _to_one(
    post: Post, letters: Sequence[actions.Letter], *, begun: float
) -> list[actions.Outcome]:
    outcomes = []
    for letter in letters:
        if time.monotonic() - begun > FRESH_SECONDS:
            outcomes.append(actions.Outcome(letter, is_untried=True))
            continue
        if (outcome := _outcome(post, letter)) is not None:
            outcomes.append(outcome)
    return outcomes


def _outcome(post: Post, letter: actions.Letter) -> actions.Outcome | None:
    """Hand one letter over; None after a defect of ours: it stays claimed until its lease ends."""
    parcel = Parcel(
        letter_id=letter.letter_id, channel=letter.channel, openid=letter.openid,
        template_id=letter.template_id, values=letter.values, text=letter.text, page=letter.page,
        phone=letter.phone, about=letter.subject_id,
    )  # fmt: skip
    try:
        sent = hand_over(post, parcel)
    except REFUSALS as refused:
        return actions.Outcome(letter, code=refused.code, is_uncertain=refused.uncertain)
    except Exception:
        log.exception("letter not handed over", extra={"letter": letter.letter_id})
        return None
    return actions.Outcome(letter, msg_id=sent.msg_id)
