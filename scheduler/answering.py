"""Handing answers of staff to the platform, in three steps as letters."""

from collections.abc import Callable
from functools import partial

from conversation import outbox
from core.db import Session
from core.house import House
from wechat.errors import PlatformError
from wechat.messages import Messenger


def answer(house: House, messenger: Messenger, *, most: int) -> int:
    """Hand at most so many answers over, one at a time; return how many.

    One that fails on a defect of ours stays claimed, and the next run goes on with those behind it.
    """
    said = 0
    while said < most:
        with house.database.transaction() as session:
            outgoing = outbox.claim(
                session, appid=house.settings.oa_appid, limit=1, now=house.clock.now()
            )
        if not outgoing:
            break
        record = _said(messenger, outgoing[0])
        with house.database.transaction() as session:
            record(session)
        said += 1
    return said


def _said(messenger: Messenger, one: outbox.Outgoing) -> Callable[[Session], None]:
    """Hand one answer of staff over; return how to write down what came of it."""
    try:
        messenger.send_text(one.openid, one.text)
    except PlatformError as refused:
        return partial(outbox.record_failed, number=one.number, failure=refused.code)
    return partial(outbox.record_sent, number=one.number)
