"""Every no of this door: what was typed cannot be read."""

from core.errors import BadRequest, Refusal


class BadWeeks(BadRequest):
    """Weeks are not written as weeks and days."""

    code = "console.bad_weeks"


class BadSource(BadRequest):
    """A line of the sources lacks a part, or its year is no number."""

    code = "console.bad_source"


class BadLoss(BadRequest):
    """The kind of a loss was not chosen, or its day is no date."""

    code = "console.bad_loss"


class Forged(BadRequest):
    """A writing call was not sent by a page of ours, or by one of an older sign-in."""

    code = "console.forged"


class RosterMissing(Refusal):
    """No roster was sent along."""

    code = "console.roster_missing"


class RosterChanged(Refusal):
    """The file that is to be imported is not the one that was checked."""

    code = "console.roster_changed"


class RosterNotAgreed(Refusal):
    """Nobody vouched that the mothers of a roster agreed on paper."""

    code = "console.roster_not_agreed"


class RosterHasProblems(Refusal):
    """A row of a roster cannot be taken, so none is."""

    code = "console.roster_has_problems"


class BadDay(BadRequest):
    """A day was not given, or is none."""

    code = "console.bad_day"


class BadTime(BadRequest):
    """A time of day is not written as hours and minutes."""

    code = "console.bad_time"


class BadNumber(BadRequest):
    """What should be a number is none."""

    code = "console.bad_number"


class NothingMeasured(BadRequest):
    """A form of measurements was sent empty."""

    code = "console.nothing_measured"


class HalfPressure(BadRequest):
    """One figure of a blood pressure is missing."""

    code = "console.half_pressure"


class NothingChosen(BadRequest):
    """One of several had to be chosen."""

    code = "console.nothing_chosen"


class NothingTyped(BadRequest):
    """A text that is needed was left empty."""

    code = "console.nothing_typed"


class NothingChanged(BadRequest):
    """Words were handed in that are those in use anyway."""

    code = "console.nothing_changed"


class BadHistory(BadRequest):
    """Days that were typed for a journey cannot follow one another."""

    code = "console.bad_history"
