"""The first page: who waits, what is to be reviewed, in numbers and in lines."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, url_for

from accounts.queries import doubled_in
from accounts.rules import Act, may
from booking.attendance.queries_day import still_coming_on
from console.guard import house, member
from console.presenters import articles as article_presenters
from console.presenters import inbox as inbox_presenters
from console.presenters import times
from content.models import ArticleState
from content.queries import articles_for_staff
from content.queries_timing import timed
from conversation.models import ConversationState
from conversation.queries import inbox
from core.clock import beijing, beijing_date
from core.db import Session
from handbook.follow_up.queries import counts
from handbook.queries import proposals_in
from handbook.roster.linking import claims_in
from scheduler.models_wishes import WordingState
from scheduler.queries import load, stuck_ticks
from scheduler.wordings import wordings_of

blueprint = Blueprint("home", __name__)

NOON, EVENING = 12, 18


@dataclass(frozen=True)
class Tile:
    """One number and where it leads."""

    label: str
    count: int
    address: str
    is_alarming: bool


@dataclass(frozen=True)
class Board:
    """What the first page shows to this member of staff."""

    greeting: str
    day: str
    tiles: list[Tile]
    rows: list[inbox_presenters.InboxLine]
    to_review: list[article_presenters.ArticleLine]


@blueprint.get("/")
def today() -> str:
    """Show the first page."""
    now = house().clock.now()
    with house().database.transaction() as session:
        rows = _rows(session, now=now)
        articles = _articles(session)
        follow_up = _follow_up_tiles(session)
        desk = _desk_tiles(session, now=now)
        reminders = [*_wording_tiles(session), *_reminder_tiles(session, now=now)]
    board = Board(
        greeting=_greeting(now),
        day=f"{times.day(beijing_date(now))} 星期{times.WEEKDAYS[beijing(now).weekday()]}",
        tiles=[*_inbox_tiles(rows), *follow_up, *_article_tiles(articles), *desk, *reminders],
        rows=rows,
        to_review=[line for line in articles if line.state == ArticleState.IN_REVIEW],
    )
    return render_template("console/home.html", board=board)


def _rows(session: Session, *, now: datetime) -> list[inbox_presenters.InboxLine]:
    if not may(member().roles, Act.ANSWER_FAMILIES):
        return []
    found = inbox(session, hospital_id=member().hospital_id)
    return [inbox_presenters.inbox_line(row, now=now) for row in found]


def _articles(session: Session) -> list[article_presenters.ArticleLine]:
    if not may(member().roles, Act.WRITE_ARTICLES):
        return []
    found = articles_for_staff(session, hospital_id=member().hospital_id, state=None)
    moments = timed(session, hospital_id=member().hospital_id)
    return [article_presenters.article_line(row, timed=moments.get(row.id)) for row in found]


def _inbox_tiles(rows: list[inbox_presenters.InboxLine]) -> list[Tile]:
    if not may(member().roles, Act.ANSWER_FAMILIES):
        return []
    address = url_for("console.inbox.board")
    waiting = sum(row.state == ConversationState.WAITING for row in rows)
    alarmed = sum(bool(row.alarms) for row in rows)
    return [
        Tile("危险信号未查看", alarmed, address, is_alarming=True),
        Tile("等待回复", waiting, address, is_alarming=False),
    ]


def _follow_up_tiles(session: Session) -> list[Tile]:
    if not may(member().roles, Act.RECORD_LIFE):
        return []
    hospital_id = member().hospital_id
    waiting = sum(counts(session, hospital_id=hospital_id).values())
    proposed = len(proposals_in(session, hospital_id=hospital_id))
    doubled = len(doubled_in(session, hospital_id=hospital_id))
    tiles = [
        Tile("待随访", waiting, url_for("console.worklist.board"), is_alarming=False),
        Tile("待核对的预产期", proposed, url_for("console.datings.board"), is_alarming=False),
    ]
    if may(member().roles, Act.IMPORT_ROSTER):
        claimed = len(claims_in(session, hospital_id=hospital_id))
        address = url_for("console.claims.board")
        tiles += [Tile("待确认的手册认领", claimed, address, is_alarming=False)] if claimed else []
    if doubled:
        address = url_for("console.doubled.board")
        tiles.append(Tile("同一人的两份档案", doubled, address, is_alarming=False))
    return tiles


def _desk_tiles(session: Session, *, now: datetime) -> list[Tile]:
    if not may(member().roles, Act.RUN_CLINICS):
        return []
    hospital_id, today = member().hospital_id, beijing_date(now)
    coming = still_coming_on(session, hospital_id=hospital_id, day=today)
    return [Tile("今天还要来的", coming, url_for("console.desk.board"), is_alarming=False)]


def _wording_tiles(session: Session) -> list[Tile]:
    """Return how many words of colleagues wait for this reviewer, if any do."""
    if not may(member().roles, Act.REVIEW_ARTICLES):
        return []
    written = wordings_of(session, hospital_id=member().hospital_id)
    waiting = [one for one in written if one.state is WordingState.IN_REVIEW]
    others = sum(one.written_by != member().id for one in waiting)
    address = url_for("console.reminders_wordings.board")
    return [Tile("待审核的提醒用语", others, address, is_alarming=False)] if others else []


def _reminder_tiles(session: Session, *, now: datetime) -> list[Tile]:
    """Return what a manager sees of reminders: how many today, and which ticks stand still."""
    if not may(member().roles, Act.SWITCH_REMINDERS):
        return []
    address, today = url_for("console.reminders.page"), beijing_date(now)
    due = load(session, hospital_id=member().hospital_id, from_day=today, days=1)
    stuck = len(stuck_ticks(session, now=now))
    tiles = [Tile("今天的提醒", due.get(today, 0), address, is_alarming=False)]
    return tiles + ([Tile("停住的后台任务", stuck, address, is_alarming=True)] if stuck else [])


def _article_tiles(lines: list[article_presenters.ArticleLine]) -> list[Tile]:
    if not may(member().roles, Act.WRITE_ARTICLES):
        return []
    return [
        Tile(
            article_presenters.STATES[state],
            sum(line.state == state for line in lines),
            url_for("console.articles.shelf", state=state.value),
            is_alarming=False,
        )
        for state in (ArticleState.IN_REVIEW, ArticleState.DRAFT, ArticleState.PUBLISHED)
    ]


def _greeting(now: datetime) -> str:
    hour = beijing(now).hour
    if hour < NOON:
        return "早上好"
    return "下午好" if hour < EVENING else "晚上好"
