"""What a person does with the phone, and the pushes that follow from it."""

from concurrent.futures import Future

from sandbox import consents, menu
from sandbox.config import Account
from sandbox.journal import Delivery
from sandbox.scenes import ticket_of
from sandbox.simulator import Simulator
from sandbox.state import Bond
from sandbox.windows import ACT, MESSAGE, SESSION, open_window
from sandbox.wire import Fields
from sandbox.words import EMPTY_TEXT, NO_BUTTON, NOT_FOLLOWING

Pushed = Future[Delivery]
"""The push an act made; its result comes when the callback has answered."""


class Impossible(Exception):
    """The phone would not let a person do this; the text says why, in Chinese."""


def follow(sim: Simulator, person: str, account: Account, scene: str = "") -> Pushed:
    """Follow an account, by search or by a code with a scene; following twice pushes again."""
    world = sim.world
    with world.lock:
        bond = world.bond(person, account)
        bond.following, bond.scene = True, scene
        bond.followed_at = int(world.now())
        open_window(bond, ACT, now=world.now())
        world.wake()
        fields: Fields = {"MsgType": "event", "Event": "subscribe", "EventKey": ""}
        if scene:
            fields |= {"EventKey": f"qrscene_{scene}", "Ticket": ticket_of(world, scene)}
        return sim.engine.push(account, person, fields)


def unfollow(sim: Simulator, person: str, account: Account) -> Pushed:
    """Stop following; nothing may be sent to this person any more."""
    world = sim.world
    with world.lock:
        bond = _following(sim, person, account)
        bond.following = False
        bond.windows.clear()
        world.wake()
        return sim.engine.push(
            account, person, {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""}
        )


def say(sim: Simulator, person: str, account: Account, text: str, menu_id: str = "") -> Pushed:
    """Send a text; `menu_id` is the id of a tapped text link, which counts as a menu tap."""
    if not text.strip():
        raise Impossible(EMPTY_TEXT)
    world = sim.world
    with world.lock:
        bond = _following(sim, person, account)
        open_window(bond, ACT if menu_id else MESSAGE, now=world.now())
        bond.last_said = world.now()
        line = {"chat": account.appid, "side": "me", "kind": "text", "text": text}
        world.tell(person, line | {"parts": [{"kind": "text", "text": text}]})
        fields: Fields = {"MsgType": "text", "Content": text, "MsgId": world.next_msgid()}
        if menu_id:
            fields["bizmsgmenuid"] = menu_id
        return sim.engine.push(account, person, fields)


def tap_menu(sim: Simulator, person: str, account: Account, key: str) -> tuple[Pushed, Fields]:
    """Tap a menu button by its key, page path or address; gives the push and what opens."""
    world = sim.world
    with world.lock:
        bond = _following(sim, person, account)
        tapped = menu.button(world.state.menus.get(account.appid, {}), key)
        if tapped is None:
            raise Impossible(NO_BUTTON)
        fields: Fields = {"MsgType": "event", "Event": "CLICK", "EventKey": key}
        opens: Fields = {}
        if tapped["type"] == "view":
            opens = {"url": tapped["url"]}
            fields |= {"Event": "VIEW", "EventKey": tapped["url"], "MenuId": menu.MENU_ID}
        elif tapped["type"] == "miniprogram":
            page = tapped["pagepath"]
            opens = {"appid": tapped["appid"], "page": page, "url": tapped["url"]}
            fields |= {"Event": "view_miniprogram", "EventKey": page, "MenuId": menu.MENU_ID}
        else:
            open_window(bond, ACT, now=world.now())
        return sim.engine.push(account, person, fields), opens


def scan(sim: Simulator, person: str, account: Account, scene: str) -> Pushed:
    """Scan a code with a scene: a follower's scan is SCAN, anybody else begins to follow."""
    world = sim.world
    with world.lock:
        bond = world.bond(person, account)
        if not bond.following:
            return follow(sim, person, account, scene)
        open_window(bond, ACT, now=world.now())
        world.touch()
        fields = {"MsgType": "event", "Event": "SCAN", "EventKey": scene}
        return sim.engine.push(account, person, fields | {"Ticket": ticket_of(world, scene)})


def enter_session(sim: Simulator, person: str, account: Account, source: str) -> Pushed:
    """Enter the customer-service chat of a mini-program."""
    world = sim.world
    with world.lock:
        open_window(world.bond(person, account), SESSION, now=world.now())
        world.touch()
        fields = {"MsgType": "event", "Event": "user_enter_tempsession", "SessionFrom": source}
        return sim.engine.push(account, person, fields)


def consent(sim: Simulator, person: str, account: Account, decisions: dict[str, str]) -> Pushed:
    """Answer a pop-up that asks for subscription messages: template id to accept or reject.

    Raises:
        consents.BadAsk: such a pop-up cannot appear.
    """
    with sim.world.lock:
        consents.check(sim.world, account, list(decisions))
        fields = consents.record(sim.world, account, person, decisions)
        return sim.engine.push(account, person, fields)


def turn_off(sim: Simulator, person: str, account: Account, template_id: str) -> Pushed:
    """Turn one subscription template off in the phone's settings."""
    with sim.world.lock:
        consents.check(sim.world, account, [template_id])
        fields = consents.turn_off(sim.world, account, person, template_id)
        return sim.engine.push(account, person, fields)


def _following(sim: Simulator, person: str, account: Account) -> Bond:
    bond = sim.world.bond(person, account)
    if not bond.following:
        raise Impossible(NOT_FOLLOWING)
    return bond
