"""How long the bot remembers its own question, and when staff may still write."""

from datetime import datetime, timedelta

MEMORY = timedelta(minutes=30)
"""A question of the bot that is not answered within this time is forgotten and erased."""

RECEIPT_KEPT = timedelta(minutes=30)
"""The platform tries three times within seconds; receipts are kept well beyond that."""

WINDOW = timedelta(hours=48)
"""Customer-service messages are taken for 48 hours after her message (WeChat, 2026-07 copy of
发送客服消息: 5 messages within 48 h)."""

ALARM_SHOWN = timedelta(days=7)
"""An alarm stands beside its conversation this long: who takes over must know of it."""

READ_AGAIN = timedelta(minutes=15)
"""An open conversation is read anew every few seconds; each quarter of an hour of it is written
down once. It is as long as a sign-in lasts without an act (accounts/rules.py)."""

LONGEST_ANSWER = 600
MOST_BYTES = 2048
"""2,048 bytes of UTF-8 hold about 680 Chinese characters, but only 512 pictograms (WeChat,
custom/send 45002)."""


def fits_a_message(text: str) -> bool:
    """Say whether an answer says something, and no more than a message can hold."""
    return 1 <= len(text) <= LONGEST_ANSWER and len(text.encode()) <= MOST_BYTES


def is_window_open(*, heard_at: datetime | None, now: datetime) -> bool:
    """Say whether the platform still takes a message of staff: `[heard_at, heard_at + 48 h)`."""
    return heard_at is not None and now - heard_at < WINDOW
