"""Which templates to ask a person for now: what she will be told soon and no consent carries yet.

The client asks at natural moments (a place was booked, a page was opened to the end), by a tap.
"""

from collections import Counter
from datetime import datetime, timedelta

import sqlalchemy as sa

from core.db import Session
from scheduler.channels.outlets import Outlets
from scheduler.foresight import coming
from scheduler.models import Channel
from scheduler.models_channels import (
    ChannelTemplate,
    Subscription,
    SubscriptionChange,
    SubscriptionEvent,
)
from scheduler.speech.editions import current

MOST = 5
"""Templates in one pop-up; those for good and single ones may not be mixed (wx.requestSubscribe
Message, 2026)."""

AHEAD_DAYS = 60
NOT_ASKED_AGAIN = timedelta(days=30)
"""Who said no to a template is not asked for it again so soon."""


def ask_now(
    session: Session, *, person_id: str, hospital_id: str, outlets: Outlets, now: datetime
) -> list[str]:
    """Return at most five template ids of the mini-program, those she needs most in front.

    Those for good alone, as long as any is wanting; else the single ones of which she has fewer
    than letters are to come. Costs what `scheduler.foresight.coming` costs.
    """
    wanted = _layouts(session, person_id, hospital_id, outlets, now)
    refused = _refused(session, person_id, now)
    held = {
        one.template_id: one
        for one in session.scalars(
            sa.select(Subscription).where(Subscription.person_id == person_id)
        )
    }
    lasting, once = [], []
    for template in _templates(session, hospital_id):
        need = wanted.get((template.layout, template.channel), 0)
        mine = held.get(template.template_id)
        if not need or template.template_id in refused or (mine is not None and mine.is_lasting):
            continue
        if template.channel is Channel.MINI_LASTING:
            lasting.append((need, template.template_id))
        elif need > (0 if mine is None else mine.credits):
            once.append((need, template.template_id))
    chosen = sorted(lasting or once, key=lambda one: (-one[0], one[1]))
    return [template_id for _, template_id in chosen[:MOST]]


def _layouts(
    session: Session, person_id: str, hospital_id: str, outlets: Outlets, now: datetime
) -> Counter[tuple[str, Channel]]:
    """Return how many letters are to come, by layout and channel that may carry them."""
    rules = current().rules
    found: Counter[tuple[str, Channel]] = Counter()
    for one in coming(
        session, person_id=person_id, hospital_id=hospital_id, outlets=outlets, days=AHEAD_DAYS,
        now=now,
    ):  # fmt: skip
        rule = rules[one.rule].rule
        found.update((rule.layout, channel) for channel in rule.routes)
    return found


def _templates(session: Session, hospital_id: str) -> list[ChannelTemplate]:
    return list(
        session.scalars(
            sa.select(ChannelTemplate).where(
                ChannelTemplate.hospital_id == hospital_id,
                ChannelTemplate.channel.in_((Channel.MINI_LASTING, Channel.MINI_ONCE)),
            )
        )
    )


def _refused(session: Session, person_id: str, now: datetime) -> set[str]:
    return set(
        session.scalars(
            sa.select(SubscriptionEvent.template_id).where(
                SubscriptionEvent.person_id == person_id,
                SubscriptionEvent.change == SubscriptionChange.REFUSED,
                SubscriptionEvent.at > now - NOT_ASKED_AGAIN,
            )
        )
    )
