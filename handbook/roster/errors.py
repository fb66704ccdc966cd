"""Every no to a roster that is to be imported."""

from core.errors import Refusal


class RosterTooLarge(Refusal):
    """A roster's file is larger than any (`megabytes`), or unpacks to more than it should."""

    code = "handbook.roster_too_large"


class RosterTooLong(Refusal):
    """A roster has more than so many `rows`."""

    code = "handbook.roster_too_long"


class RosterInOldFormat(Refusal):
    """A roster is a workbook of before 2007 (.xls)."""

    code = "handbook.roster_in_old_format"


class RosterUnreadable(Refusal):
    """A roster is neither CSV nor XLSX, or the file is broken."""

    code = "handbook.roster_unreadable"


class RosterWithoutColumns(Refusal):
    """A roster lacks a column that every roster needs."""

    code = "handbook.roster_without_columns"


class RosterEmpty(Refusal):
    """A roster has titles and nothing below them."""

    code = "handbook.roster_empty"


class RosterOutdated(Refusal):
    """Somebody on the roster has come to the hospital since it was checked."""

    code = "handbook.roster_outdated"


class NoPhoneYet(Refusal):
    """WeChat has not vouched for a phone number of hers."""

    code = "handbook.no_phone_yet"


class HasOwnHandbook(Refusal):
    """She keeps a handbook herself: which of two is right, staff decide."""

    code = "handbook.has_own_handbook"


class TooManyTries(Refusal):
    """She has typed other names often enough for a day."""

    code = "handbook.too_many_tries"
    status = 429


class ClaimAnswered(Refusal):
    """Somebody has answered this claim already."""

    code = "handbook.claim_answered"
