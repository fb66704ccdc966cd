"""Messages to one person, and the menu: what the house may ask of WeChat, and a fake of it.

No call here may be made inside a transaction.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from wechat.account import AccountKind
from wechat.client import Platform
from wechat.errors import PlatformError
from wechat.menu import Button, menu_payload
from wechat.replies import checked_text
from wechat.templates import fit_all
from wechat.wire import Answer


@dataclass(frozen=True)
class Sent:
    """The platform took a message; `msg_id` comes again in its delivery report (may be empty)."""

    msg_id: str


class Messenger(Protocol):
    """Sends for one account. Every value of a template is fitted to its key first."""

    def send_template(
        self,
        openid: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        url: str,
        client_msg_id: str,
    ) -> Sent:
        """Send a template message of the Official Account to a follower.

        Args:
            openid: of the Official Account.
            template_id: of a template in this account.
            values: by key (`thing1`, `time2`, ...).
            url: what a tap opens; empty for nothing.
            client_msg_id: ours; the same one within ten minutes is sent once.

        Raises:
            PlatformError: refused (`permanent`?) or unanswered (`uncertain`?).
        """
        ...

    def send_subscription(
        self, openid: str, template_id: str, values: Mapping[str, str], *, page: str
    ) -> Sent:
        """Send a message that the person subscribed to; it may spend her one credit.

        Args:
            openid: of this account, whichever its kind.
            template_id: of a template in this account.
            values: by key (`thing1`, `time2`, ...).
            page: what a tap opens, without a leading slash; an address for an Official Account;
                empty for nothing.

        Raises:
            PlatformError: refused (`permanent`?) or unanswered (`uncertain`?).
        """
        ...

    def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service text: five within 48 hours after she wrote.

        Raises:
            PlatformError: refused (`permanent`?) or unanswered (`uncertain`?).
            ValueError: the text is empty or longer than 2048 bytes.
        """
        ...

    def set_menu(self, buttons: Sequence[Button]) -> None:
        """Replace the menu under the chat.

        Raises:
            PlatformError: refused or unanswered.
            ValueError: no button, or more than three.
        """
        ...


class PlatformMessenger:
    """A messenger that speaks to the platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def send_template(
        self,
        openid: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        url: str,
        client_msg_id: str,
    ) -> Sent:
        """Send a template message of the Official Account to a follower."""
        payload = _letter(openid, template_id, values) | {"client_msg_id": client_msg_id}
        if url:
            payload["url"] = url
        return _sent(self._platform.post("/cgi-bin/message/template/send", payload=payload))

    def send_subscription(
        self, openid: str, template_id: str, values: Mapping[str, str], *, page: str
    ) -> Sent:
        """Send a message that the person subscribed to; it may spend her one credit."""
        is_official = self._platform.account.kind is AccountKind.OA
        path = "/cgi-bin/message/subscribe/" + ("bizsend" if is_official else "send")
        payload = _letter(openid, template_id, values)
        if page:
            payload["page"] = page
        return _sent(self._platform.post(path, payload=payload))

    def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service text: five within 48 hours after she wrote."""
        payload = {
            "touser": openid,
            "msgtype": "text",
            "text": {"content": checked_text(text)},
        }
        self._platform.post("/cgi-bin/message/custom/send", payload=payload)

    def set_menu(self, buttons: Sequence[Button]) -> None:
        """Replace the menu under the chat."""
        self._platform.post("/cgi-bin/menu/create", payload=menu_payload(buttons))


def _letter(openid: str, template_id: str, values: Mapping[str, str]) -> dict[str, object]:
    fitted = {key: {"value": value} for key, value in fit_all(values).items()}
    return {"touser": openid, "template_id": template_id, "data": fitted}


def _sent(answer: Answer) -> Sent:
    # A 64-bit number: text from here on, lest somebody downstream rounds it.
    return Sent(str(answer.get("msgid", "")))


class Channel(StrEnum):
    """How a fake message was sent."""

    TEMPLATE = "template"
    SUBSCRIPTION = "subscription"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class FakeLetter:
    """One message the fake was asked to send; `opens` is its address or page."""

    channel: Channel
    openid: str
    msg_id: str
    template_id: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    opens: str = ""


class FakeMessenger:
    """A messenger that keeps what it is given, and fails when it is told to.

    It takes what the platform takes: values are fitted, an empty text is refused, and a repeated
    `client_msg_id` is answered as before but not sent again.

    Attributes:
        sent: every message taken, in order.
        menu: the menu that was set last.
    """

    def __init__(self) -> None:
        self.sent: list[FakeLetter] = []
        self.menu: tuple[Button, ...] = ()
        self._failures: list[PlatformError] = []
        self._answered: dict[tuple[str, str], Sent] = {}
        self._lock = threading.Lock()

    def fail_next(self, *errors: PlatformError) -> None:
        """Let the next calls fail, one with each of these errors."""
        with self._lock:
            self._failures.extend(errors)

    def send_template(
        self,
        openid: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        url: str,
        client_msg_id: str,
    ) -> Sent:
        """Keep a template message."""
        fitted = fit_all(values)
        with self._lock:
            self._fail_if_told()
            once = (openid, client_msg_id)
            if once not in self._answered:
                letter = FakeLetter(
                    channel=Channel.TEMPLATE,
                    openid=openid,
                    msg_id=self._next_id(),
                    template_id=template_id,
                    values=fitted,
                    opens=url,
                )
                self._answered[once] = self._keep(letter)
            return self._answered[once]

    def send_subscription(
        self, openid: str, template_id: str, values: Mapping[str, str], *, page: str
    ) -> Sent:
        """Keep a subscription message."""
        fitted = fit_all(values)
        with self._lock:
            self._fail_if_told()
            letter = FakeLetter(
                channel=Channel.SUBSCRIPTION,
                openid=openid,
                msg_id=self._next_id(),
                template_id=template_id,
                values=fitted,
                opens=page,
            )
            return self._keep(letter)

    def send_text(self, openid: str, text: str) -> None:
        """Keep a customer-service text."""
        checked_text(text)
        with self._lock:
            self._fail_if_told()
            self._keep(
                FakeLetter(channel=Channel.TEXT, openid=openid, msg_id=self._next_id(), text=text)
            )

    def set_menu(self, buttons: Sequence[Button]) -> None:
        """Keep a menu."""
        menu_payload(buttons)
        with self._lock:
            self._fail_if_told()
            self.menu = tuple(buttons)

    def _fail_if_told(self) -> None:
        if self._failures:
            raise self._failures.pop(0)

    def _next_id(self) -> str:
        return str(len(self.sent) + 1)

    def _keep(self, letter: FakeLetter) -> Sent:
        self.sent.append(letter)
        return Sent(letter.msg_id)
