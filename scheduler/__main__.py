"""The worker: `python -m scheduler` beats until it is told to stop (SIGTERM or Ctrl-C)."""

import logging
import os
import signal
import threading

from core import log
from core.house import opened
from scheduler import ticks
from wechat.assembly import assemble


def main() -> None:
    """Run the ticks until SIGTERM or SIGINT; those under way are finished first."""
    log.install(level=logging.INFO)
    # One line a run would bury everything else; what a run did stands in tick_run.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    told_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_stop.set())
    with opened(os.environ) as house:
        wechat = assemble(house.settings, engine=house.database.engine, clock=house.clock)
        worker = ticks.Worker(
            house, wechat.messenger, wechat.login, wechat.mini_messenger, wechat.assistant,
            wechat.statistics,
        )  # fmt: skip
        beat = ticks.start(worker)
        told_to_stop.wait()
        beat.shutdown()


if __name__ == "__main__":
    main()
