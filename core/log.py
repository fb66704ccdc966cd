"""Logs: one JSON line an event, constant messages, identifiers only."""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

import psycopg

REQUEST = ContextVar("request", default="")
"""The id of the request or tick that is under way, put into every line."""

STANDARD = frozenset(vars(logging.makeLogRecord({})))


class JsonLine(logging.Formatter):
    """Writes a record as one line of JSON with the plain values of its `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "name": record.name,
            "message": record.getMessage(),
        }
        if request := REQUEST.get():
            line["request"] = request
        line |= {name: value for name, value in vars(record).items() if name not in STANDARD}
        if record.exc_info:
            line["traceback"] = _path_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _path_of(error: BaseException | None) -> str:
    """Return where an error and its causes came from, and their kinds.

    Their messages are left out: drivers and parsers quote the very values they choke on. What the
    database refused is told by the names in its schema.
    """
    if error is None:
        return ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, psycopg.Error):
        kind += _refused_by(error)
    return _path_of(error.__cause__ or error.__context__) + f"{frames}{kind}\n"


def _refused_by(error: psycopg.Error) -> str:
    """Return the SQLSTATE of a refusal and the constraint behind it, as far as they are known."""
    named = (("sqlstate", error.sqlstate), ("constraint", error.diag.constraint_name))
    return "".join(f" {name}={known}" for name, known in named if known)


def install(*, level: int) -> None:
    """Send every record of this program to standard error as JSON lines."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(JsonLine())
    logging.basicConfig(level=level, handlers=[lines], force=True)
    # These two write addresses with query strings (tokens, openids) at INFO.
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
