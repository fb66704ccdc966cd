"""A stand-in on a free port, with the tests' own callback behind it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import BaseWSGIServer

from sandbox.__main__ import serve
from sandbox.config import parse
from sandbox.program import create_app
from sandbox.simulator import Simulator
from tests.sandbox.stage import Callback, Stage, settings


def _in_background(server: BaseWSGIServer) -> threading.Thread:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
    thread.start()
    return thread


@pytest.fixture(scope="session")
def callback_server() -> Iterator[Callback]:
    callback = Callback()
    app = Flask("callback")
    app.add_url_rule("/wx", "seen", lambda: callback.seen(), methods=["GET", "POST"])
    server = serve(app, host="127.0.0.1", port=0)
    thread = _in_background(server)
    callback.url = f"http://127.0.0.1:{server.port}/wx"
    yield callback
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def callback(callback_server: Callback) -> Callback:
    fresh = Callback()
    url = callback_server.url
    callback_server.__dict__.update(fresh.__dict__)
    callback_server.url = url
    return callback_server


@pytest.fixture
def open_stage(callback: Callback, tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    opened: list[Callable[[], None]] = []

    def build(*, reply_seconds: float = 5, **oa: Any) -> Stage:
        told = settings(callback.url, **oa) | {"reply_seconds": reply_seconds}
        sim = Simulator(parse(told), tmp_path / "state")
        callback.account = sim.world.official()
        server = serve(create_app(sim), host="127.0.0.1", port=0)
        thread = _in_background(server)
        stage = Stage(sim, f"http://127.0.0.1:{server.port}")

        def close() -> None:
            stage.http.close()
            server.shutdown()
            thread.join()
            server.server_close()
            sim.close()

        opened.append(close)
        return stage

    yield build
    for close in opened:
        close()


@pytest.fixture
def stage(open_stage: Callable[..., Stage]) -> Stage:
    return open_stage()


@pytest.fixture
def lin(stage: Stage) -> str:
    """The openid of a follower."""
    stage.act("lin", "follow")
    return stage.openid("lin")
