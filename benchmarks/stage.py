"""The stage of a benchmark: a PostgreSQL of its own, a hospital with people, web servers on it."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil

from accounts.actions import follow, give_consent, meet
from accounts.models import Hospital, Purpose, SubjectKind
from accounts.notices import notice
from accounts.queries import hospital_of_account
from accounts.rules import Actor
from core import embedded
from core.clock import SystemClock, beijing_date
from core.db import Session
from core.house import House, opened
from deploy import demonstration, secrets
from deploy.migrate import migrate
from deploy.stage import Stage
from handbook.actions import open_pregnancy
from handbook.timeline import read_dating

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = 200
"""Different mothers: two messages of one mother wait for each other, as they must."""

ALONG = timedelta(weeks=20)
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Ground:
    """A filled house, the settings that reach it, and who lives in it."""

    house: House
    environment: Mapping[str, str]
    openids: Sequence[str]
    postgres: psutil.Process


@dataclass(frozen=True)
class Served:
    """A web server under measurement."""

    port: int
    process: psutil.Process


@contextmanager
def ground() -> Iterator[Ground]:
    """Keep a demonstration hospital with `PEOPLE` mothers while the block runs, then drop it."""
    with tempfile.TemporaryDirectory(prefix="yunyu-bench-") as name:
        folder = Path(name)
        # The server may have to run as another user, who must be able to walk in.
        folder.chmod(0o711)
        with embedded.running(folder) as server:
            stage = Stage(folder, web_port=80, sandbox_port=80)
            environment = stage.environment(secrets.kept(folder / "secrets.json")) | {
                "YUNYU_DATABASE_URL": server.url,
                "YUNYU_CLOCK_FILE": "",
            }
            postmaster = int((server.data / "postmaster.pid").read_text("utf-8").split()[0])
            with opened(environment) as house:
                migrate(house.database.engine)
                demonstration.fill(house)
                openids = _settled(house)
                yield Ground(house, environment, openids, psutil.Process(postmaster))


@contextmanager
def serving(ground: Ground, arguments: Sequence[str], *, log: Path) -> Iterator[Served]:
    """Keep granian running with one worker and these arguments while the block runs."""
    port = _free_port()
    command = [
        sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--no-ws", *arguments,
    ]  # fmt: skip
    with log.open("wb") as lines:
        process = subprocess.Popen(  # noqa: S603 - our own programs, our own arguments
            command, cwd=ROOT, env={**os.environ, **ground.environment},
            stdin=subprocess.DEVNULL, stdout=lines, stderr=lines,
        )  # fmt: skip
    try:
        _wait_until_open(port, process, log)
        yield Served(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def cpu_seconds(process: psutil.Process) -> float:
    """Return the processor time that a process and its children have used so far."""
    family = [process, *process.children(recursive=True)]
    return sum(used.user + used.system for used in (one.cpu_times() for one in family))


def _settled(house: House) -> list[str]:
    """Let mothers in who follow, agreed to the handbook and are twenty weeks along."""
    openids = [f"oBenchmark_{number:04}" for number in range(PEOPLE)]
    appid = house.settings.oa_appid
    with house.database.transaction() as session:
        hospital = hospital_of_account(session, appid=appid)
        for openid in openids:
            _settle(session, hospital, appid=appid, openid=openid)
    return openids


def _settle(session: Session, hospital: Hospital, *, appid: str, openid: str) -> None:
    now = SystemClock().now()
    person = meet(session, hospital=hospital, appid=appid, openid=openid, unionid=None, now=now)
    follow(session, appid=appid, openid=openid, now=now)
    give_consent(
        session, person=person, purpose=Purpose.HANDBOOK,
        version=notice(Purpose.HANDBOOK).version, channel="benchmark", now=now,
    )  # fmt: skip
    today = beijing_date(now)
    open_pregnancy(
        session, person=person,
        reading=read_dating(source="last_period", day=today - ALONG, today=today),
        actor=Actor(SubjectKind.PERSON, person.id), now=now,
    )  # fmt: skip


def _wait_until_open(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"a server did not start:\n{log.read_text(encoding='utf-8')}")


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
