"""A log line is JSON, constant in its message, and says nothing of a person."""

import json
import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from accounts.actions import meet, set_phone
from accounts.models import WechatIdentity
from core import log
from core.db import Database, Session
from core.log import REQUEST, JsonLine
from tests import world
from tests.world import NOW


class Away(Database):
    """A database that does not answer."""

    def __init__(self) -> None:
        super().__init__("postgresql+psycopg://nobody@/none?host=%2Fnonexistent")


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    root.handlers[:], root.level = handlers, level


def written(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = json.loads(JsonLine().format(record))
    return found


def a_record(message: str, **extra: object) -> logging.LogRecord:
    return logging.makeLogRecord(
        {"name": "booking", "levelno": 20, "levelname": "INFO", "msg": message, **extra}
    )


def test_a_line_holds_moment_level_name_message_and_extras() -> None:
    line = written(a_record("appointment booked", appointment_id="apt_1"))

    assert line | {"at": ""} == {
        "at": "", "level": "info", "name": "booking", "message": "appointment booked",
        "appointment_id": "apt_1",
    }  # fmt: skip
    assert str(line["at"]).endswith("+00:00")


def test_a_line_names_the_request_it_belongs_to() -> None:
    mark = REQUEST.set("req_7")
    line = written(a_record("appointment booked"))
    REQUEST.reset(mark)

    assert line["request"] == "req_7"
    assert "request" not in written(a_record("appointment booked"))


def test_a_line_is_one_line() -> None:
    text = JsonLine().format(a_record("first\nsecond", note="third\nfourth"))

    assert "\n" not in text


def raise_in_the_database(session: Session, cast: world.Cast) -> None:
    session.add(
        WechatIdentity(
            id="wid_twin", person_id=cast.mother.id, appid="wxOA0001", openid="oOA_lin",
            unionid=None, followed_at=None, unfollowed_at=None,
        )
    )  # fmt: skip
    session.flush()


def test_a_failure_in_the_database_names_no_openid(session: Session, cast: world.Cast) -> None:
    with pytest.raises(sa.exc.IntegrityError, match="oOA_lin") as failure:
        raise_in_the_database(session, cast)

    line = written(a_record("failed", exc_info=(failure.type, failure.value, failure.tb)))

    assert "oOA_lin" not in json.dumps(line)
    assert "raise_in_the_database" in str(line["traceback"])
    assert (
        "psycopg.errors.UniqueViolation sqlstate=23505 constraint=uq_wechat_identity_appid_openid\n"
    ) in str(line["traceback"])
    assert "sqlalchemy.exc.IntegrityError" in str(line["traceback"])


def test_a_database_that_is_away_names_no_constraint() -> None:
    with pytest.raises(sa.exc.OperationalError) as failure, Away().transaction() as session:
        session.execute(sa.text("select 1"))

    line = written(a_record("failed", exc_info=(failure.type, failure.value, failure.tb)))

    assert "psycopg.OperationalError\n" in str(line["traceback"])


def test_a_record_without_an_error_has_an_empty_traceback() -> None:
    assert written(a_record("failed", exc_info=(None, None, None)))["traceback"] == ""


def test_nothing_a_family_does_puts_her_into_the_log(
    real_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    with real_database.transaction() as session:
        cast = world.settle(session)
        lin = meet(
            session, hospital=cast.hospital, appid="wxMP0001", openid="oMP_lin",
            unionid="uoOA_lin", now=NOW,
        )  # fmt: skip
        set_phone(session, person=lin, phone="13800138000", now=NOW)

    lines = " ".join(JsonLine().format(record) for record in caplog.records)
    assert [word for word in ("oOA_lin", "oMP_lin", "13800138000") if word in lines] == []


def test_an_installed_log_writes_json_to_standard_error(
    root_logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    log.install(level=logging.INFO)

    logging.getLogger("booking").info("appointment booked", extra={"slot_id": "slt_1"})
    logging.getLogger("urllib3").info("GET /cgi-bin/token?secret=s")
    logging.getLogger("werkzeug").info("GET /m/?code=c")

    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["slot_id"] == "slt_1"
    assert root_logger.level == logging.INFO
