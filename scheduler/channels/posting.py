"""Handing one letter over to whatever carries it; no transaction may be open."""

from dataclasses import dataclass
from urllib.parse import quote

from scheduler.channels.sms import Sms, SmsError
from scheduler.models import Channel
from wechat.assistant import Assistant, VisitNotice
from wechat.errors import PlatformError
from wechat.messages import Messenger, Sent

REFUSALS = (PlatformError, SmsError)
"""What a carrier may raise; all of them have `code` and `uncertain`."""

FIELDS = {
    "what": "department_name",
    "when": "appointment_time",
    "where": "doc_name",
    "note": "memo",
}
"""Which field of a visit's notice carries which piece of a letter."""


@dataclass(frozen=True)
class Post:
    """What letters are handed to; a carrier that is None is never chosen."""

    base_url: str
    official: Messenger
    mini: Messenger | None = None
    assistant: Assistant | None = None
    sms: Sms | None = None


@dataclass(frozen=True)
class Parcel:
    """What a carrier needs of a letter."""

    letter_id: str
    channel: Channel
    openid: str
    template_id: str
    values: dict[str, str]
    text: str
    page: str
    phone: str
    about: str
    """What it is about: groups the notices of one visit."""


def hand_over(post: Post, parcel: Parcel) -> Sent:
    """Hand a letter over.

    Raises:
        PlatformError: WeChat refused or did not answer.
        SmsError: the carrier of text messages did.
    """
    url = f"{post.base_url}/m/enter?to={quote(parcel.page, safe='/')}"
    match parcel.channel:
        case Channel.TEMPLATE:
            return post.official.send_template(
                parcel.openid, parcel.template_id, parcel.values, url=url,
                client_msg_id=parcel.letter_id,
            )  # fmt: skip
        case Channel.OFFICIAL_NOTICE:
            return post.official.send_subscription(
                parcel.openid, parcel.template_id, parcel.values, page=url
            )
        case Channel.MINI_LASTING | Channel.MINI_ONCE:
            return _mini(post).send_subscription(
                parcel.openid, parcel.template_id, parcel.values, page=parcel.page.lstrip("/")
            )
        case Channel.CUSTOMER:
            post.official.send_text(parcel.openid, f"{parcel.text}\n{url}")
            return Sent("")
        case Channel.ASSISTANT:
            return _assistant(post).send_visit(_visit(parcel))
        case Channel.SMS:
            return _sms(post).send(phone=parcel.phone, text=parcel.text, mark=parcel.letter_id)


def _visit(parcel: Parcel) -> VisitNotice:
    fields = {name: parcel.values[piece] for piece, name in FIELDS.items()
              if piece in parcel.values}  # fmt: skip
    return VisitNotice(
        openid=parcel.openid, status=int(parcel.template_id), visit_id=parcel.about,
        msg_id=parcel.letter_id, fields=fields, page=parcel.page.lstrip("/"),
    )  # fmt: skip


def _mini(post: Post) -> Messenger:
    if post.mini is None:
        raise AssertionError("a channel of the mini-program was chosen without one")
    return post.mini


def _assistant(post: Post) -> Assistant:
    if post.assistant is None:
        raise AssertionError("the assistant was chosen while it is off")
    return post.assistant


def _sms(post: Post) -> Sms:
    if post.sms is None:
        raise AssertionError("a text message was chosen without a carrier")
    return post.sms
