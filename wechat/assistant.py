"""微信就医助手: notices of one visit, for public hospitals; no consent of the person is needed.

Source: /doc/offiaccount/medicalassistant.html (read 2026-07). The full table of status numbers is
in a sheet that only the hospital's account can open, so the number is a setting.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from wechat.client import Platform
from wechat.errors import PlatformError
from wechat.messages import Sent

PATH: Final = "/cityservice/sendchannelmsg"
BUSINESS: Final = 150
"""`business_id` of the assistant, the same for every hospital."""


@dataclass(frozen=True, kw_only=True)
class VisitNotice:
    """One notice of one visit.

    Attributes:
        openid: of the mini-program or the Official Account.
        status: number of the kind of notice (1501001: outpatient, appointment made).
        visit_id: groups the notices of one visit.
        msg_id: ours; unique for a person and a visit.
        fields: of `business_info`: department_name, appointment_time, memo ...
        page: of the mini-program, without a leading slash.
    """

    openid: str = field(repr=False)
    status: int
    visit_id: str
    msg_id: str
    fields: Mapping[str, str]
    page: str


class Assistant(Protocol):
    """Whatever can send notices of visits."""

    def send_visit(self, notice: VisitNotice) -> Sent:
        """Send a notice.

        Raises:
            PlatformError: refused (`permanent`?) or unanswered (`uncertain`?).
        """
        ...


class PlatformAssistant:
    """An assistant that speaks to the platform, with the Official Account's token."""

    def __init__(self, platform: Platform, *, mini_appid: str) -> None:
        self._platform = platform
        self._mini_appid = mini_appid

    def send_visit(self, notice: VisitNotice) -> Sent:
        """Send a notice."""
        redirect = {
            "page_type": "mini_program", "app_id": self._mini_appid, "fullpath": notice.page,
        }  # fmt: skip
        payload = {
            "status": notice.status,
            "open_id": notice.openid,
            "order_id": notice.visit_id,
            "msg_id": notice.msg_id,
            "app_id": self._platform.account.appid,
            "business_id": BUSINESS,
            "business_info": {**notice.fields, "redirect_page": redirect},
        }
        self._platform.post(PATH, payload=payload)
        return Sent("")


class FakeAssistant:
    """An assistant that keeps what it is given, and fails when it is told to."""

    def __init__(self) -> None:
        self.sent: list[VisitNotice] = []
        self._failures: list[PlatformError] = []
        self._lock = threading.Lock()

    def fail_next(self, *errors: PlatformError) -> None:
        """Let the next calls fail, one with each of these errors."""
        with self._lock:
            self._failures.extend(errors)

    def send_visit(self, notice: VisitNotice) -> Sent:
        """Keep a notice."""
        with self._lock:
            if self._failures:
                raise self._failures.pop(0)
            self.sent.append(notice)
            return Sent("")
