"""What a family said of templates, and what is left of it."""

from collections.abc import Callable

import sqlalchemy as sa

from core.db import Session
from scheduler import actions
from scheduler.models import Letter
from scheduler.models_channels import (
    Subscription,
    SubscriptionChange,
    SubscriptionEvent,
)
from tests.scheduler.due import DUE
from wechat.push import ConsentChange

ONCE = "TPL_MINI_ONCE"
Letters = Callable[[], list[Letter]]


def allow(
    session: Session, template_id: str, *, accepted: bool = True, is_popup: bool = True,
    times: int = 1,
) -> None:  # fmt: skip
    for _ in range(times):
        actions.note_consents(
            session, appid="wxMP0001", openid="oMP_lin",
            changes=[ConsentChange(template_id, accepted)], is_popup=is_popup, now=DUE,
        )  # fmt: skip
    session.flush()


def purse(session: Session) -> dict[str, tuple[bool, int]]:
    session.expire_all()
    return {one.template_id: (one.is_lasting, one.credits)
            for one in session.scalars(sa.select(Subscription))}  # fmt: skip


def changes(session: Session) -> list[SubscriptionChange]:
    return list(
        session.scalars(sa.select(SubscriptionEvent.change).order_by(SubscriptionEvent.number))
    )
