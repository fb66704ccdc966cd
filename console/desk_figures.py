"""Statistics of clinics by week, as a page and as a table for spreadsheets."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request

from accounts.rules import Act, may
from booking.errors import DaysUpsideDown
from booking.queries_figures import Figures, figures
from booking.supply.queries_supply import all_clinics
from console.errors import BadDay
from console.guard import house, member
from console.presenters import desk_figures as presenters
from console.presenters.spreadsheets import csv_text
from core.clock import beijing_date
from core.errors import Forbidden

blueprint = Blueprint("desk_figures", __name__, url_prefix="/desk/figures")

READING = (Act.RUN_CLINICS, Act.SET_BOOKING_RULES)
LONGEST_DAYS = 366
SHOWN_WEEKS = 4


@blueprint.before_request
def check_may_read() -> None:
    """Pass those who run clinics or set their rules."""
    if not any(may(member().roles, act) for act in READING):
        raise Forbidden


@blueprint.get("/")
def page() -> str:
    """Show the figures of some weeks, each with what it counts."""
    from_day, to_day = _days()
    total, weeks, names = _figures(from_day, to_day)
    return render_template(
        "console/desk/figures.html",
        from_day=from_day,
        to_day=to_day,
        meanings=presenters.MEANINGS,
        total=presenters.values(total),
        lines=[presenters.figure_line(one, clinics=names) for one in weeks],
    )


@blueprint.get("/csv")
def table() -> Response:
    """Give the same figures as a CSV file."""
    total, weeks, names = _figures(*_days())
    lines = [presenters.figure_line(one, clinics=names) for one in (*weeks, total)]
    head = ("周", "门诊", *presenters.MEANINGS)
    text = csv_text([head, *((one.week, one.clinic, *one.values) for one in lines)])
    answer = Response(text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="clinics.csv"'
    return answer


def _figures(from_day: date, to_day: date) -> tuple[Figures, list[Figures], Mapping[str, str]]:
    hospital_id = member().hospital_id
    with house().database.transaction() as session:
        total, weeks = figures(session, hospital_id=hospital_id, from_day=from_day, to_day=to_day)
        names = {one.id: one.name for one in all_clinics(session, hospital_id=hospital_id)}
    return total, weeks, names


def _days() -> tuple[date, date]:
    """Return the days asked for, both included; whole weeks up to today when none are.

    Raises:
        BadDay: one of them is none.
        DaysUpsideDown: the last lies before the first, or too far from it.
    """
    today = beijing_date(house().clock.now())
    monday = today - timedelta(days=today.weekday())
    try:
        first = date.fromisoformat(
            request.args.get("from") or str(monday - timedelta(weeks=SHOWN_WEEKS))
        )
        last = date.fromisoformat(request.args.get("to") or str(today))
    except ValueError as unreadable:
        raise BadDay from unreadable
    if not timedelta() <= last - first <= timedelta(days=LONGEST_DAYS):
        raise DaysUpsideDown(most=LONGEST_DAYS)
    return first, last
