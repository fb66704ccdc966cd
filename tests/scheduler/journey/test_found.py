"""Faults that journeys found in the rules and in the planner: they do not come back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from core.clock import beijing_moment
from core.db import Session
from handbook.actions_births import record_delivery, record_discharge
from handbook.births import Delivery
from handbook.care.schedule import CURRENT
from scheduler.letters.composing import Ready, drafts
from scheduler.letters.facts import Due
from scheduler.letters.truth import Said
from scheduler.models import Reminder, ReminderKind, ReminderState
from scheduler.speech.documents import Step
from scheduler.speech.editions import current
from scheduler.speech.planner import due_of
from scheduler.speech.points import care_point
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import PLAN

NT_DAYS = (date(2026, 5, 19), date(2026, 6, 8))
LAST_CALL = current().rules["last_call"].rule
SOON = timedelta(days=1)


@pytest.mark.parametrize(
    ("taken_up", "told"),
    [
        (beijing_moment(NT_DAYS[1], hour=10), beijing_moment(NT_DAYS[1], hour=10)),
        (
            beijing_moment(NT_DAYS[1] - SOON, hour=10),
            beijing_moment(NT_DAYS[1], hour=9),
        ),
    ],
    ids=["on the last day", "the day before"],
)
def test_who_comes_as_a_window_ends_is_told_while_there_is_time(
    taken_up: datetime, told: datetime
) -> None:
    point = care_point(Step.CLOSES, edition=CURRENT, item_key="nt", days=NT_DAYS)

    due = due_of(LAST_CALL, point, since=taken_up)

    assert due is not None
    assert due.due_at == told


def test_who_comes_after_a_window_is_told_nothing_of_it() -> None:
    point = care_point(Step.CLOSES, edition=CURRENT, item_key="nt", days=NT_DAYS)

    due = due_of(LAST_CALL, point, since=beijing_moment(NT_DAYS[1] + SOON, hour=0))

    assert due is None


def ready(rule: str, item: str) -> Ready:
    due = Due(
        id=f"{rule} {item}", hospital_id="h", person_id="p", kind=ReminderKind.CARE_WINDOW,
        rule=rule, edition="e", occasion=item, subject_id="s", item_key=item, urgency=1,
        due_at=world.NOW, too_late_at=world.NOW + SOON, state=ReminderState.PENDING, reason=None,
        attempts=0, letter_id=None, tried=(),
    )  # fmt: skip
    return Ready(due, current().rules[rule].rule, Said({}, None, ""))


def rules_of(letters: Sequence[Sequence[Ready]]) -> list[set[str]]:
    return [{part.due.rule for part in letter} for letter in letters]


def test_what_can_be_made_up_is_not_said_in_the_words_of_what_cannot() -> None:
    due = [ready("last_call", "nt"), ready("window_opens", "serum2"), ready("last_call", "serum1")]

    letters = [draft.parts for draft in drafts(due, again={})]

    assert sorted(map(len, letters)) == [1, 2]
    assert rules_of(letters) == [{"last_call"}, {"window_opens"}]


@pytest.mark.slow
def test_home_visits_are_spoken_of_when_the_discharge_is_known(
    session: Session, make: Make, beat: Beat, clock: world.MovableClock
) -> None:
    pregnancy = make.pregnancy(last_period_day=date(2025, 9, 1))
    which = {"hospital_id": pregnancy.hospital_id, "pregnancy_id": pregnancy.id}
    record_delivery(
        session, **which, delivery=Delivery(day=date(2026, 5, 30)), actor=PROGRAM, now=clock.now()
    )  # fmt: skip
    beat(PLAN)
    clock.move_on(timedelta(hours=5))

    record_discharge(session, **which, day=date(2026, 6, 1), actor=PROGRAM, now=clock.now())
    beat(PLAN)

    items = session.scalars(sa.select(Reminder.item_key)).all()
    assert "pp_visit" in items
