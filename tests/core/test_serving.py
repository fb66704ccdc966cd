"""Behind a real granian: slow and oversized bodies cost no thread, and no header poses."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.core.gate_of_test import BODY_SECONDS
from tests.world import ROOT

pytestmark = pytest.mark.slow

SLOW_CLIENTS = 60


@contextmanager
def served() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Keep a granian that serves the small program; it must end well."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    granian = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "granian", "--interface", "rsgi", "--factory", "--host"]
        + ["127.0.0.1", "--port", str(port), "--no-ws", "tests.core.gate_of_test:gate"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while not is_listening(port):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield port, granian
    granian.terminate()
    assert granian.wait(timeout=20) == 0


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a granian that serves the small program."""
    with served() as (port, _):
        yield port


def is_listening(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def ask(
    port: int, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, object]]:
    """Return status and what the program says it heard."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body=body or None, headers=headers or {})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if answer.status == 200 else {}


def half_a_post(port: int, path: str = "/") -> socket.socket:
    """Return a connection on which 10 of 1,000 announced bytes were sent."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"
    connection.sendall(head.encode() + b"0123456789")
    return connection


def test_sixty_slow_clients_do_not_hold_up_a_quick_one(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(SLOW_CLIENTS):
            stack.enter_context(half_a_post(port))

        begun = time.monotonic()
        status, _ = ask(port, "POST", "/", body=b"quick")
        took = time.monotonic() - begun

    assert status == 200
    assert took < BODY_SECONDS / 3


def test_busy_pages_do_not_hold_up_a_push(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(40):
            busy = socket.create_connection(("127.0.0.1", port), timeout=10)
            stack.enter_context(busy)
            busy.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")

        begun = time.monotonic()
        status, _ = ask(port, "POST", "/push/oa", body=b"push")
        took = time.monotonic() - begun

    assert status == 200
    assert took < 0.5


def test_a_body_that_does_not_come_is_answered_408(port: int) -> None:
    with half_a_post(port) as connection:
        answer = connection.recv(100)

    assert answer.startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [("/", 10_000, 200), ("/", 10_001, 413), ("/push/oa", 100, 200), ("/push/oa", 101, 413)],
    ids=["a page's most", "a page's one more", "a push's most", "a push's one more"],
)
def test_an_oversized_body_is_answered_413(port: int, path: str, length: int, status: int) -> None:
    found, heard = ask(port, "POST", path, body=b"x" * length)

    assert found == status
    assert heard.get("body", length) == length


def test_a_body_of_unsaid_length_is_bounded_too(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/", body=iter([b"x" * 6000, b"x" * 6000]), encode_chunked=True)

    assert connection.getresponse().status == 413
    connection.close()


def test_a_header_with_an_underscore_is_dropped(port: int) -> None:
    _, heard = ask(
        port, "GET", "/", headers={"X_Real_IP": "1.2.3.4", "X-Real-IP": "5.6.7.8", "Host": "a"}
    )

    assert heard["HTTP_X_REAL_IP"] == "5.6.7.8"


def test_the_program_hears_what_was_asked(port: int) -> None:
    _, heard = ask(
        port, "POST", "/%E5%AD%95?a=1&b=%20", body=b"{}",
        headers={"Host": "yunyu.example:8443", "Content-Type": "application/json"},
    )  # fmt: skip

    assert str(heard["PATH_INFO"]).encode("latin-1").decode() == "/孕"
    assert heard["QUERY_STRING"] == "a=1&b=%20"
    assert (heard["SERVER_NAME"], heard["SERVER_PORT"]) == ("yunyu.example", "8443")
    assert (heard["CONTENT_TYPE"], heard["CONTENT_LENGTH"]) == ("application/json", "2")
    assert heard["REMOTE_ADDR"] == "127.0.0.1"


def test_each_answer_is_closed(port: int) -> None:
    _, before = ask(port, "GET", "/")

    _, after = ask(port, "GET", "/")

    assert int(str(after["closed"])) == int(str(before["closed"])) + 1


def test_what_is_under_way_when_the_server_is_told_to_stop_is_answered() -> None:
    with served() as (port, granian):
        slow = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        slow.request("GET", "/slow")
        _, _ = ask(port, "GET", "/")

        granian.terminate()

        assert slow.getresponse().status == 200
        slow.close()
