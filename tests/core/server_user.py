"""A process that uses the embedded server until its standard input ends: `server_user <folder>`."""

import sys
from pathlib import Path

import psycopg

from core import embedded


def main(folder: str) -> None:
    """Count up in a table, say how far, and stay."""
    with embedded.running(Path(folder)) as server:
        address = server.url.replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("select pg_advisory_lock(1)")  # two `create` at once would clash
            connection.execute("create table if not exists visit (number int)")
            connection.execute("insert into visit values (1)")
            connection.execute("select pg_advisory_unlock(1)")
            row = connection.execute("select count(*) from visit").fetchone()
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
