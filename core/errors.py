"""Every way of saying no has a class, a code, and plain details; doors find the words.

Refusal            a rule said no; the person can be told why          409
+ NotFound         no such thing, or not yours: never told apart        404
+ Forbidden        known, but may not                                   403
+ SignInNeeded     nobody is signed in                                  401
+ BadRequest       what was sent cannot be read                         400
Unavailable        another system did not answer                        503
"""

from typing import ClassVar


class Refusal(Exception):
    """A rule said no; `details` are plain values for the sentence, never personal data."""

    code: ClassVar[str]
    status: ClassVar[int] = 409

    def __init__(self, **details: str | int) -> None:
        super().__init__(self.code)
        self.details = details


class NotFound(Refusal):
    """No such thing, or not yours: the two are never told apart."""

    code = "core.not_found"
    status = 404


class Forbidden(Refusal):
    """Known, but may not."""

    code = "core.forbidden"
    status = 403


class SignInNeeded(Refusal):
    """Nobody is signed in, or the sign-in has lapsed."""

    code = "core.sign_in_needed"
    status = 401


class BadRequest(Refusal):
    """What was sent cannot be read as what this door takes."""

    code = "core.bad_request"
    status = 400


class Unavailable(Exception):
    """Another system did not answer as it should.

    Attributes:
        code: a stable name of what went wrong, fit for a log.
        permanent: whether the same call can never succeed.
    """

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
