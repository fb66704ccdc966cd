"""Every no to a planning."""

from core.errors import Refusal


class AlreadyPlanning(Refusal):
    """She has a planning already."""

    code = "handbook.already_planning"


class NotPlanning(Refusal):
    """She has no planning that could be closed."""

    code = "handbook.not_planning"
