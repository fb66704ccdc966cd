"""Runs migrations on the connection it is handed, or on YUNYU_DATABASE_URL."""

import os

import sqlalchemy as sa
from alembic import context

import accounts.models
import accounts.models_systems
import booking.his.models
import booking.models
import booking.models_check
import booking.models_pack
import booking.models_supply
import booking.models_waiting
import content.models
import content.models_readings
import conversation.models
import handbook.follow_up.models
import handbook.models
import handbook.models_lives
import handbook.models_records
import handbook.planning.models
import handbook.risk.models
import handbook.roster.models
import scheduler.models
import scheduler.models_channels
import scheduler.models_wishes
import wechat.models
from core.db import Base, Sealed, UtcDateTime

ROOMS = (accounts, booking, content, conversation, handbook, scheduler, wechat)
"""Imported so that `Base.metadata` knows every table."""


def plain(kind: str, thing: object, _: object) -> str | bool:
    """Write our own column types as what they rest on, so that old migrations stay readable."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Sealed):
        return "sa.LargeBinary()"
    return False


def run(connection: sa.Connection) -> None:
    """Run what is asked for, under time limits that keep a busy hospital served."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_item=plain,
    )
    with context.begin_transaction():
        connection.execute(sa.text("set local lock_timeout = '4s'"))
        connection.execute(sa.text("set local statement_timeout = '60s'"))
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = sa.create_engine(os.environ["YUNYU_DATABASE_URL"])
    with engine.connect() as opened:
        run(opened)
        opened.commit()
    engine.dispose()
