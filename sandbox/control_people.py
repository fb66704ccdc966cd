"""The control API of persons under /_sim/persons: what their phones do, and what they show."""

from flask import Blueprint, Response, jsonify, request

from sandbox import acts
from sandbox.asking import (
    account_in,
    answered,
    body_in,
    decisions_in,
    opened,
    owner_in,
    person_in,
    pushed,
    text_in,
)
from sandbox.config import Kind
from sandbox.identity import new_code
from sandbox.plain import BadShape
from sandbox.portrait import person_portrait
from sandbox.running import simulator

people = Blueprint("people", __name__, url_prefix="/_sim/persons")

LONGEST_WAIT = 25.0
"""A phone's long poll ends after this many seconds even when nothing happened."""


@people.post("/<key>/follow")
def follow(key: str) -> Response:
    """Follow an account; `scene` when it was by a code."""
    body = body_in()
    account = account_in(body, Kind.OA)
    return pushed(acts.follow(simulator(), person_in(key), account, str(body.get("scene", ""))))


@people.post("/<key>/unfollow")
def unfollow(key: str) -> Response:
    """Stop following an account."""
    return pushed(acts.unfollow(simulator(), person_in(key), account_in(body_in(), Kind.OA)))


@people.post("/<key>/say")
def say(key: str) -> Response:
    """Send `text` and wait for the answer; `menu_id` when a text link was tapped."""
    body = body_in()
    account = account_in(body, Kind.OA)
    text, menu_id = text_in(body, "text"), str(body.get("menu_id", ""))
    return answered(acts.say(simulator(), person_in(key), account, text, menu_id))


@people.post("/<key>/tap_menu")
def tap_menu(key: str) -> Response:
    """Tap the menu button with this `key`, page path or address."""
    body = body_in()
    account = account_in(body, Kind.OA)
    tapped, opens = acts.tap_menu(simulator(), person_in(key), account, text_in(body, "key"))
    return opened(tapped, opens)


@people.post("/<key>/scan")
def scan(key: str) -> Response:
    """Scan a code with this `scene`."""
    body = body_in()
    account = account_in(body, Kind.OA)
    return pushed(acts.scan(simulator(), person_in(key), account, text_in(body, "scene")))


@people.post("/<key>/enter_session")
def enter_session(key: str) -> Response:
    """Enter the customer-service chat of a mini-program."""
    body = body_in()
    account = account_in(body, Kind.MP)
    return pushed(
        acts.enter_session(simulator(), person_in(key), account, str(body.get("from", "")))
    )


@people.post("/<key>/js_code")
def js_code(key: str) -> Response:
    """A login code, as `wx.login` gives it."""
    account = account_in(body_in(), Kind.MP)
    return jsonify(code=new_code(simulator().world, "js", account.appid, person_in(key)))


@people.post("/<key>/phone_code")
def phone_code(key: str) -> Response:
    """A phone number code, as the button `getPhoneNumber` gives it."""
    account = account_in(body_in(), Kind.MP)
    return jsonify(code=new_code(simulator().world, "phone", account.appid, person_in(key)))


@people.post("/<key>/oauth_code")
def oauth_code(key: str) -> Response:
    """A web login code, without the browser's way round."""
    account = account_in(body_in(), Kind.OA)
    code = new_code(simulator().world, "oauth", account.appid, person_in(key), "snsapi_base")
    return jsonify(code=code)


@people.post("/<key>/consent")
def consent(key: str) -> Response:
    """Answer a pop-up: `template_ids` with one `decision`, or `decisions` by template."""
    body = body_in()
    decisions = decisions_in(body)
    account = owner_in(body, next(iter(decisions), ""))
    return pushed(acts.consent(simulator(), person_in(key), account, decisions))


@people.post("/<key>/turn_off")
def turn_off(key: str) -> Response:
    """Turn the template `template_id` off in the phone's settings."""
    body = body_in()
    template_id = text_in(body, "template_id")
    account = owner_in(body, template_id)
    return pushed(acts.turn_off(simulator(), person_in(key), account, template_id))


@people.post("/<key>/block")
def block(key: str) -> Response:
    """Refuse messages of an account without unfollowing, or allow them again."""
    body = body_in()
    world = simulator().world
    with world.lock:
        bond = world.bond(person_in(key), account_in(body, Kind.OA))
        bond.blocked = body.get("blocked", True) is True
        world.touch()
    return jsonify(blocked=bond.blocked)


@people.post("/<key>/push")
def push(key: str) -> Response:
    """Push any `fields` about a person, for kinds of messages and events not listed here."""
    body = body_in()
    account = account_in(body, Kind.OA)
    fields = body.get("fields")
    if not isinstance(fields, dict) or not isinstance(fields.get("MsgType"), str):
        raise BadShape("fields: an object with MsgType is expected")
    if fields["MsgType"] != "event":
        fields = fields | {"MsgId": simulator().world.next_msgid()}
    return pushed(simulator().engine.push(account, person_in(key), fields))


@people.get("/<key>/chat")
def chat(key: str) -> Response:
    """A person's chat lines after number `after`; `wait` seconds for a new one (long poll)."""
    after = request.args.get("after", 0, int)
    wait = min(request.args.get("wait", 0.0, float), LONGEST_WAIT)
    world, person = simulator().world, person_in(key)
    with world.changed:
        seen = request.args.get("revision", world.revision, int)
        if wait > 0 and world.last_line(person) <= after:
            world.changed.wait_for(
                lambda: world.closing or world.revision != seen or world.last_line(person) > after,
                wait,
            )
        lines = world.state.chats.get(person, [])
        return jsonify(
            lines=[line for line in lines if line["seq"] > after],
            last=world.last_line(person),
            revision=world.revision,
            person=person_portrait(simulator(), world.person(person)),
            menus=dict(world.state.menus),
            now=world.stamp(),
        )
