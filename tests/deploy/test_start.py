"""A whole demonstration starts, tells where it is, and ends with everything it started."""

import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
import sqlalchemy as sa

from accounts.models import Staff
from booking.models import Slot
from booking.models_supply import Clinic
from core.clock import FixedClock, beijing
from core.crypto import install, ring
from core.house import House
from deploy import client, demonstration, start
from deploy.rehearsal import rehearse
from deploy.stage import MP_APPID, OA_APPID, Stage
from tests import world

DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
signal.pause()
"""
"""A program that does not hear SIGTERM."""


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="yunyu-start-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def undisturbed() -> Iterator[None]:
    """Put back the signals and the key ring that starting a house in this process changes."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    held = ring()
    yield
    install(held)
    for number, old in before.items():
        signal.signal(number, old)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Visitor(threading.Thread):
    """Waits until the demonstration tells where it is, looks around, and ends it."""

    def __init__(self, said: io.StringIO, stage: Stage) -> None:
        super().__init__()
        self._said, self._stage = said, stage
        self.persons: list[dict[str, Any]] = []
        self.pids: list[int] = []

    def run(self) -> None:
        deadline = time.monotonic() + 120
        while "Ctrl-C" not in self._said.getvalue() and time.monotonic() < deadline:
            time.sleep(0.1)
        try:
            state = requests.get(f"{self._stage.sandbox}/_sim/state", timeout=20).json()
            self.persons = state["persons"]
            self.pids = [
                int(path.read_text(encoding="ascii")) for path in self._stage.folder.glob("*.pid")
            ]
            rehearse(self._stage)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.slow
@pytest.mark.usefixtures("undisturbed")
def test_a_demonstration_starts_tells_where_it_is_and_ends_as_a_whole(folder: Path) -> None:
    stage = Stage(folder, free_port(), free_port())
    said = io.StringIO()
    visitor = Visitor(said, stage)

    with redirect_stdout(said):
        visitor.start()
        start.main(
            ["--folder", str(folder), "--port", str(stage.web_port), "--sandbox-port"]
            + [str(stage.sandbox_port), "--without-client"]
        )  # fmt: skip
    visitor.join()

    zhao = next(person for person in visitor.persons if person["key"] == "zhao")
    assert zhao["bonds"][OA_APPID]["following"] is True
    assert set(zhao["bonds"][MP_APPID]["credits"].values()) == {1}
    assert f"{stage.web}/console/" in said.getvalue()
    assert len(visitor.pids) == 3
    assert [pid for pid in visitor.pids if psutil.pid_exists(pid)] == []
    assert not (folder / "pgdata" / "postmaster.pid").exists()


@pytest.mark.slow
def test_an_empty_house_is_filled_once(database: world.UndoneDatabase) -> None:
    house = House(world.SETTINGS, database, FixedClock(world.NOW))

    demonstration.fill(house)
    with database.transaction() as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(Slot))
    demonstration.fill(house)

    with database.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Slot)) == before
        assert len(session.scalars(sa.select(Clinic)).all()) == len(demonstration.CLINICS)
        days = {beijing(moment).weekday() for moment in session.scalars(sa.select(Slot.starts_at))}
        assert {"fang", "qin"} <= set(session.scalars(sa.select(Staff.username)))
    assert demonstration.SUNDAY not in days


def test_a_port_on_which_somebody_listens_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert start._free(port) > port


def test_when_no_port_is_free_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: 0)

    with pytest.raises(start.DidNotStart, match="no free port from 8000 on"):
        start._free(8000)


def test_a_part_that_does_not_answer_in_time_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "PATIENCE_SECONDS", 0.05)

    with pytest.raises(start.DidNotStart, match="^web does not answer"):
        start._wait(f"http://127.0.0.1:{free_port()}/", "web")


@pytest.mark.slow
def test_a_program_that_will_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-c", DEAF]
    deaf = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603 - our own program
    assert deaf.stdout is not None
    deaf.stdout.readline()
    wait = deaf.wait
    monkeypatch.setattr(deaf, "wait", lambda timeout=None: wait(timeout and 0.1))

    start._stop(deaf)

    assert deaf.returncode == -signal.SIGKILL
    deaf.stdout.close()


@pytest.mark.parametrize(
    ("failure", "said"),
    [(None, ""), (client.BuildFailed("no npm"), "H5 页面没有生成成功：no npm\n")],
    ids=["built", "failed"],
)
def test_a_client_that_does_not_build_is_told_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    failure: Exception | None, said: str,
) -> None:  # fmt: skip
    def build() -> None:
        if failure is not None:
            raise failure

    monkeypatch.setattr(client, "build", build)

    start._build_client()

    assert capsys.readouterr().out == said
