"""Two platforms with the same manners: the fakes, and the stand-in over real HTTP."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import requests

from core.clock import SystemClock
from core.db import Database
from tests.sandbox import stage
from tests.world import ROOT, SETTINGS
from wechat.assembly import assemble
from wechat.errors import NotFollower, WindowClosed
from wechat.login import FakeLogin, Identity, Login
from wechat.messages import FakeMessenger, Messenger

START_SECONDS = 20
PERSON = "lin"


class World(Protocol):
    """A platform and one follower, Lin, whom a test can make act."""

    messenger: Messenger
    login: Login
    openid: str
    template: str

    def sent(self) -> int: ...

    def leaves(self) -> None: ...

    def falls_silent(self) -> None: ...

    def code(self, sort: str) -> str: ...


@dataclass
class Fakes:
    """The fakes, told what the platform would know by itself."""

    messenger: FakeMessenger = field(default_factory=FakeMessenger)
    login: FakeLogin = field(default_factory=FakeLogin)
    openid: str = "oOA_lin"
    template: str = "T_VISIT"

    def sent(self) -> int:
        """Return how many messages reached her."""
        return len(self.messenger.sent)

    def leaves(self) -> None:
        """Have her unfollow."""
        self.messenger.fail_next(NotFollower(43004))

    def falls_silent(self) -> None:
        """Let 48 hours pass."""
        self.messenger.fail_next(WindowClosed(45015))

    def code(self, sort: str) -> str:
        """Return a code of her phone: `js`, `oauth` or `phone`."""
        known = {"js": Identity("oMP_lin", "u_lin"), "oauth": Identity(self.openid, "u_lin")}
        self.login.people |= {f"{sort}-code": one for name, one in known.items() if name == sort}
        self.login.phones |= {"phone-code": "13800000000"} if sort == "phone" else {}
        return f"{sort}-code"


class StandIn:
    """The stand-in, spoken to by the product as it speaks to the platform."""

    template = "T_VISIT"

    def __init__(self, address: str, database: Database) -> None:
        self._address = address
        settings = replace(
            SETTINGS, oa_appid=stage.OA, oa_secret=stage.OA_SECRET, mp_appid=stage.MP,
            mp_secret=stage.MP_SECRET, wechat_api_url=address, wechat_open_url=address,
        )  # fmt: skip
        wechat = assemble(settings, engine=database.engine, clock=SystemClock())
        self.messenger, self.login = wechat.messenger, wechat.login
        self.openid = self._bonds()[stage.OA]["openid"]
        self._act("follow", appid=stage.OA)
        self._act("say", appid=stage.OA, text="你好")

    def sent(self) -> int:
        """Return how many messages reached her."""
        chat = requests.get(f"{self._address}/_sim/persons/{PERSON}/chat", timeout=10).json()
        return len([one for one in chat["lines"] if one.get("side") in {"card", "them"}])

    def leaves(self) -> None:
        """Have her unfollow."""
        self._act("unfollow", appid=stage.OA)

    def falls_silent(self) -> None:
        """Let 48 hours pass."""
        self._post("clock", shift_seconds=48 * 3600 + 1)

    def code(self, sort: str) -> str:
        """Return a code of her phone: `js`, `oauth` or `phone`."""
        appid = stage.OA if sort == "oauth" else stage.MP
        return str(self._act(f"{sort}_code", appid=appid)["code"])

    def _act(self, what: str, **body: object) -> dict[str, object]:
        return self._post(f"persons/{PERSON}/{what}", **body)

    def _post(self, path: str, **body: object) -> dict[str, object]:
        answer = requests.post(f"{self._address}/_sim/{path}", json=body, timeout=10)
        answer.raise_for_status()
        found: dict[str, object] = answer.json()
        return found

    def _bonds(self) -> dict[str, dict[str, str]]:
        state = requests.get(f"{self._address}/_sim/state", timeout=10).json()
        return next(one["bonds"] for one in state["persons"] if one["key"] == PERSON)


@contextmanager
def stand_in(folder: Path) -> Iterator[str]:
    """Run `python -m sandbox` on a free port; yield its address."""
    port = _free_port()
    config = folder / "config.json"
    config.write_text(
        json.dumps(stage.settings("http://127.0.0.1:9/nobody-listens")), encoding="utf-8"
    )
    command = [sys.executable, "-m", "sandbox", "--config", str(config)]
    command += ["--state", str(folder / "state"), "--port", str(port)]
    running = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 - our own program
    try:
        _wait_for(port, running)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert running.poll() is None, "the stand-in did not start"
        assert time.monotonic() < deadline, "the stand-in does not answer"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
