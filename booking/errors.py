"""Every no of this room."""

from core.errors import Refusal


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
    """The appointment begins too soon to be cancelled here; `phone` can still help."""

    code = "booking.too_late_to_cancel"


class AlreadyCancelled(Refusal):
    """The appointment was cancelled before."""

    code = "booking.already_cancelled"
