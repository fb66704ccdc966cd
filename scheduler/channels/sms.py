"""Text messages to phones: what the house asks of a carrier, and two ways to have one.

Off unless a hospital names one in its settings. No call here may be made inside a transaction.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import requests

from core.errors import Unavailable
from wechat.messages import Sent

TIMEOUT_SECONDS: Final = (3.05, 5.0)
TAKEN: Final = 2
"""First digit of the statuses that mean: taken. A redirect means nothing of the kind."""


class SmsError(Unavailable):
    """The carrier refused or did not answer; `uncertain`: it may have taken the message."""

    def __init__(self, code: str, *, uncertain: bool) -> None:
        super().__init__(code, permanent=code == "sms.refused")
        self.uncertain = uncertain


class Sms(Protocol):
    """A carrier of text messages."""

    def send(self, *, phone: str, text: str, mark: str) -> Sent:
        """Send a text; the same `mark` is the same message.

        Raises:
            SmsError: refused, or unanswered.
        """
        ...


@dataclass(frozen=True)
class FileSms:
    """A carrier that writes each message as a line of JSON: for trials, and for other programs."""

    path: Path

    def send(self, *, phone: str, text: str, mark: str) -> Sent:
        """Write a message down."""
        line = json.dumps({"phone": phone, "text": text, "mark": mark}, ensure_ascii=False)
        with self.path.open("a", encoding="utf-8") as opened:
            opened.write(f"{line}\n")
        return Sent(mark)


@dataclass(frozen=True)
class HttpSms:
    """A carrier behind an address that takes `{"phone", "text", "mark"}` as JSON by POST.

    2xx is taken, 4xx refused for good; `token` goes as a bearer token.
    """

    address: str
    token: str = field(repr=False)

    def send(self, *, phone: str, text: str, mark: str) -> Sent:
        """Send a message."""
        try:
            answer = requests.post(
                self.address, json={"phone": phone, "text": text, "mark": mark},
                headers={"Authorization": f"Bearer {self.token}"}, timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )  # fmt: skip
        except requests.ConnectTimeout:
            raise SmsError("sms.not_reached", uncertain=False) from None
        except requests.RequestException:
            raise SmsError("sms.answer_lost", uncertain=True) from None
        if answer.status_code // 100 == TAKEN:
            return Sent(mark)
        is_refused = requests.codes.bad_request <= answer.status_code < requests.codes.server_error
        code = "sms.refused" if is_refused else "sms.answer_lost"
        raise SmsError(code, uncertain=not is_refused)
