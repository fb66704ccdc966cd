"""Figures of the Official Account's articles: which days to ask for, and what was answered."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from content.models_readings import ArticleNaming, ArticleReading, Asked, NamedIn, ReadingDay
from core.clock import beijing, beijing_date, beijing_moment
from core.db import Session
from wechat.errors import PlatformError, QuotaReached
from wechat.statistics import FIRST_DAY, DayReadings

COUNTED_FROM_HOUR = 8
"""Beijing time; yesterday is not fully counted before (WeChat, 数据统计接口, 2026)."""

WINDOW_DAYS = 30
"""The platform counts an article for thirty days (getarticletotaldetail, 2026)."""

Namings = Counter[tuple[date, str, NamedIn]]
"""How often: by day, article id and where it was named."""

AGAIN_AFTER = timedelta(hours=1)
DAY = timedelta(days=1)


def wanted(session: Session, *, appid: str, now: datetime) -> list[date]:
    """Return the days to ask for now, yesterday first; empty while nothing is to be asked.

    Those of the window that were never answered, or late, once their pause is over. Before 08:00,
    and while the platform refuses, there are none.
    """
    if beijing(now).hour < COUNTED_FROM_HOUR:
        return []
    known = {
        one.day: one
        for one in session.scalars(sa.select(ReadingDay).where(ReadingDay.appid == appid))
    }
    if any(one.asked is Asked.REFUSED and _rests(one, now) for one in known.values()):
        return []
    yesterday = beijing_date(now) - DAY
    days = [yesterday - number * DAY for number in range(WINDOW_DAYS)]
    return [
        day
        for day in days
        if day >= FIRST_DAY
        and (day not in known or (known[day].again_at is not None and not _rests(known[day], now)))
    ]


def keep(session: Session, *, appid: str, day: date, found: DayReadings, now: datetime) -> None:
    """Keep the figures of a day in place of those known; what is late is asked for again."""
    for one in found.readings:
        given = postgresql.insert(ArticleReading).values(
            appid=appid, day=day, msgid=one.msgid, title=one.title or None,
            read_user=one.read_user, share_user=one.share_user,
        )  # fmt: skip
        newer = {
            "title": sa.func.coalesce(given.excluded.title, ArticleReading.title),
            "read_user": given.excluded.read_user,
            "share_user": given.excluded.share_user,
        }
        key = ["appid", "day", "msgid"]
        session.execute(given.on_conflict_do_update(index_elements=key, set_=newer))
    if found.is_delayed:
        _note(session, appid, day, Asked.DELAYED, again_at=now + AGAIN_AFTER, now=now)
    else:
        _note(session, appid, day, Asked.ANSWERED, again_at=None, now=now)


def note_refused(
    session: Session, *, appid: str, day: date, refused: PlatformError, now: datetime
) -> None:
    """Note that the platform gave no figures: nothing is asked for a while.

    Until tomorrow if it never will as things stand (a missing right, the day's quota), else for an
    hour.
    """
    is_over_today = refused.permanent or isinstance(refused, QuotaReached)
    tomorrow = beijing_moment(beijing_date(now) + DAY, hour=COUNTED_FROM_HOUR)
    again_at = tomorrow if is_over_today else now + AGAIN_AFTER
    _note(session, appid, day, Asked.REFUSED, again_at=again_at, why=refused.code, now=now)


def keep_named(session: Session, *, days: Collection[date], counts: Namings) -> None:
    """Keep how often articles were named on some days, in place of what was counted before."""
    session.execute(sa.delete(ArticleNaming).where(ArticleNaming.day.in_(days)))
    session.add_all(
        ArticleNaming(article_id=article_id, day=day, named_in=named_in, count=count)
        for (day, article_id, named_in), count in counts.items()
    )
    session.flush()


def _rests(one: ReadingDay, now: datetime) -> bool:
    return one.again_at is not None and one.again_at > now


def _note(
    session: Session, appid: str, day: date, asked: Asked, *, again_at: datetime | None,
    now: datetime, why: str | None = None,
) -> None:  # fmt: skip
    values = {"asked": asked, "asked_at": now, "again_at": again_at, "why": why}
    given = postgresql.insert(ReadingDay).values(appid=appid, day=day, **values)
    session.execute(given.on_conflict_do_update(index_elements=["appid", "day"], set_=values))
