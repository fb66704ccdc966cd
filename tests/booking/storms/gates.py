"""Web workers that are killed as a machine kills them, and come back on their port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import psutil

from tests.world import ROOT

PATIENCE_SECONDS = 60


@dataclass
class Gate:
    """The whole gate under granian with one worker, on a port that stays the same."""

    port: int
    environment: Mapping[str, str]
    log: Path
    master: psutil.Popen | None = None

    def open(self) -> None:
        """Start it; `wait_until_open` says when it answers."""
        command = [
            sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", "1", "--no-ws", "--interface", "rsgi", "--factory", "app:gate",
        ]  # fmt: skip
        with self.log.open("ab") as lines:
            self.master = psutil.Popen(
                command, cwd=ROOT, env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL, stdout=lines, stderr=lines,
            )  # fmt: skip

    def kill(self) -> None:
        """Kill the worker and its master with -9, and wait until they are gone."""
        if self.master is None:
            return
        family = [*self.master.children(recursive=True), self.master]
        for one in family:
            one.kill()
        psutil.wait_procs(family, timeout=PATIENCE_SECONDS)
        self.master = None

    def wait_until_open(self) -> None:
        """Wait until it takes connections.

        Raises:
            RuntimeError: it does not, for too long.
        """
        deadline, tick = time.monotonic() + PATIENCE_SECONDS, Event()
        while time.monotonic() < deadline:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            tick.wait(0.05)
        raise RuntimeError(f"a gate did not open:\n{self.log.read_text(encoding='utf-8')}")


@contextmanager
def open_gates(
    count: int, *, environment: Mapping[str, str], folder: Path
) -> Iterator[Sequence[Gate]]:
    """Keep gates open while the block runs."""
    gates = [Gate(_free_port(), environment, folder / f"gate{one}.log") for one in range(count)]
    try:
        for gate in gates:
            gate.open()
        for gate in gates:
            gate.wait_until_open()
        yield gates
    finally:
        for gate in gates:
            gate.kill()


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
