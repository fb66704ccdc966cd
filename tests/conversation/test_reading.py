"""Staff read a conversation: it is written down, and alarms of the last days stand beside it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.models import AuditRow
from conversation import queries
from conversation.actions import Danger, hear, keep, open_conversation, raise_alarm, read_on
from conversation.models import Conversation, Speaker
from core.db import Session
from core.errors import NotFound
from tests import world
from tests.world import NOW

BLEEDING = Danger("bleeding", "now", "2026-06", "call_120")


@pytest.fixture
def hers(session: Session, cast: world.Cast) -> Conversation:
    """Lin's conversation, begun at `NOW`."""
    return hear(session, person=cast.mother, hospital_id=cast.hospital.id, now=NOW)


def acts_of(session: Session, staff_id: str) -> list[str]:
    session.flush()
    of_staff = sa.select(AuditRow.act).where(AuditRow.actor_id == staff_id)
    return list(session.scalars(of_staff.order_by(AuditRow.number)))


def test_an_open_conversation_is_written_down_once_each_quarter_of_an_hour(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    keep(session, person=cast.mother, speaker=Speaker.FAMILY, text="一", now=NOW)
    session.flush()

    for seconds in (0, 5, 10, 899, 900, 905):
        at = NOW + timedelta(seconds=seconds)
        said = read_on(session, staff=cast.care_worker, person_id=cast.mother.id, now=at)
    read_on(session, staff=cast.clinician, person_id=cast.mother.id, now=NOW)

    assert [message.text for message in said] == ["一"]
    assert acts_of(session, cast.care_worker.id) == ["read_conversation"] * 2
    assert acts_of(session, cast.clinician.id) == ["read_conversation"]


def test_alarms_of_a_week_stay_beside_the_conversation(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    ages = [timedelta(days=7), timedelta(days=6), timedelta()]
    for age in ages:
        raise_alarm(session, person=cast.mother, conversation=hers, danger=BLEEDING, now=NOW - age)
    open_conversation(session, staff=cast.care_worker, person_id=cast.mother.id, now=NOW)

    recent = queries.recent_alarms(session, person_id=cast.mother.id, now=NOW)

    assert [alarm.raised_at for alarm in recent] == [NOW, NOW - timedelta(days=6)]


def test_staff_of_another_hospital_read_on_nowhere(
    session: Session, cast: world.Cast, hers: Conversation
) -> None:
    with pytest.raises(NotFound):
        read_on(session, staff=cast.stranger, person_id=cast.mother.id, now=NOW)
