"""What a person is told of the letters that were written to her, and who else is told.

Of a life that is over nothing is told any more, not even what was said of it before.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.db import Session, rows
from core.errors import NotFound
from handbook.models_lives import GuardianKind
from scheduler.letters import asked
from scheduler.letters.facts import lives_of
from scheduler.models import Letter, LetterState, Reminder
from scheduler.queries import SaidLine, said

MOST = 20
"""Letters that a person is told of."""

LOOKED_AT = 60
"""Letters looked at for them: some were refused, some are of a life that is over."""

UNSAID = frozenset({LetterState.SENDING, LetterState.REFUSED})

PIECES = ("what", "when", "where", "note", "text")
"""In the order in which they are read, where a channel has no template that numbers them."""

HEARERS = """
select guardian.child_id, guardian.person_id, guardian.kind,
       person.closed_at is null and exists (
           select from consent where consent.person_id = person.id
           and consent.purpose = 'messages' and consent.withdrawn_at is null
       ) and coalesce((
           select is_wanted from reminder_choice where reminder_choice.person_id = person.id
           and reminder_choice.kind = 'child_care' order by number desc limit 1
       ), true) as hears
from guardian join person on person.id = guardian.person_id
where guardian.until_at is null and guardian.child_id = any(string_to_array(%(children)s, ','))
order by guardian.child_id, guardian.since_at, guardian.id
"""


@dataclass(frozen=True)
class Hearer:
    """Somebody who looks after a child, and whether reminders of its care go to her."""

    child_id: str
    person_id: str
    kind: GuardianKind
    hears: bool


def told(session: Session, *, person_id: str, hospital_id: str) -> list[SaidLine]:
    """Return the letters a person is told of, the newest first, at most `MOST`."""
    lines = [
        line
        for line in said(session, person_id=person_id, hospital_id=hospital_id, limit=LOOKED_AT)
        if line.letter.state not in UNSAID
    ]
    open_ids = _spoken_of(session, person_id, [one for line in lines for one in line.reminders])
    return [line for line in lines if _is_open(line, open_ids)][:MOST]


def told_of(session: Session, *, person_id: str, letter_id: str) -> SaidLine:
    """Return one letter with its reasons.

    Raises:
        NotFound: no such letter, somebody else's, or of a life that is over.
    """
    letter = session.get(Letter, letter_id)
    if letter is None or letter.person_id != person_id:
        raise NotFound
    carried = sa.select(Reminder).where(
        Reminder.person_id == person_id, Reminder.letter_id == letter_id
    )
    line = SaidLine(letter, tuple(session.scalars(carried.order_by(Reminder.urgency, Reminder.id))))
    if not _is_open(line, _spoken_of(session, person_id, line.reminders)):
        raise NotFound
    return line


def lines_of(letter: Letter) -> list[str]:
    """Return what a letter said, in the order in which it was read."""
    return [letter.values[key] for key in sorted(letter.values, key=_place) if letter.values[key]]


def hearers(session: Session, *, child_ids: Collection[str]) -> list[Hearer]:
    """Return who looks after these children, those who began first in front; one statement."""
    found = rows(session, HEARERS, {"children": ",".join(child_ids)})
    return [
        Hearer(row.child_id, row.person_id, GuardianKind(row.kind), row.hears) for row in found
    ]  # fmt: skip


def _place(key: str) -> int:
    number = re.search(r"\d+$", key)
    return int(number[0]) if number else PIECES.index(key)


def _is_open(line: SaidLine, open_ids: Collection[str]) -> bool:
    return bool(line.reminders) and all(one.id in open_ids for one in line.reminders)


def _spoken_of(session: Session, person_id: str, reminders: Sequence[Reminder]) -> set[str]:
    """Return the ids of the reminders whose appointment or life may still be spoken of to her."""
    subjects = {one.subject_id for one in reminders}
    lives = lives_of(session, subjects)
    booked = rows(session, asked.APPOINTMENTS, {"ids": ",".join(subjects)})
    open_subjects = {row.id for row in booked if not row.is_lost and not row.is_child_gone} | {
        key
        for key, lived in lives.items()
        if lived.over is None and (lived.guardians is None or person_id in lived.guardians)
    }
    return {one.id for one in reminders if one.subject_id in open_subjects}
