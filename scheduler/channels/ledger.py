"""Our own ledger of what people allowed: fed by the platform's events, spent by letters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.models import WechatIdentity
from core.db import Session
from scheduler.models import Channel
from scheduler.models_channels import (
    ChannelTemplate,
    Subscription,
    SubscriptionChange,
    SubscriptionEvent,
)
from wechat.push import ConsentChange

CHANGE = """
with moved as (
    select person_id, appid, template_id, letter_id from unnest(
        %(person_id)s::text[], %(appid)s::text[], %(template_id)s::text[], %(letter_id)s::text[]
    ) as moved(person_id, appid, template_id, letter_id)
), summed as (
    select person_id, appid, template_id, count(*) as many from moved group by 1, 2, 3
), noted as (
    insert into subscription_event (person_id, appid, template_id, change, letter_id, at)
    select person_id, appid, template_id, %(change)s, letter_id, %(now)s from moved
)
update subscription
set credits = case when %(change)s = 'found_empty' then 0
        else greatest(subscription.credits + %(step)s * summed.many, 0) end,
    is_lasting = subscription.is_lasting and %(change)s <> 'found_empty', changed_at = %(now)s
from summed
where subscription.person_id = summed.person_id and subscription.appid = summed.appid
and subscription.template_id = summed.template_id
"""

STEPS = {
    SubscriptionChange.SPENT: -1,
    SubscriptionChange.RETURNED: 1,
    SubscriptionChange.FOUND_EMPTY: 0,
}


@dataclass(frozen=True)
class Spending:
    """A consent that a letter spends, gives back, or found to be gone."""

    person_id: str
    appid: str
    template_id: str
    letter_id: str


def change(
    session: Session,
    spendings: Sequence[Spending],
    *,
    why: SubscriptionChange,
    now: datetime,
) -> None:
    """Write down what letters did to consents; one statement for all of them."""
    if not spendings:
        return
    given = {
        "person_id": [one.person_id for one in spendings],
        "appid": [one.appid for one in spendings],
        "template_id": [one.template_id for one in spendings],
        "letter_id": [one.letter_id for one in spendings],
        "change": why.value, "step": STEPS[why], "now": now,
    }  # fmt: skip
    session.connection().exec_driver_sql(CHANGE, given)


def note_consents(
    session: Session,
    *,
    appid: str,
    openid: str,
    changes: Iterable[ConsentChange],
    is_popup: bool,
    now: datetime,
) -> str | None:
    """Write down what a person allowed or refused, in a pop-up or in her phone's list of notices.

    Each yes to a one-time template is one more credit; to a lasting one it is a yes for good. A
    no in a pop-up takes no credit away, and is kept so that she is not asked again soon; in the
    list of notices it takes everything away.

    Returns:
        The id of the person, None if nobody is known by this openid.
    """
    person_id = session.scalar(
        sa.select(WechatIdentity.person_id).where(
            WechatIdentity.appid == appid, WechatIdentity.openid == openid
        )
    )
    if person_id is None:
        return None
    lasting = set(
        session.scalars(
            sa.select(ChannelTemplate.template_id).where(
                ChannelTemplate.channel == Channel.MINI_LASTING
            )
        )
    )
    for each in changes:
        is_lasting = each.template_id in lasting
        if each.accepted:
            _accept(session, person_id, appid, each.template_id, is_lasting=is_lasting, now=now)
        elif is_lasting or not is_popup:
            _refuse(session, person_id, appid, each.template_id, now=now)
        else:
            refused = SubscriptionChange.REFUSED
            _note(session, person_id, appid, each.template_id, refused, now=now)
    return person_id


def _accept(
    session: Session, person_id: str, appid: str, template_id: str, *, is_lasting: bool,
    now: datetime,
) -> None:  # fmt: skip
    given = postgresql.insert(Subscription).values(
        person_id=person_id, appid=appid, template_id=template_id, is_lasting=is_lasting,
        credits=0 if is_lasting else 1, changed_at=now,
    )  # fmt: skip
    more = {
        "is_lasting": sa.or_(Subscription.is_lasting, given.excluded.is_lasting),
        "credits": Subscription.credits + given.excluded.credits,
        "changed_at": now,
    }
    key = ["person_id", "appid", "template_id"]
    session.execute(given.on_conflict_do_update(index_elements=key, set_=more))
    _note(session, person_id, appid, template_id, SubscriptionChange.ACCEPTED, now=now)


def _refuse(
    session: Session, person_id: str, appid: str, template_id: str, *, now: datetime
) -> None:
    session.execute(
        sa.update(Subscription)
        .where(
            Subscription.person_id == person_id, Subscription.appid == appid,
            Subscription.template_id == template_id,
        )
        .values(is_lasting=False, credits=0, changed_at=now)
    )  # fmt: skip
    _note(session, person_id, appid, template_id, SubscriptionChange.REFUSED, now=now)


def _note(
    session: Session, person_id: str, appid: str, template_id: str, why: SubscriptionChange, *,
    now: datetime,
) -> None:  # fmt: skip
    session.add(
        SubscriptionEvent(
            person_id=person_id, appid=appid, template_id=template_id, change=why, at=now,
            letter_id=None,
        )
    )  # fmt: skip
