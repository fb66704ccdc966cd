"""How often the articles of an Official Account were read, told of what the stand-in saw.

Nobody reads an article here. Whoever had to do with the account on a day (a line in their chat)
counts as a reader of all its articles, and who wrote something as one who shared them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sandbox.calls import Call
from sandbox.clock import BEIJING
from sandbox.config import Article, Kind
from sandbox.refusal import Refused
from sandbox.state import Bubble
from sandbox.wire import Fields

COUNTED_FROM = time(8)
"""Until then, Beijing time, the figures of yesterday are late."""
DAY = timedelta(days=1)


def read(call: Call) -> Fields:
    """Answer POST /datacube/getarticleread: one day."""
    day = _day(call)
    return _told(call, day, [_row(one, day, read_user=_readers(call, day)) for one in _all(call)])


def shared(call: Call) -> Fields:
    """Answer POST /datacube/getarticleshare: one day."""
    day = _day(call)
    return _told(call, day, [_row(one, day, share_user=_writers(call, day)) for one in _all(call)])


def published(call: Call) -> Fields:
    """Answer POST /datacube/getarticletotaldetail: what was published on one day.

    All articles count as published on the first day that anybody had to do with the account.
    """
    day = _day(call)
    if day != min((_day_of(line) for _, line in _lines(call)), default=None):
        return _told(call, day, [])
    detail = {
        "stat_date": day.isoformat(), "read_user": _readers(call, day),
        "share_user": _writers(call, day),
    }  # fmt: skip
    rows: list[Fields] = [
        {
            "ref_date": day.isoformat(), "msgid": one.msgid, "publish_type": 0,
            "title": one.title, "detail_list": [detail],
        }
        for one in _all(call)
    ]  # fmt: skip
    return _told(call, day, rows)


def _day(call: Call) -> date:
    call.require(Kind.OA)
    if not call.account.verified:
        raise Refused(48001)
    try:
        first, last = (date.fromisoformat(call.text(name)) for name in ("begin_date", "end_date"))
    except ValueError as unreadable:
        raise Refused(61500) from unreadable
    if first != last or last >= _now(call).date():
        raise Refused(61501)
    return first


def _told(call: Call, day: date, rows: list[Fields]) -> Fields:
    """Return an answer; an article nothing happened to is not in it."""
    counted_at = datetime.combine(day + DAY, COUNTED_FROM, BEIJING)
    moved = [row for row in rows if row.get("detail_list") or any(row["detail"].values())]
    return {"list": moved, "is_delay": _now(call) < counted_at}


def _row(article: Article, day: date, **figures: int) -> Fields:
    return {"ref_date": day.isoformat(), "msgid": article.msgid, "detail": figures}


def _all(call: Call) -> list[Article]:
    return [one for one in call.world.config.articles if one.account == call.account.appid]


def _readers(call: Call, day: date) -> int:
    return len({person for person, line in _lines(call) if _day_of(line) == day})


def _writers(call: Call, day: date) -> int:
    mine = {person for person, line in _lines(call) if _day_of(line) == day and _is_hers(line)}
    return len(mine)


def _lines(call: Call) -> Iterator[tuple[str, Bubble]]:
    for person, lines in call.world.state.chats.items():
        yield from ((person, line) for line in lines if line["chat"] == call.account.appid)


def _is_hers(line: Bubble) -> bool:
    return bool(line["side"] == "me")


def _day_of(line: Bubble) -> date:
    return datetime.fromisoformat(line["at"]).astimezone(BEIJING).date()


def _now(call: Call) -> datetime:
    return datetime.fromtimestamp(call.world.now(), UTC).astimezone(BEIJING)
