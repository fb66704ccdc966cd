"""What the platform tells us, as values: a message somebody wrote, or an event."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from wechat.account import PushFormat
from wechat.errors import BadPush
from wechat.notation import Fields, branch, branches, leaf

MAX_DIGITS: Final = 20
"""Digits of a 64-bit number: message ids; times have fewer."""

_OPENID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_SCENE_PREFIX: Final = "qrscene_"


class PushKind(StrEnum):
    """What happened, messages first; whatever we have no use for is `other`."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    PLACE = "place"
    LINK = "link"
    PAGE = "page"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    SCAN = "scan"
    MENU_CLICK = "menu_click"
    MENU_VIEW = "menu_view"
    POSITION = "position"
    CHAT_ENTERED = "chat_entered"
    CONSENT = "consent"
    DELIVERY = "delivery"
    PERMISSION_REVOKED = "permission_revoked"
    ACCOUNT_CLOSED = "account_closed"
    OTHER = "other"


MESSAGES: Mapping[str, PushKind] = {
    "text": PushKind.TEXT,
    "image": PushKind.IMAGE,
    "voice": PushKind.VOICE,
    "video": PushKind.VIDEO,
    "shortvideo": PushKind.VIDEO,
    "location": PushKind.PLACE,
    "link": PushKind.LINK,
    "miniprogrampage": PushKind.PAGE,
}
"""`MsgType` of messages; any other is `other`."""

EVENTS: Mapping[str, PushKind] = {
    "subscribe": PushKind.FOLLOW,
    "unsubscribe": PushKind.UNFOLLOW,
    "scan": PushKind.SCAN,
    "click": PushKind.MENU_CLICK,
    "view": PushKind.MENU_VIEW,
    "view_miniprogram": PushKind.MENU_VIEW,
    "location": PushKind.POSITION,
    "user_enter_tempsession": PushKind.CHAT_ENTERED,
    "subscribe_msg_popup_event": PushKind.CONSENT,
    "subscribe_msg_change_event": PushKind.CONSENT,
    "templatesendjobfinish": PushKind.DELIVERY,
    "subscribe_msg_sent_event": PushKind.DELIVERY,
    "user_authorization_revoke": PushKind.PERMISSION_REVOKED,
    "user_authorization_cancellation": PushKind.ACCOUNT_CLOSED,
}
"""`Event` in lower case (its case differs from event to event); any other is `other`."""

_WRAPPERS: Mapping[str, str] = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}
"""XML wraps the `List` of these events; JSON does not."""


class DeliveryOutcome(StrEnum):
    """What became of a message that the platform had accepted."""

    DELIVERED = "delivered"
    BLOCKED = "blocked"
    FAILED = "failed"


_OUTCOMES: Mapping[str, DeliveryOutcome] = {
    "0": DeliveryOutcome.DELIVERED,
    "success": DeliveryOutcome.DELIVERED,
    "failed:userblock": DeliveryOutcome.BLOCKED,
}
"""`ErrorCode` of subscribe messages, `Status` of template messages without blanks."""


@dataclass(frozen=True)
class ConsentChange:
    """A person allowed or refused one template: in a pop-up, or in the notification manager."""

    template_id: str
    accepted: bool


@dataclass(frozen=True)
class DeliveryReport:
    """The later word on a message sent; `msg_id` is the one that sending returned."""

    msg_id: str
    outcome: DeliveryOutcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Push:
    """One push that is proven to come from the platform and to be for this account.

    Attributes:
        openid: who did it; in our database and nowhere else.
        created_at: when, by the platform's clock, in UTC.
        dedup_key: equal for every repetition of this push, unique within the account.
        text: what was written; of a voice message what the platform understood; else empty.
        event: the event's name in lower case; empty for a message.
        event_key: menu key, address or scene, as sent.
        menu_id: id of the tapped reply link (`bizmsgmenuid`); else empty.
        consents: for kind `consent`, each template that was decided on.
        reports: for kind `delivery`, each message that is reported.
        fields: everything that was sent, leaves as text.
        format: notation to answer in.
        aes_key: key the push was sealed with and the answer must be; None if it came plain.
    """

    kind: PushKind
    openid: str = field(repr=False)
    created_at: datetime
    dedup_key: str
    text: str = field(repr=False)
    event: str
    event_key: str
    menu_id: str
    consents: tuple[ConsentChange, ...]
    reports: tuple[DeliveryReport, ...]
    fields: Fields = field(repr=False)
    format: PushFormat
    aes_key: str | None = field(repr=False)

    @property
    def scene(self) -> str:
        """Scene of the QR code that was scanned, by a follower or by one who follows now."""
        if self.kind is PushKind.SCAN:
            return self.event_key
        is_first_scan = self.kind is PushKind.FOLLOW and self.event_key.startswith(_SCENE_PREFIX)
        return self.event_key.removeprefix(_SCENE_PREFIX) if is_first_scan else ""


def push_of(fields: Fields, *, notation: PushFormat, aes_key: str | None) -> Push:
    """Return the push that these fields describe.

    Raises:
        BadPush: a field that every push has is missing or malformed.
    """
    sort = _required(fields, "MsgType").lower()
    event = _required(fields, "Event").lower() if sort == "event" else ""
    kind = EVENTS.get(event, PushKind.OTHER) if event else MESSAGES.get(sort, PushKind.OTHER)
    openid = _required(fields, "FromUserName")
    if not _OPENID.fullmatch(openid):
        raise BadPush("openid")
    reports = _reports(fields, event) if kind is PushKind.DELIVERY else ()
    return Push(
        kind=kind,
        openid=openid,
        created_at=datetime.fromtimestamp(number(leaf(fields, "CreateTime"), digits=11), UTC),
        dedup_key=_dedup_key(fields, event, reports) if event else _message_id(fields),
        text=leaf(fields, "Recognition" if kind is PushKind.VOICE else "Content"),
        event=event,
        event_key=leaf(fields, "EventKey"),
        menu_id=leaf(fields, "bizmsgmenuid"),
        consents=_consents(fields, event) if kind is PushKind.CONSENT else (),
        reports=reports,
        fields=fields,
        format=notation,
        aes_key=aes_key,
    )


def number(text: str, *, digits: int = MAX_DIGITS) -> int:
    """Return the whole number that a text of plain digits stands for.

    Raises:
        BadPush: it is empty, longer than `digits`, or has anything but ASCII digits.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= digits):
        raise BadPush("number")
    return int(text)


def _required(fields: Fields, name: str) -> str:
    if not (value := leaf(fields, name)):
        raise BadPush("missing_field")
    return value


def _message_id(fields: Fields) -> str:
    return str(number(leaf(fields, "MsgId")))


def _dedup_key(fields: Fields, event: str, reports: tuple[DeliveryReport, ...]) -> str:
    """Return a digest, so that a long address does not outgrow an index and names no one."""
    message_ids = [report.msg_id for report in reports] or [leaf(fields, "MsgID")]
    names = ("FromUserName", "CreateTime", "EventKey")
    parts = message_ids if any(message_ids) else [leaf(fields, name) for name in names]
    return hashlib.sha256("\0".join((event, *parts)).encode()).hexdigest()


def _items(fields: Fields, event: str) -> tuple[Fields, ...]:
    return branches(branch(fields, _WRAPPERS[event]) or fields, "List")


def _consents(fields: Fields, event: str) -> tuple[ConsentChange, ...]:
    return tuple(
        ConsentChange(
            template_id=_required(item, "TemplateId"),
            accepted=leaf(item, "SubscribeStatusString") == "accept",
        )
        for item in _items(fields, event)
    )


def _reports(fields: Fields, event: str) -> tuple[DeliveryReport, ...]:
    if event in _WRAPPERS:
        return tuple(
            DeliveryReport(_required(item, "MsgID"), _outcome(leaf(item, "ErrorCode")))
            for item in _items(fields, event)
        )
    status = leaf(fields, "Status").replace(" ", "")
    return (DeliveryReport(_required(fields, "MsgID"), _outcome(status)),)


def _outcome(said: str) -> DeliveryOutcome:
    return _OUTCOMES.get(said, DeliveryOutcome.FAILED)
