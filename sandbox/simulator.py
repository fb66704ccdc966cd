"""The whole stand-in in one hand: world, push engine and faults."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.config import Config
from sandbox.faults import Faults
from sandbox.push import PushEngine
from sandbox.world import World


class Simulator:
    """Owns the parts and their life; one per program."""

    def __init__(self, config: Config, folder: Path) -> None:
        self.world = World(config, folder)
        self.faults = Faults()
        self.engine = PushEngine(self.world, self.faults)
        self._under_way: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def sending(self, openid: str) -> Iterator[bool]:
        """Mark a send to `openid` as under way; gives False when another one still is."""
        with self._lock:
            alone = not openid or openid not in self._under_way
            if alone:
                self._under_way.add(openid)
        try:
            yield alone
        finally:
            if alone:
                with self._lock:
                    self._under_way.discard(openid)

    def reset(self) -> None:
        """Forget what happened and mend all faults."""
        self.faults.clear()
        self.world.reset()

    def close(self) -> None:
        """Stop cleanly: finish running pushes and write the memory."""
        self.world.close()
        self.engine.close()
