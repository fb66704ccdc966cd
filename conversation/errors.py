"""Every no of this room."""

from core.errors import Refusal


class EmptyAnswer(Refusal):
    """An answer of staff needs words, and no more than a message can hold."""

    code = "conversation.empty_answer"
    status = 422


class WindowClosed(Refusal):
    """She last wrote more than 48 hours ago: the platform takes no message now."""

    code = "conversation.window_closed"


class AlarmOpen(Refusal):
    """Nobody of the hospital has looked at a danger sign of hers yet."""

    code = "conversation.alarm_open"
