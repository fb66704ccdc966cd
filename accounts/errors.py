"""Every no of this room."""

from core.errors import NotFound, Refusal


class ConsentNeeded(Refusal):
    """Nothing of this kind is stored before she has agreed to it (`purpose`)."""

    code = "accounts.consent_needed"


class NoticeChanged(Refusal):
    """The notice she was shown is no longer the one in force."""

    code = "accounts.notice_changed"


class LockedOut(Refusal):
    """Too many failed sign-ins; `minutes` until the next try."""

    code = "accounts.locked_out"
    status = 429


class WrongCredentials(Refusal):
    """No such user, or another password: never told apart."""

    code = "accounts.wrong_credentials"
    status = 401


class WeakPassword(Refusal):
    """A staff password does not meet the policy."""

    code = "accounts.weak_password"


class UsernameTaken(Refusal):
    """Somebody of the staff signs in by this name."""

    code = "accounts.username_taken"


class HospitalKnown(Refusal):
    """The Official Account speaks for a hospital already."""

    code = "accounts.hospital_known"


class BadName(Refusal):
    """A person's name is empty or too long."""

    code = "accounts.bad_name"
    status = 422


class NoSuchNotice(NotFound):
    """There is no notice for this purpose."""

    code = "accounts.no_such_notice"


class SystemKnown(Refusal):
    """A system of this name (`name`) has a token already."""

    code = "accounts.system_known"
