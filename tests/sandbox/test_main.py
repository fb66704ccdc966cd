"""The program: starts, serves, stops cleanly, refuses a wrong configuration."""

import json
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from sandbox.__main__ import main, serve
from tests.sandbox.stage import settings


def config_file(folder: Path) -> Path:
    path = folder / "sim.json"
    path.write_text(json.dumps(settings("http://127.0.0.1:9/")), encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0"]
    command += ["--config", str(config_file(tmp_path)), "--state", str(tmp_path / "state")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:  # noqa: S603
        assert running.stderr is not None
        url = running.stderr.readline().split()[-1]
        answer = requests.get(f"{url}/_sim/state", timeout=5)
        running.send_signal(number)
        status = running.wait(10)

    assert answer.status_code == 200
    assert status == 0
    assert (tmp_path / "state" / "state.json").exists()


@pytest.mark.slow
def test_main_serves_until_it_is_told_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stops: queue.Queue[Any] = queue.Queue()
    monkeypatch.setattr(signal, "signal", lambda _number, stop: stops.put(stop))
    arguments = ["--port", "0", "--config", str(config_file(tmp_path))]
    arguments += ["--state", str(tmp_path / "state")]
    statuses: list[int] = []
    running = threading.Thread(target=lambda: statuses.append(main(arguments)))

    running.start()
    stops.get(timeout=5)(signal.SIGTERM, None)
    running.join(5)

    assert statuses == [0]


@pytest.mark.parametrize("text", ["{}", "{", None], ids=["empty", "broken", "no file"])
def test_a_wrong_configuration_stops_it_with_a_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str | None
) -> None:
    path = tmp_path / "sim.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")

    status = main(["--config", str(path), "--state", str(tmp_path / "state")])

    assert status == 2
    assert "configuration or kept state refused" in caplog.text


@pytest.mark.parametrize("name", ["state.json", "clock.json"])
def test_a_broken_memory_stops_it_with_a_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    (tmp_path / name).write_text("{", encoding="utf-8")

    status = main(["--config", str(config_file(tmp_path)), "--state", str(tmp_path)])

    assert status == 2
    assert f"{name}: not JSON" in caplog.text


def test_query_strings_stay_out_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = serve(Flask("x"), host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    requests.get(f"http://127.0.0.1:{server.port}/?access_token=abc", timeout=5)
    server.shutdown()
    thread.join()
    server.server_close()

    assert "abc" not in caplog.text
