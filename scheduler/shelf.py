"""What time does to articles: publishes those whose moment came, and collects their figures."""

import logging

from content import readings, timing
from core.house import House
from scheduler import naming
from wechat.errors import PlatformError
from wechat.statistics import Statistics

log = logging.getLogger(__name__)

DAYS_AT_ONCE = 5
"""Days asked for in one run; after a month's stop all are known within the hour."""


def publish_due(house: House) -> int:
    """Publish the articles whose moment has come, each by itself; return how many were settled."""
    now, settled = house.clock.now(), 0
    with house.database.transaction() as session:
        due = timing.due(session, now=now)
    for article_id in due:
        with house.database.transaction() as session:
            ended = timing.publish_due(session, article_id=article_id, now=now)
        settled += ended is not None
    return settled


def collect(house: House, statistics: Statistics | None) -> int:
    """Count how often our articles were named, and ask how often the account's own were read.

    Without `statistics` nobody is asked. Return how many days were counted or answered.
    """
    with house.database.transaction() as session:
        counted = naming.count(session, now=house.clock.now())
    return counted if statistics is None else counted + _ask(house, statistics)


def _ask(house: House, statistics: Statistics) -> int:
    """Ask for the days that are wanting; a platform that refuses is left alone for a while."""
    now, appid, answered = house.clock.now(), house.settings.oa_appid, 0
    with house.database.transaction() as session:
        wanted = readings.wanted(session, appid=appid, now=now)
    for day in wanted[:DAYS_AT_ONCE]:
        try:
            found = statistics.of_day(day)
        except PlatformError as refused:
            log.warning("article figures refused", extra=_why(refused))
            with house.database.transaction() as session:
                readings.note_refused(session, appid=appid, day=day, refused=refused, now=now)
            break
        with house.database.transaction() as session:
            readings.keep(session, appid=appid, day=day, found=found, now=now)
        answered += 1
    return answered


def _why(refused: PlatformError) -> dict[str, object]:
    return {"code": refused.code, "errcode": refused.errcode, "rid": refused.rid}
