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


class AlreadyStopped(Refusal):
    """The kind (or everything) is switched off for the hospital already."""

    code = "scheduler.already_stopped"


class NoReason(Refusal):
    """Nobody stops what a whole hospital says without writing why."""

    code = "scheduler.no_reason"


class NobodyToFollow(Refusal):
    """Who is to be called has neither a pregnancy nor a child here that a task could be about."""

    code = "scheduler.nobody_to_follow"


class NothingToLearn(Refusal):
    """Only words for a visit that nears, and is not urgent, are tried by lot."""

    code = "scheduler.nothing_to_learn"


class PoolFull(Refusal):
    """As many wordings of a rule as may be are tried already."""

    code = "scheduler.pool_full"
