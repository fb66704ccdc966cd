"""A whole demonstration on free ports, a headless browser, and people at a phone and a desk."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, sync_playwright

from deploy import client
from deploy.demonstration import PASSWORD
from tests.world import ROOT

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
BEGINNING = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
"""The story begins on 1 June 2026 at 10:00 in Beijing."""

START_SECONDS = 90
SHOTS = ROOT / ".run" / "shots"


@dataclass(frozen=True)
class Demonstration:
    """Where the running demonstration answers."""

    web: str
    sandbox: str

    def control(self, path: str, body: dict[str, object]) -> dict[str, object]:
        """Call the sandbox's control API."""
        answer = requests.post(f"{self.sandbox}/_sim/{path}", json=body, timeout=60)
        answer.raise_for_status()
        found: dict[str, object] = answer.json()
        return found

    def openids(self, key: str) -> set[str]:
        """Return the openids of a person, of every account."""
        people = requests.get(f"{self.sandbox}/_sim/state", timeout=60).json()["persons"]
        bonds = next(one for one in people if one["key"] == key)["bonds"]
        return {str(bond["openid"]) for bond in bonds.values()}

    def wait_for_ticks(self) -> None:
        """Wait until reminders were planned and sent at the clock as it now stands."""
        began = datetime.fromisoformat(self._now())
        planned = self._ran("plan", after=began)
        self._ran("send", after=planned)

    def _now(self) -> str:
        return str(requests.get(f"{self.sandbox}/_sim/state", timeout=60).json()["now"])

    def _ran(self, tick: str, *, after: datetime) -> datetime:
        deadline = time.monotonic() + START_SECONDS
        while True:
            told = requests.get(f"{self.web}/readyz", timeout=60).json()["ticks"][tick]
            began = datetime.fromisoformat(told["began"])
            if began > after and told["failure"] is None:
                return began
            assert time.monotonic() < deadline, f"{tick} did not run"
            time.sleep(0.2)

    def sends(self) -> list[dict[str, object]]:
        """Return every message the product asked the platform to send."""
        calls = requests.get(f"{self.sandbox}/_sim/log", timeout=60).json()["calls"]
        return [call for call in calls if "/message/" in call["path"]]


@pytest.fixture(scope="module")
def demonstration() -> Iterator[Demonstration]:
    """Start everything with `deploy.start`, as `make run` does, and end it by its process id."""
    client.build()
    with tempfile.TemporaryDirectory(prefix="yunyu-job-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        (folder / "sandbox").mkdir()
        offset = (BEGINNING - datetime.now(UTC)).total_seconds()  # noqa: TID251 - sets the clock
        clock = folder / "sandbox" / "clock.json"
        clock.write_text(json.dumps({"offset_seconds": offset}), encoding="utf-8")
        web, sandbox = _free_port(), _free_port()
        ports = ["--port", str(web), "--sandbox-port", str(sandbox)]
        with (folder / "start.log").open("wb") as log:
            starter = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "deploy.start", "--folder", name, *ports],
                cwd=ROOT, stdout=log, stderr=log,
            )  # fmt: skip
            try:
                _wait_until_told(folder / "start.log", starter)
                yield Demonstration(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{sandbox}")
            finally:
                starter.send_signal(signal.SIGTERM)
                starter.wait(timeout=60)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def phone(browser: Browser, demonstration: Demonstration) -> Iterator[Page]:
    """Lin's phone: the sandbox's page on a desktop."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="zh-CN")
    page = context.new_page()
    defects: list[str] = []
    page.on("pageerror", lambda defect: defects.append(str(defect)))
    page.goto(demonstration.sandbox)
    page.get_by_test_id("person-lin").click()
    yield page
    context.close()
    assert defects == []


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Page]:
    """A computer of the hospital's staff."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = context.new_page()
    yield page
    context.close()


@pytest.fixture(scope="module")
def password() -> str:
    return PASSWORD


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _wait_until_told(log: Path, starter: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "Ctrl-C" not in log.read_text(encoding="utf-8"):
        assert starter.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
        time.sleep(0.1)
