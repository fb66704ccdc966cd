"""Every no of risk, cases, referrals and follow-up."""

from core.errors import Refusal


class NoSuchRiskItem(Refusal):
    """No such form or table, or no such item in it."""

    code = "handbook.no_such_risk_item"


class ColoursDoNotFit(Refusal):
    """The colours and the findings of an assessment contradict each other."""

    code = "handbook.colours_do_not_fit"


class RiskDayOutOfRange(Refusal):
    """A screening or an assessment in the future, or before the pregnancy."""

    code = "handbook.risk_day_out_of_range"


class NotThisStep(Refusal):
    """A case or a referral does not go from where it is to there."""

    code = "handbook.not_this_step"


class IntervalOutOfRange(Refusal):
    """The days between visits are less than one or above `most`, or the colour has no interval."""

    code = "handbook.interval_out_of_range"


class NoInstitution(Refusal):
    """A referral without the institution it goes to."""

    code = "handbook.no_institution"


class TaskOver(Refusal):
    """The follow-up task is done or dropped; nothing more is written to it."""

    code = "handbook.task_over"


class NextDayPast(Refusal):
    """The day of the next call lies before today."""

    code = "handbook.next_day_past"


class RecordItInstead(Refusal):
    """A loss, a birth or a death is told to the handbook, which then ends the tasks itself."""

    code = "handbook.record_it_instead"


class ItemsLeft(Refusal):
    """Not every item of the task is dealt with."""

    code = "handbook.items_left"
