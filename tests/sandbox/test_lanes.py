"""Lanes: order within, none between, and no lane dies of one failure."""

import threading

import pytest

from sandbox.lanes import Lanes


def test_a_failure_reaches_who_waits_and_the_lane_goes_on() -> None:
    lanes: Lanes[float] = Lanes()

    failing = lanes.put("lin", lambda: 1 / 0)
    next_one = lanes.put("lin", lambda: 2.0)

    with pytest.raises(ZeroDivisionError):
        failing.result(1)
    assert next_one.result(1) == 2.0
    lanes.close()


def test_a_busy_lane_does_not_hold_up_another() -> None:
    lanes: Lanes[bool] = Lanes()
    gate = threading.Event()

    slow = lanes.put("lin", lambda: gate.wait(2))
    quick = lanes.put("zhou", lambda: True)

    assert quick.result(1)
    assert not lanes.wait_until_quiet(0)
    gate.set()
    assert slow.result(1)
    lanes.close()


def test_closing_drops_what_has_not_begun() -> None:
    lanes: Lanes[bool] = Lanes()
    gate = threading.Event()
    running = lanes.put("lin", lambda: gate.wait(2))
    waiting = lanes.put("lin", lambda: True)

    threading.Timer(0.02, gate.set).start()
    lanes.close()

    assert running.done()
    assert not waiting.done()
