"""Brings a database to the newest schema: `python -m deploy.migrate`."""

import os
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from core.house import opened

ROOT = Path(__file__).resolve().parent.parent


def migrate(engine: sa.Engine) -> None:
    """Run the migrations that a database has not seen yet, in one transaction."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


if __name__ == "__main__":
    with opened(os.environ) as house:
        migrate(house.database.engine)
