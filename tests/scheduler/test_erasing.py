"""What this room forgets, moves and tells of a person."""

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from core.db import Session
from scheduler.copies import copies
from scheduler.erasing import OWN, erase, move
from scheduler.models import ReminderKind
from scheduler.models_channels import Subscription, SubscriptionChange, SubscriptionEvent
from scheduler.preferences import pause, set_choice
from tests import world
from tests.scheduler.conftest import Beat
from tests.scheduler.due import DUE, PLAN_AND_SEND


@pytest.fixture
def everything(session: Session, cast: world.Cast, beat: Beat, due: None) -> None:
    """Of Lin there is a row in every table of this room."""
    lin = cast.mother
    beat(*PLAN_AND_SEND)
    set_choice(
        session, person=lin, kind=ReminderKind.CHILD_CARE, is_wanted=False, actor=PROGRAM, now=DUE
    )
    pause(session, person=lin, kind=None, until_at=None, from_at=DUE, actor=PROGRAM, now=DUE)
    given = {"person_id": lin.id, "appid": "wxMP0001", "template_id": "T"}
    session.add(Subscription(**given, credits=1, changed_at=DUE))
    session.add(
        SubscriptionEvent(**given, change=SubscriptionChange.ACCEPTED, letter_id=None, at=DUE)
    )
    session.flush()


def owners(session: Session) -> list[set[str]]:
    return [set(session.scalars(sa.select(table.person_id))) for table in OWN]


@pytest.mark.usefixtures("everything")
def test_who_closes_her_account_leaves_nothing_here(session: Session, cast: world.Cast) -> None:
    erase(session, person=cast.mother)

    assert owners(session) == [set() for _ in OWN]


@pytest.mark.usefixtures("everything")
def test_when_two_are_one_all_stands_with_the_one(session: Session, cast: world.Cast) -> None:
    move(session, goes=cast.mother.id, stays=cast.newcomer.id)

    assert owners(session) == [{cast.newcomer.id} for _ in OWN]


@pytest.mark.usefixtures("everything")
def test_she_is_told_what_is_kept_of_her(session: Session, cast: world.Cast) -> None:
    told = {one.table: one.rows(session) for one in copies(cast.mother)}

    assert told.keys() == {
        "reminder", "letter", "reminder_choice", "reminder_pause", "subscription",
    }  # fmt: skip
    assert all(rows for rows in told.values())
    assert told["letter"][0]["values"]["thing1"] == "产前检查"
