"""Reads what the control API was asked, and writes what came of it."""

from concurrent.futures import Future
from datetime import datetime, timedelta

from flask import Response, jsonify, request

from sandbox.clock import BEIJING
from sandbox.config import Account, Kind
from sandbox.journal import Delivery
from sandbox.plain import BadShape
from sandbox.running import simulator
from sandbox.wire import Fields
from sandbox.world import Unknown

ANSWER_SECONDS = 60.0
"""The longest a waiting act takes: its own three tries and those queued before it."""
LONGEST_SHIFT = timedelta(days=36_500)


def body_in() -> Fields:
    """The JSON object of the request; an empty body is an empty object.

    Only `application/json` counts, so that a foreign web page cannot send it unasked.

    Raises:
        BadShape: it is something else.
    """
    if not request.get_data(cache=True):
        return {}
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadShape("a JSON object sent as application/json is expected")
    return body


def text_in(body: Fields, name: str) -> str:
    """A text field that must be there.

    Raises:
        BadShape: it is missing or no text.
    """
    value = body.get(name)
    if not isinstance(value, str):
        raise BadShape(f"{name}: text is expected")
    return value


def person_in(key: str) -> str:
    """The key of a known person.

    Raises:
        Unknown: there is no such person.
    """
    return simulator().world.person(key).key


def account_in(body: Fields, kind: Kind) -> Account:
    """The account named by `account`, or the first one of `kind`.

    Raises:
        Unknown: there is none.
    """
    world = simulator().world
    if "account" in body:
        return world.account(text_in(body, "account"))
    for account in world.config.accounts:
        if account.kind is kind:
            return account
    raise Unknown


def owner_in(body: Fields, template_id: str) -> Account:
    """The account named by `account`, or the one that owns a template.

    Raises:
        Unknown: there is no such account or template.
    """
    world = simulator().world
    if "account" in body:
        return world.account(text_in(body, "account"))
    return world.account(world.template(template_id).account)


def decisions_in(body: Fields) -> dict[str, str]:
    """Template ids with accept or reject, from `decisions` or `template_ids` and `decision`.

    Raises:
        BadShape: they are neither.
    """
    given = body.get("decisions")
    if given is None and isinstance(body.get("template_ids"), list):
        given = {str(template): body.get("decision") for template in body["template_ids"]}
    if not isinstance(given, dict) or any(
        decision not in {"accept", "reject"} for decision in given.values()
    ):
        raise BadShape("decisions: template ids with accept or reject are expected")
    return given


def moment_in(body: Fields) -> datetime:
    """The moment `set_to` in ISO 8601; without an offset it is Beijing time.

    Raises:
        BadShape: it is no moment.
    """
    try:
        moment = datetime.fromisoformat(text_in(body, "set_to"))
    except ValueError as broken:
        raise BadShape("set_to: an ISO 8601 moment is expected") from broken
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def span_in(body: Fields) -> timedelta:
    """The span `shift_seconds`, at most a hundred years either way.

    Raises:
        BadShape: it is no number or too large.
    """
    seconds = body.get("shift_seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise BadShape("shift_seconds: a number is expected")
    if abs(seconds) > LONGEST_SHIFT.total_seconds():
        raise BadShape("shift_seconds: a hundred years at most")
    return timedelta(seconds=seconds)


def pushed(push: Future[Delivery]) -> Response:
    """Answer an act: at once, or with the delivery when the body says `"wait": true`."""
    return opened(push, {})


def opened(push: Future[Delivery], opens: Fields) -> Response:
    """Answer an act that also opens something on the phone."""
    if body_in().get("wait") is True:
        return jsonify(push=push.result(ANSWER_SECONDS), opens=opens)
    return jsonify(opens=opens)


def answered(push: Future[Delivery]) -> Response:
    """Answer an act with its delivery and the chat line that came back, if one did."""
    delivery = push.result(ANSWER_SECONDS)
    return jsonify(push=delivery, reply=delivery.reply)
