"""QR codes of the Official Account that carry a scene."""

import secrets

from sandbox.calls import Call
from sandbox.config import Kind
from sandbox.refusal import Refused
from sandbox.wire import Fields
from sandbox.world import World

MOST_SECONDS = 2_592_000
"""A temporary code lives thirty days at most."""
DEFAULT_SECONDS = 60
SCENE_LENGTH = 64
MOST_PERMANENT = 100_000


def create(call: Call) -> Fields:
    """Answer POST /cgi-bin/qrcode/create."""
    call.require(Kind.OA)
    action = call.text("action_name")
    scene = _scene(call, action)
    seconds = call.body.get("expire_seconds", DEFAULT_SECONDS)
    if not isinstance(seconds, int) or not 0 < seconds <= MOST_SECONDS:
        raise Refused(40097)
    ticket = ticket_of(call.world, scene)
    answer: Fields = {"ticket": ticket, "url": f"http://weixin.qq.com/q/{ticket[2:18]}"}
    lasting = "LIMIT" in action
    return answer if lasting else answer | {"expire_seconds": seconds}


def ticket_of(world: World, scene: str) -> str:
    """The ticket of a scene; made when the scene is new."""
    for ticket, known in world.state.tickets.items():
        if known == scene:
            return ticket
    ticket = "gQ" + secrets.token_urlsafe(60)
    world.state.tickets[ticket] = scene
    world.touch()
    return ticket


def _scene(call: Call, action: str) -> str:
    inner = call.body.get("action_info")
    given = inner.get("scene") if isinstance(inner, dict) else None
    if not isinstance(given, dict):
        raise Refused(40129)
    if action in {"QR_STR_SCENE", "QR_LIMIT_STR_SCENE"}:
        text = given.get("scene_str")
        if not isinstance(text, str) or not 0 < len(text) <= SCENE_LENGTH:
            raise Refused(40129)
        return text
    if action not in {"QR_SCENE", "QR_LIMIT_SCENE"}:
        raise Refused(40097)
    number = given.get("scene_id")
    most = MOST_PERMANENT if action == "QR_LIMIT_SCENE" else 2**32 - 1
    if not isinstance(number, int) or not 0 < number <= most:
        raise Refused(40129)
    return str(number)
