"""Phones that want a place and do not give up: they ask until somebody answers yes or no."""

import http.client
import json
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

from benchmarks.market import token

PATIENCE_SECONDS = 40
ANSWER_SECONDS = 10
PAUSE_SECONDS = 0.3
PATH = "/api/v1/appointments"


@dataclass(frozen=True)
class Told:
    """What a phone was told at last: by which status, which appointment, after how many tries."""

    person: int
    status: int
    appointment_id: str | None
    tries: int


def reach(ports: Sequence[int], person: int, slot_id: str, *, repeats: int = 1) -> Told:
    """Ask for a place with one key until a yes or a no comes; then `repeats - 1` times more.

    Each try goes to the next worker.

    Raises:
        TimeoutError: nothing but failures for `PATIENCE_SECONDS`.
        AssertionError: the same key was told two different appointments.
    """
    until, tries, told = time.monotonic() + PATIENCE_SECONDS, 0, []
    while len(told) < repeats:
        if time.monotonic() > until:
            raise TimeoutError(f"person {person} was told nothing in {tries} tries")
        tries += 1
        try:
            status, body = _ask(ports[(person + tries) % len(ports)], person, slot_id)
        except (OSError, http.client.HTTPException):
            status, body = 0, {}
        if status in {201, 409}:
            told.append((status, body.get("id")))
        else:
            Event().wait(PAUSE_SECONDS)
    assert len(set(told)) == 1, told
    return Told(person, *told[0], tries)


def rush(
    ports: Sequence[int], *, clients: int, people: Sequence[int], slot_id: str, repeats: int = 1
) -> list[Future[Told]]:
    """Let so many phones at once ask for everybody; the futures are what each was told."""
    threads = ThreadPoolExecutor(clients, thread_name_prefix="phone")
    asked = [threads.submit(reach, ports, one, slot_id, repeats=repeats) for one in people]
    threads.shutdown(wait=False)
    return asked


def _ask(port: int, person: int, slot_id: str) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        connection.request(
            "POST", PATH, json.dumps({"slot_id": slot_id}),
            {
                "Authorization": f"Bearer {token(person)}", "X-Yunyu": "1",
                "Idempotency-Key": f"key-{person}", "Content-Type": "application/json",
            },
        )  # fmt: skip
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")
    finally:
        connection.close()
