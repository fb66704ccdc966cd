"""What will be said is what the worker says; figures, lists and stuck ticks tell what was."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from content.library import drafts
from core.clock import beijing_date, beijing_moment
from core.db import Session
from core.errors import NotFound
from scheduler import actions, figures, queries, ticks
from scheduler.foresight import Coming, coming, load_ahead
from scheduler.models import Reminder, ReminderFigure, ReminderKind, TickRun
from scheduler.rhythm import EVERY
from scheduler.ticks import Worker
from tests import shelf, world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import DUE, EVENING, PLAN, PLAN_AND_SEND, SEND, Reminders
from tests.scheduler.test_plans import LAST_PERIOD, SERUM
from tests.world import NOW
from wechat.errors import NotSubscribed
from wechat.messages import FakeMessenger
from wechat.push import DeliveryOutcome

DAY = timedelta(days=1)


def rules(found: list[Coming]) -> list[tuple[str, str | None, date]]:
    return [(one.rule, one.item_key, beijing_date(one.due_at)) for one in found]


def seen(session: Session, worker: Worker, cast: world.Cast, *, days: int = 40) -> list[Coming]:
    session.flush()
    return coming(
        session, person_id=cast.mother.id, hospital_id=cast.hospital.id, outlets=worker.outlets,
        days=days, now=worker.house.clock.now(),
    )  # fmt: skip


@pytest.mark.usefixtures("appointment")
def test_what_will_be_said_is_shown_word_for_word(
    session: Session, worker: Worker, cast: world.Cast
) -> None:
    found = seen(session, worker, cast, days=20)

    assert ("window_opens", "serum2", SERUM) in rules(found)
    assert ("day_before", None, SERUM) in rules(found)
    opens = next(one for one in found if one.rule == "window_opens")
    assert opens.pieces["what"] == "中孕期血清学筛查（中唐）"
    assert opens.why_now.startswith("可以做这项检查")
    assert opens.reminder_id is None


@pytest.mark.usefixtures("appointment")
def test_what_was_seen_is_what_is_planned_and_sent(
    session: Session, worker: Worker, cast: world.Cast, beat: Beat, all_reminders: Reminders,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    foreseen = {line for line in rules(seen(session, worker, cast)) if line[0] != "hours_before"}
    for step in range(15, 20):
        clock.moment = beijing_moment(date(2026, 6, 1) + step * DAY, hour=19)
        beat(*PLAN_AND_SEND)

    said = {
        (one.rule, one.item_key, beijing_date(one.due_at))
        for one in all_reminders()
        if one.reason is None and one.settled_at is not None
    }
    assert said
    assert said <= foreseen


def test_a_planned_one_names_its_row_and_a_sent_one_is_gone(
    session: Session, worker: Worker, cast: world.Cast, beat: Beat, due: None
) -> None:
    beat(PLAN)
    planned = seen(session, worker, cast)
    beat(SEND)
    after = seen(session, worker, cast)

    assert {one.rule for one in planned} == {"day_before", "hours_before"}
    assert all(one.reminder_id for one in planned)
    assert {one.rule for one in after} == {"hours_before"}


def test_after_a_loss_nothing_is_foreseen(session: Session, worker: Worker, make: Make) -> None:
    make.loss(make.pregnancy(last_period_day=LAST_PERIOD))

    assert seen(session, worker, make.cast) == []


def test_a_stage_letter_carries_the_article_of_its_week(
    session: Session, worker: Worker, make: Make, beat: Beat, all_reminders: Reminders,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    draft = next(one.draft for one in drafts() if one.slug == "ogtt")
    article_id = shelf.publish_one(session, make.cast, draft)
    make.pregnancy(last_period_day=date(2026, 1, 8))

    weeks = [one for one in seen(session, worker, make.cast) if one.rule == "week_letter"]

    assert {one.pieces["note"] for one in weeks} == {draft.title}
    assert weeks[0].pieces["what"].startswith("孕")
    assert article_id


@pytest.mark.usefixtures("appointment")
def test_the_load_of_coming_days_is_counted_by_kind(session: Session, cast: world.Cast) -> None:
    ours = load_ahead(session, hospital_id=cast.hospital.id, from_day=SERUM, days=2)
    theirs = load_ahead(session, hospital_id=cast.other_hospital.id, from_day=SERUM, days=2)

    assert ours[SERUM, ReminderKind.CARE_WINDOW] == 1
    assert ours[SERUM, ReminderKind.APPOINTMENT] == 1
    assert theirs.total() == 0


@pytest.mark.usefixtures("both_due")
def test_the_load_that_is_written_is_counted_by_day(
    session: Session, cast: world.Cast, beat: Beat
) -> None:
    beat(PLAN)

    found = queries.load(session, hospital_id=cast.hospital.id, from_day=SERUM, days=1)

    assert found == {SERUM: 3}
    assert queries.load(
        session, hospital_id=cast.other_hospital.id, from_day=SERUM, days=1
    ) == {}  # fmt: skip


@pytest.mark.usefixtures("due")
def test_nobody_reads_why_something_was_said_to_another(
    session: Session, cast: world.Cast, beat: Beat, reminders: Reminders
) -> None:
    beat(PLAN)

    with pytest.raises(NotFound):
        queries.reasons(session, person_id=cast.newcomer.id, reminder_id=reminders()[0].id)
    why = queries.reasons(session, person_id=cast.mother.id, reminder_id=reminders()[0].id)
    assert (why.letter, why.wording) == (None, None)


@pytest.mark.usefixtures("both_due")
def test_figures_say_by_which_way_and_why_not(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger
) -> None:
    messenger.fail_next(NotSubscribed(43101))
    beat(*PLAN_AND_SEND)
    actions.note_delivery(session, msg_id="1", outcome=DeliveryOutcome.DELIVERED, now=EVENING)

    found = figures.counted(session, hospital_id=cast.hospital.id, from_day=SERUM, to_day=SERUM)

    told = {(one.kind.value, one.channel, one.outcome, one.reason): one.count for one in found}
    assert told["appointment", "template", "undeliverable", "wechat.not_subscribed"] == 1
    assert told["care_window", "template", "delivered", ""] == 1
    sent = next(one for one in found if one.outcome == "delivered")
    assert sent.dwell_p50_seconds == 9 * 3600


@pytest.mark.usefixtures("both_due")
def test_figures_of_a_day_are_kept_once_each_night(
    session: Session, cast: world.Cast, worker: Worker, beat: Beat, clock: world.MovableClock
) -> None:
    nightly = next(tick for tick in ticks.TICKS if tick.name == "nightly")
    beat(*PLAN_AND_SEND)
    clock.moment = beijing_moment(SERUM + DAY, hour=2)
    too_early = nightly.act(worker)
    clock.moment = beijing_moment(SERUM + DAY, hour=3)

    did = [nightly.act(worker), nightly.act(worker)]

    kept = figures.kept(session, hospital_id=cast.hospital.id, from_day=SERUM, to_day=SERUM)
    assert (too_early, did[1]) == (0, 0)
    assert did[0] == len(kept) > 0
    assert {one.day for one in kept} == {SERUM}


@pytest.mark.usefixtures("due")
def test_what_was_said_long_ago_is_erased_and_its_figures_stay(
    session: Session, beat: Beat, worker: Worker, clock: world.MovableClock
) -> None:
    beat(*PLAN_AND_SEND)
    figures.keep(session, day=beijing_date(DUE))
    much_later = DUE + timedelta(days=3 * 366 + 2)

    erased = actions.erase_old(session, now=much_later)

    assert erased == 3
    assert session.scalars(sa.select(Reminder)).all() == []
    assert session.scalars(sa.select(ReminderFigure)).all() != []


def test_a_tick_that_did_not_finish_is_stuck(session: Session) -> None:
    session.add_all(
        TickRun(name=name, started_at=NOW, finished_at=NOW, handled=0, milliseconds=1, failure=None)
        for name in EVERY
    )
    session.flush()

    assert queries.stuck_ticks(session, now=NOW + timedelta(minutes=1)) == []
    late = queries.stuck_ticks(session, now=NOW + timedelta(minutes=10))
    assert "send" in late
    assert "nightly" not in late
    assert queries.stuck_ticks(session, now=NOW + DAY) == list(EVERY)
