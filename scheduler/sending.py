"""Claim, hand over, write down: in three steps, with no transaction open in between."""

import logging
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby, zip_longest

from core.house import House
from scheduler import actions
from scheduler.channels.outlets import Outlets
from scheduler.channels.posting import REFUSALS, Parcel, Post, hand_over

log = logging.getLogger(__name__)

BATCH = 100
"""People claimed at once, first: few, so that little time lies between truth and sending."""

LARGEST_BATCHES = 4
"""Behind a platform that answers quickly more are claimed at once, up to so many times as many."""

QUICK_SECONDS = 0.5
"""A batch that was handed over within this time is followed by a larger one, else by a small."""

FRESH_SECONDS = 20
"""A truth older than this is not spoken: behind a slow platform the rest of a batch goes back, and
is asked again."""

THREADS = 8
"""Letters handed over at the same time, never two to one person (43108)."""


def send(house: House, post: Post, outlets: Outlets) -> int:
    """Hand over what is due until nothing is left or time is up; say how many letters went."""
    begun, handed, limit = time.monotonic(), 0, BATCH
    while time.monotonic() - begun <= FRESH_SECONDS:
        with house.database.transaction() as session:
            taken = actions.take(session, outlets=outlets, limit=limit, now=house.clock.now())
        if not taken.due:
            break
        claimed = time.monotonic()
        outcomes = _handed(post, taken.letters, begun=begun)
        is_quick = time.monotonic() - claimed < QUICK_SECONDS
        limit = min(2 * limit, LARGEST_BATCHES * BATCH) if is_quick else BATCH
        with house.database.transaction() as session:
            actions.record(session, outcomes, now=house.clock.now())
        handed += sum(not one.is_untried for one in outcomes)
    return handed


def page_of(letter: actions.Letter) -> str:
    """Return the page a letter opens, with the letter's id: why it came is one tap from there.

    An id tells nothing and cannot be guessed; only who it was written to may ask about it.
    """
    mark = "&" if "?" in letter.page else "?"
    return f"{letter.page}{mark}letter={letter.letter_id}"


def _handed(
    post: Post, letters: Sequence[actions.Letter], *, begun: float
) -> list[actions.Outcome]:
    """Hand letters over, each person's one after another.

    One that fails on a defect of ours has no outcome: it stays claimed until its lease ends, and
    keeps no other waiting.
    """
    outcomes: list[actions.Outcome] = []
    with ThreadPoolExecutor(THREADS) as threads:
        for turn in _turns(letters):
            waiting = deque(turn)
            while waiting:
                hands = [_Hand(post, waiting, outcomes, begun) for _ in turn[:THREADS]]
                for hand, done in [(one, threads.submit(one.empty)) for one in hands]:
                    _log_defect(hand, done)
    return outcomes


@dataclass
class _Hand:
    """One of those who take from what is waiting, a letter after the other."""

    post: Post
    waiting: deque[actions.Letter]
    outcomes: list[actions.Outcome]
    begun: float
    letter: actions.Letter | None = None

    def empty(self) -> None:
        """Hand over until nothing is waiting, or one fails on something nobody foresaw."""
        while (letter := self._next()) is not None:
            self.outcomes.append(_outcome(self.post, letter, begun=self.begun))

    def _next(self) -> actions.Letter | None:
        try:
            self.letter = self.waiting.popleft()
        except IndexError:  # somebody else took the last one
            self.letter = None
        return self.letter


def _turns(letters: Sequence[actions.Letter]) -> list[list[actions.Letter]]:
    """Return everybody's first letter, then everybody's second, and so on."""
    people = [list(hers) for _, hers in groupby(letters, key=lambda one: one.person_id)]
    return [
        [one for one in turn if one is not None] for turn in zip_longest(*people, fillvalue=None)
    ]


def _log_defect(hand: _Hand, done: Future[None]) -> None:
    """Log what a letter failed on that nobody foresaw, if one did."""
    defect = done.exception()
    if defect is not None and hand.letter is not None:
        log.error(
            "letter not handed over", exc_info=defect, extra={"letter": hand.letter.letter_id}
        )


def _outcome(post: Post, letter: actions.Letter, *, begun: float) -> actions.Outcome:
    """Hand one letter over, unless its truth is too old by now."""
    if time.monotonic() - begun > FRESH_SECONDS:
        return actions.Outcome(letter, is_untried=True)
    parcel = Parcel(
        letter_id=letter.letter_id, channel=letter.channel, openid=letter.openid,
        template_id=letter.template_id, values=letter.values, text=letter.text,
        page=page_of(letter), phone=letter.phone, about=letter.subject_id,
    )  # fmt: skip
    try:
        sent = hand_over(post, parcel)
    except REFUSALS as refused:
        return actions.Outcome(letter, code=refused.code, is_uncertain=refused.uncertain)
    return actions.Outcome(letter, msg_id=sent.msg_id)
