"""What the rules say to a family in a given history: for staff who set rules, before they hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby

from flask import Blueprint, render_template, request

from accounts.rules import Act, may
from console import typed
from console.errors import BadHistory
from console.guard import check_member_may, house, member
from console.typed import NOTHING, Refused
from content.models import StageAnchor
from content.queries import Listed
from core.clock import beijing, beijing_date
from core.dates import weekday
from core.db import Session
from core.errors import NotFound, Refusal
from core.words import label
from scheduler.journey import histories
from scheduler.journey.entries import Entry, Sort
from scheduler.journey.family import Schedules
from scheduler.journey.histories import AnyHappening, History, examples, shifted
from scheduler.journey.paper import because, heading
from scheduler.journey.walking import journey
from scheduler.letters.facts import Shelf, policies_of, shelf_of, wordings_of
from scheduler.speech.editions import current

blueprint = Blueprint("journey", __name__, url_prefix="/journey")

OWN = "own"
"""The form of a history of one's own."""

MAY_READ = (Act.SET_CARE_RULES, Act.SET_BOOKING_RULES, Act.SWITCH_REMINDERS)

Days = Callable[[date], AnyHappening]

WHAT: Mapping[str, tuple[str, Days]] = {
    "several": ("确认双胎", lambda day: histories.Several(what="several", day=day)),
    "born": ("出生", lambda day: histories.Born(what="born", day=day)),
    "discharged": ("出院", lambda day: histories.Discharged(what="discharged", day=day)),
    "lost": ("妊娠终止", lambda day: histories.Lost(what="lost", day=day)),
    "paused": ("暂停提醒", lambda day: histories.Paused(what="paused", day=day)),
    "resumed": ("恢复提醒", lambda day: histories.Resumed(what="resumed", day=day)),
    "moved_away": ("搬走", lambda day: histories.MovedAway(what="moved_away", day=day)),
}
"""What may happen on a day, by field of the form: how people call it."""


@dataclass(frozen=True)
class Line:
    """A line of the page; `because` says why, the nearest reason first."""

    day: str
    clock: str
    sort: str
    heading: str
    title: str
    text: str
    because: Sequence[str]


@blueprint.before_request
def check_may_read() -> None:
    """Pass only those who set rules of any kind."""
    if not any(may(member().roles, act) for act in MAY_READ):
        check_member_may(Act.SET_CARE_RULES)


@blueprint.get("/")
def page() -> tuple[str, int]:
    """Show the journey of an example, if one is chosen."""
    key = request.args.get("example", "")
    if not key:
        return _page(None, NOTHING, chosen="")
    if key not in examples():
        raise NotFound
    today = beijing_date(house().clock.now())
    example = examples()[key]
    return _page(shifted(example, by=today - example.happenings[0].day), NOTHING, chosen=key)


@blueprint.post("/")
def try_own() -> tuple[str, int]:
    """Show the journey of the days that were typed; nothing is kept."""
    try:
        return _page(_typed(), NOTHING, chosen="")
    except Refusal as refusal:
        return _page(None, Refused.of(OWN, refusal), chosen="")


def _typed() -> History:
    try:
        found: list[AnyHappening] = [
            histories.Expecting(
                what="expecting", day=typed.day("expecting"), last_period=typed.day("last_period")
            )
        ]
        if (day := typed.day_or_none("redated")) is not None:
            found.append(
                histories.Redated(
                    what="redated", day=day, last_period=typed.day("redated_last_period")
                )
            )
        for name, (_, happening) in WHAT.items():
            if (day := typed.day_or_none(name)) is not None:
                found.append(happening(day))
        happenings = sorted(found, key=lambda each: each.day)
        return History(title="", happenings=tuple(happenings), until=typed.day_or_none("until"))
    except ValueError as impossible:
        raise BadHistory from impossible


def _page(history: History | None, refused: Refused, *, chosen: str) -> tuple[str, int]:
    lines: list[Entry] = []
    if history is not None:
        with house().database.reading() as session:
            lines = _walked(session, history)
    months = [
        (month, list(of_month))
        for month, of_month in groupby(_lines(lines), key=lambda one: one[0])
    ]
    page = render_template(
        "console/journey.html",
        examples=[(key, each.title) for key, each in examples().items()],
        chosen=chosen,
        what=[(name, said) for name, (said, _) in WHAT.items()],
        own=request.form if request.method == "POST" else {},
        months=[(month, [line for _, line in of_month]) for month, of_month in months],
        sorts=[(sort.value, label(f"scheduler.journey_sort_{sort}")) for sort in Sort],
        counts={sort.value: sum(line.sort is sort for line in lines) for sort in Sort},
        is_tried=history is not None,
        refused=refused,
    )
    return page, refused.status


def _walked(session: Session, history: History) -> list[Entry]:
    hospital_id = member().hospital_id
    policy = policies_of(session, [hospital_id]).get(hospital_id)
    wordings = {rule: one for (_, rule), one in wordings_of(session, [hospital_id]).items()}
    try:
        return journey(
            history, rules=current(), schedules=Schedules(), policy=policy,
            wordings=wordings, shelf=_shelf(session, hospital_id),
        )  # fmt: skip
    except ValueError as impossible:
        raise BadHistory from impossible


def _shelf(session: Session, hospital_id: str) -> Shelf:
    """Return the hospital's own articles, each stage asked for once."""
    shelf = shelf_of(session)

    @cache
    def found(_journeys: str, anchor: StageAnchor, day: int) -> Listed | None:
        return shelf(hospital_id, anchor, day)

    return found


def _lines(lines: Sequence[Entry]) -> Iterator[tuple[str, Line]]:
    for line in lines:
        wall = beijing(line.at)
        yield (
            f"{wall.year}年{wall.month}月",
            Line(
                f"{wall.day}日 {weekday(wall.date())}", f"{wall:%H:%M}", line.sort.value,
                heading(line), line.title, line.text, because(line),
            ),
        )  # fmt: skip
