"""Writes a new migration from the models: `make migration m="what it brings"`."""

import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from core import embedded
from deploy.migrate import ROOT, migrate


def write(message: str) -> None:
    """Compare the models with what the migrations make of an empty database; write the rest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # The server may have to run as another user, who must be able to walk in.
        folder.chmod(0o711)
        with embedded.running(folder) as server:
            engine = sa.create_engine(server.url)
            migrate(engine)
            config = Config(ROOT / "alembic.ini")
            with engine.begin() as connection:
                config.attributes["connection"] = connection
                command.revision(config, message=message, autogenerate=True)
            engine.dispose()


if __name__ == "__main__":
    write(sys.argv[1])
