"""Every no of this room."""

from core.errors import Refusal


class LastPeriodInFuture(Refusal):
    """The first day of the last period is still to come."""

    code = "handbook.last_period_in_future"


class PregnancyTooLong(Refusal):
    """The pregnancy would be longer than any (`weeks`): the day must be wrong."""

    code = "handbook.pregnancy_too_long"


class DueDayTooFar(Refusal):
    """The due day is further away than a whole pregnancy (`days`)."""

    code = "handbook.due_day_too_far"


class DueDayLongPast(Refusal):
    """The due day is so long past that the pregnancy must be over (`weeks`)."""

    code = "handbook.due_day_long_past"


class BadGestation(Refusal):
    """Weeks and days that are no gestational age: days run from 0 to 6 (`weeks`)."""

    code = "handbook.bad_gestation"


class AlreadyOpen(Refusal):
    """She has an ongoing pregnancy in the handbook."""

    code = "handbook.already_open"


class AlreadyClosed(Refusal):
    """The pregnancy is over; what happened stands."""

    code = "handbook.already_closed"


class LossDayOutOfRange(Refusal):
    """The day of the loss is in the future or before the pregnancy began."""

    code = "handbook.loss_day_out_of_range"


class CycleOutOfRange(Refusal):
    """A cycle of so many days says nothing about the due day (`least`, `most`)."""

    code = "handbook.cycle_out_of_range"


class DayInFuture(Refusal):
    """A scan or a transfer that is still to come dates nothing."""

    code = "handbook.day_in_future"


class ScanOutOfRange(Refusal):
    """What was measured is no gestation that a scan can measure (`least`, `most` weeks)."""

    code = "handbook.scan_out_of_range"


class EmbryoDayOutOfRange(Refusal):
    """No embryo of this age is transferred (`least`, `most` days)."""

    code = "handbook.embryo_day_out_of_range"


class NoSuchLunarDay(Refusal):
    """The lunar year has no such month or day, or lies outside our tables."""

    code = "handbook.no_such_lunar_day"


class YearWithoutCalendar(Refusal):
    """The working days of this `year` are not known: they are never assumed."""

    code = "handbook.year_without_calendar"
