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


class ChildIsLiving(Refusal):
    """A child of this pregnancy has a record and lives: a death is told in the child's record."""

    code = "handbook.child_is_living"


class ChildConsentNeeded(Refusal):
    """No child's record is opened before a guardian has agreed to it."""

    code = "handbook.child_consent_needed"


class ChildKnown(Refusal):
    """This family has this child already."""

    code = "handbook.child_known"


class ChildClosed(Refusal):
    """The child moved away or died: its record is closed."""

    code = "handbook.child_closed"


class BirthDayOutOfRange(Refusal):
    """No child is born then: too early, too late, or to come (`least`, `most` weeks)."""

    code = "handbook.birth_day_out_of_range"


class ChildAgeOutOfRange(Refusal):
    """A child's record is for those under `years` years who are born already."""

    code = "handbook.child_age_out_of_range"


class BirthMomentElsewhere(Refusal):
    """The moment of birth lies on another day than the birthday."""

    code = "handbook.birth_moment_elsewhere"


class DayOutOfRange(Refusal):
    """The day lies in the future, or before what it follows."""

    code = "handbook.day_out_of_range"


class NotDelivered(Refusal):
    """Only a birth has a discharge: record the birth first."""

    code = "handbook.not_delivered"


class AlreadyGuardian(Refusal):
    """This person looks after this child already."""

    code = "handbook.already_guardian"


class TooManyGuardians(Refusal):
    """A child has at most `most` caregivers beside the mother."""

    code = "handbook.too_many_guardians"


class LastGuardian(Refusal):
    """Somebody has to look after the child: name another one first."""

    code = "handbook.last_guardian"


class FetusesOutOfRange(Refusal):
    """No such number of children is expected at once (`most`)."""

    code = "handbook.fetuses_out_of_range"


class DatingAnswered(Refusal):
    """Somebody has accepted or declined this dating already."""

    code = "handbook.dating_answered"


class NoSuchEdition(Refusal):
    """There is no such edition for this person."""

    code = "handbook.no_such_edition"


class ChangesNotShown(Refusal):
    """What would change was not shown, or has changed since."""

    code = "handbook.changes_not_shown"


class NoSuchItem(Refusal):
    """This person's schedule has no such item, dose or plan."""

    code = "handbook.no_such_item"


class AlreadyRecorded(Refusal):
    """The same is in the record already."""

    code = "handbook.already_recorded"


class MeasurementOutOfRange(Refusal):
    """Nobody measures this: a slip of the pen (`name`, `least`, `most`, `unit`)."""

    code = "handbook.measurement_out_of_range"


class ConfirmedByStaff(Refusal):
    """Staff vouch for this record: only they can take it back."""

    code = "handbook.confirmed_by_staff"


class SexKnown(Refusal):
    """The child's sex is in the record: only staff correct it."""

    code = "handbook.sex_known"


class ReasonNeeded(Refusal):
    """A correction says why."""

    code = "handbook.reason_needed"
