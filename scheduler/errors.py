"""Every no of this room."""

from core.errors import Refusal


class PauseOver(Refusal):
    """The pause would end before it begins, or is over already."""

    code = "scheduler.pause_over"


class NotThisStep(Refusal):
    """A wording's life does not go that way."""

    code = "scheduler.not_this_step"


class OwnWording(Refusal):
    """Nobody approves her own words."""

    code = "scheduler.own_wording"


class BadWording(Refusal):
    """The words name something that this letter does not know, or cannot be read."""

    code = "scheduler.bad_wording"


class UnknownRule(Refusal):
    """There is no such rule of speaking, or no such layout."""

    code = "scheduler.unknown_rule"


class BadPolicy(Refusal):
    """A hospital sets something that cannot be set, or to an impossible value."""

    code = "scheduler.bad_policy"
