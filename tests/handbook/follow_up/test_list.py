"""The worklist walks along an index, however long it is, and goes on from page to page."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from core.db import Session
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.queries import Filters, listed, worklist
from handbook.follow_up.rules import URGENCY, TaskKind
from handbook.models import Pregnancy
from tests import world
from tests.handbook.follow_up.tasks_told import opened

MANY = 3_000


@pytest.fixture
def crowd(session: Session, pregnancy: Pregnancy, cast: world.Cast, now: datetime) -> None:
    """A hospital with some thousand tasks, most of them over, half of the rest in one hand."""
    session.execute(
        sa.text(
            "insert into follow_up_task (id, hospital_id, family_id, person_id, pregnancy_id, kind,"
            " occasion, urgency, due_at, state, assigned_to, reason, opened_at, closed_at)"
            " select 'fup_' || n, :hospital, :family, :person, :pregnancy, 'overdue_item',"
            " 'crowd:' || n, 3, cast(:now as timestamptz) + n * interval '1 minute',"
            " case when n % 10 = 0 then 'assigned' when n % 5 = 0 then 'open' else 'done' end,"
            " case when n % 10 = 0 then :hers end, null, :now,"
            " case when n % 5 = 0 then null else cast(:now as timestamptz) end"
            " from generate_series(1, :many) as n"
        ),
        {
            "hospital": pregnancy.hospital_id, "family": pregnancy.family_id,
            "person": pregnancy.person_id, "pregnancy": pregnancy.id, "now": now, "many": MANY,
            "hers": cast.care_worker.id,
        },
    )  # fmt: skip
    session.execute(sa.text("analyze follow_up_task"))


def plan(session: Session, statement: sa.Select) -> str:
    text = statement.compile(session.connection(), compile_kwargs={"literal_binds": True})
    return "\n".join(row[0] for row in session.execute(sa.text(f"explain {text}")))


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(
    "narrowed",
    [
        pytest.param(lambda _: {}, id="all"),
        pytest.param(lambda _: {"kinds": (TaskKind.OVERDUE_ITEM,)}, id="of-a-kind"),
        pytest.param(lambda cast: {"assigned_to": cast.care_worker.id}, id="of-somebody"),
    ],
)
def test_a_page_is_read_along_the_index_and_sorts_nothing(
    session: Session, cast: world.Cast, narrowed: Callable[[world.Cast], dict[str, object]]
):
    filters = Filters(limit=31, **narrowed(cast))

    found = plan(session, listed(cast.hospital.id, filters=filters, last=None))

    assert "ix_follow_up_task_live" in found
    assert "Sort" not in found
    assert "Seq Scan on follow_up_task" not in found


@pytest.mark.usefixtures("crowd")
def test_the_next_page_begins_in_the_index_where_the_last_one_ended(
    session: Session, cast: world.Cast
):
    first = worklist(session, hospital_id=cast.hospital.id, filters=Filters(limit=31))

    found = plan(
        session, listed(cast.hospital.id, filters=Filters(limit=31), last=first[-1].task)
    )  # fmt: skip

    assert "ROW(urgency, due_at, id)" in found.split("ix_follow_up_task_live")[1]


def test_every_task_stands_on_one_page_in_the_order_of_urgency(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    kinds = (TaskKind.OVERDUE_ITEM, TaskKind.REPORT_DUTY, TaskKind.REASSESSMENT)
    for kind in kinds:
        for hour in range(2):
            opened(
                session, pregnancy, now=now, kind=kind, occasion=f"o{hour}",
                due_at=now + timedelta(hours=hour),
            )  # fmt: skip
    pages: list[FollowUpTask] = []
    after = None

    while rows := worklist(
        session, hospital_id=cast.hospital.id, filters=Filters(limit=2, after=after)
    ):
        pages += [row.task for row in rows]
        after = pages[-1].id

    places = [(URGENCY[task.kind], task.due_at, task.id) for task in pages]
    assert len({task.id for task in pages}) == len(pages) == 6
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        pytest.param(-1, False, id="before"),
        pytest.param(0, True, id="at-the-beginning"),
        pytest.param(23, True, id="within"),
        pytest.param(24, False, id="at-the-end"),
    ],
)
def test_the_list_is_narrowed_to_a_stretch_of_time(
    session: Session,
    cast: world.Cast,
    pregnancy: Pregnancy,
    now: datetime,
    hours: int,
    expected: bool,
):
    opened(session, pregnancy, now=now, due_at=now + timedelta(hours=hours))
    filters = Filters(due_from=now, due_before=now + timedelta(hours=24))

    found = worklist(session, hospital_id=cast.hospital.id, filters=filters)

    assert bool(found) is expected
