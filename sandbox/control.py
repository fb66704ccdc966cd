"""The control API under /_sim: the clock, faults, the journal and the state of it all."""

from flask import Blueprint, Response, jsonify, request

from sandbox import acts, consents
from sandbox.asking import account_in, body_in, moment_in, span_in
from sandbox.config import Kind, Person, check_person
from sandbox.plain import BadShape, build
from sandbox.portrait import person_portrait, portrait
from sandbox.running import simulator
from sandbox.world import Unknown

control = Blueprint("control", __name__, url_prefix="/_sim")

SETTLE_SECONDS = 60.0
"""The longest wait for all pushes to be answered."""


@control.app_errorhandler(Unknown)
def not_found(_error: Unknown) -> tuple[Response, int]:
    """Answer 404 when somebody or something is not configured."""
    return jsonify(error="no such person, account or template"), 404


@control.app_errorhandler(acts.Impossible)
def impossible(error: acts.Impossible) -> tuple[Response, int]:
    """Answer 409 when a phone would not let a person do this."""
    return jsonify(error=str(error)), 409


@control.app_errorhandler(consents.BadAsk)
def bad_ask(error: consents.BadAsk) -> tuple[Response, int]:
    """Answer 409 when a consent pop-up cannot appear, with the phone's own code."""
    return jsonify(error=str(error), errCode=error.code), 409


@control.app_errorhandler(BadShape)
def bad_shape(error: BadShape) -> tuple[Response, int]:
    """Answer 400 when a field is missing or mistyped."""
    return jsonify(error=str(error)), 400


@control.get("/state")
def show_state() -> Response:
    """Everything worth knowing: clock, accounts, persons with their ids, templates, faults."""
    return jsonify(portrait(simulator()))


@control.post("/clock")
def move_clock() -> Response:
    """Shift the clock by `shift_seconds` or set it to the moment `set_to`."""
    clock = simulator().world.clock
    body = body_in()
    if "set_to" in body:
        clock.set_to(moment_in(body))
    else:
        clock.shift(span_in(body))
    simulator().world.wake()
    return jsonify(now=simulator().world.stamp(), offset_seconds=clock.offset.total_seconds())


@control.post("/reset")
def reset() -> Response:
    """Forget everything but the configuration."""
    simulator().engine.wait_until_quiet(SETTLE_SECONDS)
    simulator().reset()
    return jsonify(ok=True)


@control.post("/settle")
def settle() -> Response:
    """Wait until every push has been answered or given up."""
    return jsonify(ok=simulator().engine.wait_until_quiet(SETTLE_SECONDS))


@control.post("/persons")
def add_person() -> tuple[Response, int]:
    """Let one more person in: key, name, avatar_color."""
    person = build(Person, body_in())
    check_person(person)
    simulator().world.add_person(person)
    return jsonify(person_portrait(simulator(), person)), 201


@control.get("/log")
def log() -> Response:
    """The calls of the platform API, oldest first, after number `after`."""
    return jsonify(calls=simulator().world.journal.calls(after=request.args.get("after", 0, int)))


@control.get("/pushes")
def pushes() -> Response:
    """The pushes with their tries and replies, oldest first, after number `after`."""
    return jsonify(pushes=simulator().world.journal.pushes(after=request.args.get("after", 0, int)))


@control.get("/faults")
def show_faults() -> Response:
    """The faults that are waiting to happen."""
    return jsonify(faults=simulator().faults.listed())


@control.post("/faults")
def add_fault() -> tuple[Response, int]:
    """Let something go wrong: kind, path, times, every, seconds, errcode."""
    simulator().faults.add(body_in())
    return jsonify(faults=simulator().faults.listed()), 201


@control.delete("/faults")
def clear_faults() -> Response:
    """Let everything work again."""
    simulator().faults.clear()
    return jsonify(faults=[])


@control.post("/verify")
def verify() -> Response:
    """Run the GET verification of an account's callback URL."""
    return jsonify(simulator().engine.verify(account_in(body_in(), Kind.OA)))


@control.post("/rotate_key")
def rotate_key() -> Response:
    """Push with the `current` or the `previous` AES key of an account from now on."""
    body = body_in()
    account = account_in(body, Kind.OA)
    previous = body.get("use") == "previous" and account.aes_key_previous is not None
    world = simulator().world
    with world.lock:
        others = [appid for appid in world.state.previous_key if appid != account.appid]
        world.state.previous_key = [*others, account.appid] if previous else others
        world.touch()
    return jsonify(use="previous" if previous else "current")
