"""Reminders at a glance: the load ahead against the quota, and how many arrived."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, request

from console.guard import house, member
from console.presenters import reminders_figures as presenters
from console.reminders_frame import check_may_read, outlets
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound
from scheduler import figures, queries
from scheduler.channels.outlets import quotas
from scheduler.foresight import load_ahead
from scheduler.models import Channel

blueprint = Blueprint("reminders", __name__, url_prefix="/reminders")

AHEAD_DAYS = 14
SPANS = (1, 7, 30)
"""Days that figures may be asked of, today being the last."""

SHOWN_DAYS = 7
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Overview:
    """What the page shows beside the load ahead, which is asked for by itself."""

    stuck: list[str]
    hours: list[tuple[str, list[presenters.Bar]]]
    meters: list[presenters.MeterLine]
    credits: list[presenters.CreditLine]
    kinds: list[presenters.Row]
    channels: list[presenters.Row]
    failed: list[tuple[str, int]]
    dropped: list[tuple[str, int]]


@blueprint.before_request
def check_may_open() -> None:
    """Pass only those who see how reminders go."""
    check_may_read()


@blueprint.get("/")
def page() -> str:
    """Show how reminders go, each figure with what it counts."""
    now, span = house().clock.now(), _span()
    with house().database.transaction() as session:
        shown = _overview(session, span=span, now=now)
    return render_template(
        "console/reminders/overview.html", shown=shown, span=span, spans=SPANS,
        kind_meanings=presenters.BY_KIND, channel_meanings=presenters.BY_CHANNEL,
    )  # fmt: skip


@blueprint.get("/ahead")
def ahead() -> str:
    """Show the load of the next days: a part of the page, since counting it takes its time."""
    today = beijing_date(house().clock.now())
    quota = quotas()[Channel.TEMPLATE]
    with house().database.transaction() as session:
        load = load_ahead(
            session, hospital_id=member().hospital_id, from_day=today, days=AHEAD_DAYS
        )
    days = [today + number * DAY for number in range(AHEAD_DAYS)]
    return render_template(
        "console/reminders/ahead.html", quota=f"{quota:,}",
        calendar=presenters.calendar(load, days=days, quota=quota),
    )  # fmt: skip


def _span() -> int:
    """Return of how many days figures are asked.

    Raises:
        NotFound: of none that is offered.
    """
    asked = request.args.get("days", str(SHOWN_DAYS))
    if asked not in {str(span) for span in SPANS}:
        raise NotFound
    return int(asked)


def _overview(session: Session, *, span: int, now: datetime) -> Overview:
    hospital_id, today = member().hospital_id, beijing_date(now)
    first = today - (span - 1) * DAY
    found = figures.counted(session, hospital_id=hospital_id, from_day=first, to_day=today)
    dwelt = figures.dwelt(session, hospital_id=hospital_id, from_day=first, to_day=today)
    failed, dropped = presenters.reasons(found)
    accounts = outlets()
    meters = queries.meters(session, appids={accounts.official, accounts.mini})
    templates = queries.templates_in(session, hospital_id=hospital_id)
    allowed = figures.credits_in(session, hospital_id=hospital_id)
    return Overview(
        stuck=[presenters.tick_name(name) for name in queries.stuck_ticks(session, now=now)],
        hours=_hours(session, today),
        meters=[presenters.meter_line(one, quotas=quotas(), now=now) for one in meters],
        credits=[presenters.credit_line(one, templates=templates) for one in allowed],
        kinds=presenters.by_kind(found),
        channels=presenters.by_channel(found, dwelt),
        failed=failed,
        dropped=dropped,
    )


def _hours(session: Session, today: date) -> list[tuple[str, list[presenters.Bar]]]:
    load = queries.load_by_hour(
        session, hospital_id=member().hospital_id, from_day=today, days=2
    )  # fmt: skip
    return [
        ("今天", presenters.hours(load, day=today)),
        ("明天", presenters.hours(load, day=today + DAY)),
    ]
