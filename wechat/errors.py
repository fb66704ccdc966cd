"""Every no of the WeChat platform, and the one no of ours to a push that cannot be trusted.

`permanent` answers one question for a sender: can this same letter ever arrive this way?
`uncertain` answers another: may it have been accepted although no answer came?
"""

import re
from typing import ClassVar

from core.errors import Unavailable

_RID = re.compile(r"rid: ([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})")
_KEY = re.compile(r"data\.([a-z_]{1,20}[0-9]{0,3})\.value")


class BadPush(Exception):
    """A push that is not the platform's, is broken, or is not for us; the door answers 403.

    Attributes:
        code: what was wrong, a constant fit for a log; never a piece of the push.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PlatformError(Unavailable):
    """The platform refused or did not answer; carries no secret and no personal value.

    Attributes:
        errcode: the platform's number; None when it sent none.
        rid: the platform's id of the call, which its support asks for; may be empty.
        key: the name of the template key the platform complained of; may be empty.
    """

    NAME: ClassVar[str] = "wechat.refused"
    PERMANENT: ClassVar[bool] = False
    uncertain: ClassVar[bool] = False

    def __init__(self, errcode: int | None = None, *, rid: str = "", key: str = "") -> None:
        super().__init__(self.NAME, permanent=self.PERMANENT)
        self.errcode = errcode
        self.rid = rid
        self.key = key

    def __str__(self) -> str:
        """Say what it was and the platform's number, nothing else."""
        return self.code if self.errcode is None else f"{self.code} (errcode {self.errcode})"


class NotReached(PlatformError):
    """No connection came about: the platform has certainly not seen the call."""

    NAME = "wechat.not_reached"


class AnswerLost(PlatformError):
    """The connection broke or ran out of time: the call may have been carried out."""

    NAME = "wechat.answer_lost"
    uncertain = True


class BadAnswer(PlatformError):
    """Something answered, but not as the platform does (a gateway page, broken JSON)."""

    NAME = "wechat.bad_answer"
    uncertain = True


class Busy(PlatformError):
    """The platform is busy (-1); the same call may be tried again after a pause."""

    NAME = "wechat.busy"


class TokenRejected(PlatformError):
    """The access token was refused, also after one refresh."""

    NAME = "wechat.token_rejected"


class Misconfigured(PlatformError):
    """AppID, AppSecret, IP list or a right of the account is wrong: staff must act."""

    NAME = "wechat.misconfigured"
    PERMANENT = True


class BadCall(PlatformError):
    """The platform could not read our call: a defect of ours."""

    NAME = "wechat.bad_call"
    PERMANENT = True


class QuotaReached(PlatformError):
    """The day's quota of this API is used up; it returns at midnight, Beijing time."""

    NAME = "wechat.quota_reached"


class TooFast(PlatformError):
    """Too many calls in this minute or second; wait a little."""

    NAME = "wechat.too_fast"


class ParallelSend(PlatformError):
    """Another message to the same person is under way (43108); wait a little."""

    NAME = "wechat.parallel_send"


class NotSubscribed(PlatformError):
    """No consent for this template: never given, refused, or its one credit is spent (43101)."""

    NAME = "wechat.not_subscribed"
    PERMANENT = True


class NotFollower(PlatformError):
    """The person does not follow the account, or the openid is not one of this account."""

    NAME = "wechat.not_follower"
    PERMANENT = True


class PersonBlocked(PlatformError):
    """This person cannot be served: black list, restricted account, or protection of minors."""

    NAME = "wechat.person_blocked"
    PERMANENT = True


class WindowClosed(PlatformError):
    """Customer-service messages need a recent act of the person, and their number is limited."""

    NAME = "wechat.window_closed"
    PERMANENT = True


class BadTemplate(PlatformError):
    """The template is not (or no longer) in this account."""

    NAME = "wechat.bad_template"
    PERMANENT = True


class BadTemplateValue(PlatformError):
    """A value does not fit its template key; `key` names it."""

    NAME = "wechat.bad_template_value"
    PERMANENT = True


class BadPage(PlatformError):
    """The page is not in the released mini-program."""

    NAME = "wechat.bad_page"
    PERMANENT = True


class WordsRefused(PlatformError):
    """The text is too long, empty, or holds words the platform does not carry."""

    NAME = "wechat.words_refused"
    PERMANENT = True


class CodeRejected(PlatformError):
    """A login or phone code is unknown, used, or older than five minutes; ask for a new one."""

    NAME = "wechat.code_rejected"
    PERMANENT = True


class SnapshotVisitor(PlatformError):
    """The page was opened in preview, where the platform gives a person who does not exist."""

    NAME = "wechat.snapshot_visitor"
    PERMANENT = True


MEANINGS: dict[type[PlatformError], tuple[int, ...]] = {
    Busy: (-1,),
    TokenRejected: (40001, 40014, 42001),
    Misconfigured: (40013, 40125, 40164, 40243, 43107, 45103, 48001, 48004, 50001)
    + (41002, 41004, 89503, 89506, 89507),
    BadCall: (40033, 40035, 40097, 41001, 41008, 41009, 43001, 43002, 43003, 44002, 47001),
    QuotaReached: (45009,),
    TooFast: (44990, 44991, 45011),
    ParallelSend: (43108,),
    NotSubscribed: (43101,),
    NotFollower: (40003, 43004, 43104, 50005),
    PersonBlocked: (40226, 43019, 48002, 50002, 70000),
    WindowClosed: (45015, 45047),
    BadTemplate: (40036, 40037),
    BadTemplateValue: (47003,),
    BadPage: (40165, 41030),
    WordsRefused: (44004, 45002, 45003, 45004, 45166, 45168, 87014),
    CodeRejected: (40029, 40163, 42003),
}
ERRCODES: dict[int, type[PlatformError]] = {
    errcode: meaning for meaning, errcodes in MEANINGS.items() for errcode in errcodes
}
"""What each of the platform's numbers means to us (common table and error tables of each API)."""


def platform_error(errcode: int, errmsg: str) -> PlatformError:
    """Return the typed error of an answer; of `errmsg` only the call's id and key are kept."""
    rid, key = _RID.search(errmsg), _KEY.search(errmsg)
    meaning = ERRCODES.get(errcode, PlatformError)
    return meaning(errcode, rid=rid[1] if rid else "", key=key[1] if key else "")
