"""Every no of this room."""

from core.errors import BadRequest, Refusal


class SlotFull(Refusal):
    """No place is left in the slot."""

    code = "booking.slot_full"


class SlotPast(Refusal):
    """The slot has begun, or begins too soon to be booked."""

    code = "booking.slot_past"


class Overlapping(Refusal):
    """She already has an appointment at that time."""

    code = "booking.overlapping"


class TooLateToCancel(Refusal):
    """It could be given up or moved by the family `until` then (`said` in words)."""

    code = "booking.too_late_to_cancel"


class NotThisStep(Refusal):
    """An appointment's life does not go that way (any more)."""

    code = "booking.not_this_step"


class HoldExpired(Refusal):
    """The minutes for which the place was held are over; `slot_id` may still have one."""

    code = "booking.hold_expired"


class NotYetShown(Refusal):
    """The slot is released `at` that moment (`said` in words)."""

    code = "booking.not_yet_shown"


class TooEarlyForItem(Refusal):
    """The day lies before the window of the item (`item`, `from_day`, `to_day`, `window`)."""

    code = "booking.too_early_for_item"


class TooLateForItem(Refusal):
    """The day lies after the last one on which the item can be done (as above)."""

    code = "booking.too_late_for_item"


class NamedForOthers(Refusal):
    """A doctor decides who comes to this clinic, or to these places."""

    code = "booking.named_for_others"


class OnlineClosed(Refusal):
    """Missed visits have closed on-line booking `until` that day; she may appeal."""

    code = "booking.online_closed"


class TooManyMembers(Refusal):
    """One phone books for no more than so many (`members`) at a time."""

    code = "booking.too_many_members"


class TooManyBookings(Refusal):
    """No more than so many (`bookings`) are made on-line within so many `days`."""

    code = "booking.too_many_bookings"


class NotTheDay(Refusal):
    """It is not the day of the visit (`day`)."""

    code = "booking.not_the_day"


class NotNeighbours(Refusal):
    """Visits of one family are booked together when they are near in time (`minutes`)."""

    code = "booking.not_neighbours"


class PlaceFree(Refusal):
    """Nobody needs to wait: a place is free (`slot_id`, `said` when)."""

    code = "booking.place_free"


class NothingToWaitFor(Refusal):
    """No slot of these days is shown yet, or their waiting list has closed."""

    code = "booking.nothing_to_wait_for"


class AlreadyWaiting(Refusal):
    """The patient waits for this clinic already (`waiting_id`)."""

    code = "booking.already_waiting"


class DayNotOver(Refusal):
    """A day cannot be closed: somebody's time is to come (`count`; `said` when the last ends)."""

    code = "booking.day_not_over"


class NotMissed(Refusal):
    """There is no missed visit that an excuse or an appeal could change."""

    code = "booking.not_missed"


class BadRule(BadRequest):
    """A number of the rules is none, or beyond its limits (`rule`, `least`, `most`)."""

    code = "booking.bad_rule"


class BadRuleTime(BadRequest):
    """A time of day among the rules is none (`rule`)."""

    code = "booking.bad_rule_time"


class NoSuchRule(BadRequest):
    """There is no rule of this name (`rule`)."""

    code = "booking.no_such_rule"


class BadHours(BadRequest):
    """The hours end before they begin, or hold no slot of so many minutes."""

    code = "booking.bad_hours"


class NoPlaces(BadRequest):
    """A slot needs at least one place, and no share more than the limit (`most`)."""

    code = "booking.no_places"


class DaysUpsideDown(BadRequest):
    """The last day lies before the first, or too far from it (`most` days)."""

    code = "booking.days_upside_down"


class DayPast(Refusal):
    """What is over cannot be changed any more."""

    code = "booking.day_past"


class SeatTaken(Refusal):
    """The doctor, or the clinic's team, sits at that time already (`where`, `hours`)."""

    code = "booking.seat_taken"


class LevelUpsideDown(Refusal):
    """An institution belongs below one of a higher level."""

    code = "booking.level_upside_down"


class ConflictSettled(Refusal):
    """Somebody has settled this conflict in the meantime."""

    code = "booking.conflict_settled"


class TooFewPlaces(Refusal):
    """The slot has fewer free places (`free`) than people who are to be moved (`needed`)."""

    code = "booking.too_few_places"


class BeingDrawn(Refusal):
    """Wishes for this slot are collected, and drawn `at` that moment (`said` in words)."""

    code = "booking.being_drawn"


class NotDrawn(Refusal):
    """The slot is booked as any other, or its draw was held."""

    code = "booking.not_drawn"


class AlreadyInDraw(Refusal):
    """Somebody else of the family has asked for this patient."""

    code = "booking.already_in_draw"


class EnoughWishes(Refusal):
    """An entry in a draw names no more than so many slots (`most`)."""

    code = "booking.enough_wishes"


class NotOffered(Refusal):
    """No other time is held for her (any more)."""

    code = "booking.not_offered"


class AppointmentsLeft(Refusal):
    """A place is kept for her, or she waits for one (`count`): she gives it up before leaving."""

    code = "booking.appointments_left"


class PackUnreadable(BadRequest):
    """This is no result file of a clinic's day."""

    code = "booking.pack_unreadable"


class PackForged(Refusal):
    """The head of a result file is not as we sealed it."""

    code = "booking.pack_forged"


class PackExpired(Refusal):
    """A clinic's day can be merged `said` long, and not any more."""

    code = "booking.pack_expired"
