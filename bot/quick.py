"""The quick way for talks that change nothing: a look, an answer, a note; no transaction.

Most talks are a greeting or a question. Their answers need what is true now, and that the answer
stands before it is given; neither needs a lock. Those who talk at the same moment are answered by
one thread with one look and one note (docs/why/callback-speed.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import replies
from bot.turn import NeedsTransaction, Turn
from conversation import glances
from conversation.glances import Asked, Look, Noted
from core.db import Session
from core.gathering import Gathered
from core.house import House
from handbook.queries import Speaker
from wechat.account import Account
from wechat.push import Push

RUNS = 3
"""While some wait for the database, another works."""

ALONE = 8
"""Threads on which those are tried again who could not be answered together."""


@dataclass(frozen=True)
class Talk:
    """Words of somebody, by the push that brought them."""

    asked: Asked
    text: str
    now: datetime


@dataclass(frozen=True)
class Answered:
    """What a talk is answered with; None is silence."""

    text: str | None


class Quick:
    """Answers what can be answered by reading; for everything else it asks for a transaction."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._answer = Gathered[Talk, Answered | None](self._answers, runs=RUNS, alone=ALONE)

    async def answer(self, account: Account, push: Push, *, now: datetime) -> str | None:
        """Return the answer to a push, which stands in its receipt by then; None for silence.

        Raises:
            NeedsTransaction: nothing was done; it is no such talk, nobody knows her, staff or the
                bot wait for what she says, or the answer changes something.
        """
        text = replies.words(push) if replies.is_talk(account, push) else None
        if text is None:
            raise NeedsTransaction
        asked = Asked(account.appid, push.openid, push.dedup_key)
        answered = await self._answer(Talk(asked, text, now))
        if answered is None:
            raise NeedsTransaction
        return answered.text

    def close(self) -> None:
        """Wait until what is under way has ended."""
        self._answer.close()

    def _answers(self, talks: Sequence[Talk]) -> list[Answered | None]:
        """Answer several talks, with None for each that needs a transaction.

        1. Look at what is true for all of them.
        2. Work out each answer.
        3. Note those that are new: each is answered with what stands in its receipt by then.
        """
        database = self._house.database
        looks = glances.look(database, [talk.asked for talk in talks])
        with database.reading() as session:
            found = [
                self._found(session, talk, seen) for talk, seen in zip(talks, looks, strict=True)
            ]
        standing = iter(glances.note(database, [one for one in found if isinstance(one, Noted)]))
        return [Answered(next(standing)) if isinstance(one, Noted) else one for one in found]

    def _found(self, session: Session, talk: Talk, seen: Look) -> Noted | Answered | None:
        if seen.is_answered:
            return Answered(seen.answer)
        if seen.standing is None or not seen.is_quiet:
            return None
        try:
            answer = replies.answer(self._turn(session, talk, seen.standing))
        except NeedsTransaction:
            return None
        person_id = seen.standing.person.id
        return Noted(talk.asked, person_id, said=talk.text, answer=answer, heard_at=talk.now)

    def _turn(self, session: Session, talk: Talk, stands: Speaker) -> Turn:
        return Turn(
            session=session, house=self._house, hospital=stands.hospital, person=stands.person,
            held=None, pregnancy=stands.pregnancy, text=talk.text, key=talk.asked.dedup_key,
            now=talk.now,
        )  # fmt: skip
