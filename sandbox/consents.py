"""Consent to subscription messages: the pop-up, its answer, and turning a template off later."""

from sandbox.config import Account, Format, Kind, Template, TemplateKind
from sandbox.wire import Fields
from sandbox.world import World

MOST_TEMPLATES = 5
"""One pop-up asks for at most five templates (mini-program documentation, 2026)."""
POPUP_SCENES = {Kind.OA: "1", Kind.MP: "0"}
"""Where the pop-up appeared: a web page, or the mini-program's page."""


class BadAsk(ValueError):
    """The pop-up cannot appear; `code` is the one `requestSubscribeMessage` fails with."""

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        super().__init__(text)


def check(world: World, account: Account, template_ids: list[str]) -> list[Template]:
    """The templates of a pop-up.

    Raises:
        BadAsk: none or more than five ids, an unknown one, or both kinds at once.
    """
    if not template_ids:
        raise BadAsk(10001, "TmplIds can't be empty")
    if len(template_ids) > MOST_TEMPLATES:
        raise BadAsk(20003, "Templates count out of max bounds")
    known = {
        template.id: template
        for template in world.config.templates
        if template.account == account.appid and template.kind is not TemplateKind.TEMPLATE
    }
    if any(template_id not in known for template_id in template_ids):
        raise BadAsk(20001, "No template data return, verify the template id exist")
    templates = [known[template_id] for template_id in template_ids]
    if len({template.kind for template in templates}) > 1:
        raise BadAsk(20002, "Templates type must be same")
    return templates


def record(world: World, account: Account, person: str, decisions: dict[str, str]) -> Fields:
    """Write down the answer to a pop-up and return the event that tells the account.

    Each `accept` of a one-time template is one more credit; a lasting one is a yes or a no.
    """
    bond = world.bond(person, account)
    for template_id, decision in decisions.items():
        template = world.template(template_id)
        if template.kind is TemplateKind.LONG_TERM:
            kept = [known for known in bond.lasting if known != template_id]
            bond.lasting = [*kept, template_id] if decision == "accept" else kept
        elif decision == "accept":
            bond.credits[template_id] = bond.credits.get(template_id, 0) + 1
    world.wake()
    items = [
        {
            "TemplateId": template_id,
            "SubscribeStatusString": decision,
            "PopupScene": POPUP_SCENES[account.kind],
        }
        for template_id, decision in decisions.items()
    ]
    return _event("subscribe_msg_popup_event", "SubscribeMsgPopupEvent", account, items)


def turn_off(world: World, account: Account, person: str, template_id: str) -> Fields:
    """Take back all consent to one template, as in the phone's list of notices."""
    bond = world.bond(person, account)
    bond.credits.pop(template_id, None)
    bond.lasting = [known for known in bond.lasting if known != template_id]
    world.wake()
    items = [{"TemplateId": template_id, "SubscribeStatusString": "reject"}]
    return _event("subscribe_msg_change_event", "SubscribeMsgChangeEvent", account, items)


def _event(name: str, wrapper: str, account: Account, items: list[dict[str, str]]) -> Fields:
    # In JSON one item is an object and several are an array; in XML the tag is repeated.
    listed: object = items[0] if len(items) == 1 else items
    head: Fields = {"MsgType": "event", "Event": name}
    if account.format is Format.JSON:
        return head | {"List": listed}
    return head | {wrapper: {"List": listed}}
