"""Every no of this room."""

from core.errors import Refusal


class TitleLength(Refusal):
    """The title is missing or longer than the platform takes."""

    code = "content.title_length"
    status = 422


class SummaryLength(Refusal):
    """The summary is missing or longer than the platform takes."""

    code = "content.summary_length"
    status = 422


class BodyLength(Refusal):
    """The body says nothing, or is longer than the platform takes."""

    code = "content.body_length"
    status = 422


class WordsLength(Refusal):
    """Too many topics or questions, or one of them is too long."""

    code = "content.words_length"
    status = 422


class StageOutOfOrder(Refusal):
    """The days of the stage are upside down or beyond what this house cares for."""

    code = "content.stage_out_of_order"
    status = 422


class SourceNeeded(Refusal):
    """A text without a source is not fit to be read."""

    code = "content.source_needed"
    status = 422


class SourceIncomplete(Refusal):
    """A source lacks its title, its issuer or a year that has come."""

    code = "content.source_incomplete"
    status = 422


class AdvertisingFound(Refusal):
    """A text has words that the law keeps out of health education."""

    code = "content.advertising_found"
    status = 422


class WrongState(Refusal):
    """An article cannot take this step from where it is in its life."""

    code = "content.wrong_state"


class OwnText(Refusal):
    """Who wrote any part of an article does not review it."""

    code = "content.own_text"


class TextChanged(Refusal):
    """The text is no longer the one the reviewer read."""

    code = "content.text_changed"


class RemarkNeeded(Refusal):
    """Whoever sends a text back says why, in not too many words."""

    code = "content.remark_needed"
    status = 422


class NotApproved(Refusal):
    """No reviewer's last word on exactly this text is a yes that still stands."""

    code = "content.not_approved"


class AuthorLeft(Refusal):
    """An author who has left puts her name to no new text."""

    code = "content.author_left"


class MomentOutOfReach(Refusal):
    """A moment to publish at has passed, or lies too far ahead."""

    code = "content.moment_out_of_reach"
    status = 422


class NothingTimed(Refusal):
    """An article waits for no moment."""

    code = "content.nothing_timed"


class TimerLeft(Refusal):
    """Who set the moment works here no more, or reviews no articles by now."""

    code = "content.timer_left"
