"""What the hospital itself decides about care: when a scan re-dates, how far visits lie apart."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.queries import staff_by_ids
from accounts.rules import Act, may
from console import typed
from console.guard import check_member_may, house, member
from console.presenters import times
from console.presenters.risk import COLOURS, name_in
from console.typed import NOTHING, Refused
from core.db import Session
from core.errors import NotFound, Refusal
from handbook.actions_dating import choose_redating
from handbook.dating import REDATING_RULES
from handbook.queries import redating_choices, redating_rule_of
from handbook.risk.actions import clear_visit_interval, set_visit_interval
from handbook.risk.colours import GENERAL, Colour
from handbook.risk.queries import visit_interval_rows

blueprint = Blueprint("care_rules", __name__, url_prefix="/care-rules")

INTERVALS = "intervals"
Answer = Response | tuple[str, int]


@dataclass(frozen=True)
class RuleLine:
    """A re-dating rule that may be chosen, with where it comes from."""

    key: str
    title: str
    source: str
    mark: str
    is_chosen: bool


@dataclass(frozen=True)
class IntervalLine:
    """How many days may lie between visits of a colour; empty: nobody said."""

    colour: str
    label: str
    most_days: str
    by: str


@blueprint.before_request
def check_may_read() -> None:
    """Pass only those who work by these rules; clinicians set them."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.get("/")
def page() -> tuple[str, int]:
    """Show the hospital's rules of care."""
    return _page(NOTHING)


@blueprint.post("/redating")
def redate() -> Response:
    """Choose by which rule staff are asked about a scan."""
    with house().database.transaction() as session:
        choose_redating(
            session, staff=member(), rule=request.form.get("rule", ""), now=house().clock.now()
        )
    return redirect(url_for("console.care_rules.page"), 303)


@blueprint.post("/intervals")
def intervals() -> Answer:
    """Set, for every colour, how many days may lie between visits; empty: no limit."""
    try:
        with house().database.transaction() as session:
            for colour in GENERAL:
                _set(session, colour)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(Refused.of(INTERVALS, refusal))
    return redirect(url_for("console.care_rules.page"), 303)


def _set(session: Session, colour: Colour) -> None:
    """Write down an interval that was changed."""
    now, before = house().clock.now(), _days(session)
    days = typed.count(colour.value) if request.form.get(colour.value, "").strip() else None
    if days == before.get(colour):
        return
    if days is None:
        clear_visit_interval(session, staff=member(), colour=colour, now=now)
    else:
        set_visit_interval(session, staff=member(), colour=colour, most_days=days, now=now)


def _days(session: Session) -> dict[Colour, int]:
    rows = visit_interval_rows(session, hospital_id=member().hospital_id)
    return {row.colour: row.most_days for row in rows}


def _page(refused: Refused) -> tuple[str, int]:
    hospital_id = member().hospital_id
    with house().database.transaction() as session:
        chosen = redating_rule_of(session, hospital_id=hospital_id)
        choices = redating_choices(session, hospital_id=hospital_id)
        rows = {row.colour: row for row in visit_interval_rows(session, hospital_id=hospital_id)}
        makers = [one.made_by for one in choices] + [row.set_by for row in rows.values()]
        staff = staff_by_ids(session, makers)
    page = render_template(
        "console/care_rules.html",
        rules=[
            RuleLine(rule.key, rule.title, rule.source, rule.mark.value, rule.key == chosen)
            for rule in REDATING_RULES.values()
        ],
        choices=[
            (REDATING_RULES[one.rule].title, name_in(staff, one.made_by), times.moment(one.made_at))
            for one in choices
        ],
        intervals=[
            IntervalLine(
                colour.value,
                COLOURS[colour],
                str(row.most_days) if (row := rows.get(colour)) else "",
                f"{name_in(staff, row.set_by)} · {times.moment(row.set_at)}" if row else "",
            )
            for colour in GENERAL
        ],
        may_set=may(member().roles, Act.SET_CARE_RULES),
        refused=refused,
    )
    return page, refused.status
