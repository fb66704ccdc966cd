"""Command line: python -m sandbox --port 8100 --config sandbox/example.json --state FOLDER."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.config import load
from sandbox.plain import BadShape
from sandbox.program import create_app
from sandbox.simulator import Simulator

STOP_WITHIN_SECONDS = 0.1
"""So often the server looks whether it was told to stop."""


class QuietRequests(WSGIRequestHandler):
    """Keeps query strings, which hold tokens, out of the log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing: the journal under /_sim/log has every call."""


def serve(app: Flask, *, host: str, port: int) -> BaseWSGIServer:
    """A threaded server that listens and is not yet running; port 0 takes any free one."""
    return make_server(host, port, app, threaded=True, request_handler=QuietRequests)


def main(arguments: list[str]) -> int:
    """Run the stand-in until it is told to stop (SIGTERM or SIGINT)."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    try:
        sim = Simulator(load(given.config), given.state)
    except (BadShape, OSError) as wrong:
        logging.getLogger("sandbox").error("configuration or kept state refused: %s", wrong)
        return 2
    server = serve(create_app(sim), host=given.host, port=given.port)
    _stop_on_signals(server)
    logging.getLogger("sandbox").info("listening on http://%s:%s", given.host, server.port)
    server.serve_forever(STOP_WITHIN_SECONDS)
    server.server_close()
    sim.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="what to play (JSON)")
    parser.add_argument("--state", type=Path, required=True, help="folder that is kept")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    return parser


def _stop_on_signals(server: BaseWSGIServer) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        # shutdown() waits for the loop this handler interrupts, so it needs its own thread.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
