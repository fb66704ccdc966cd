"""Every no of this door."""

from core.errors import BadRequest


class UnknownParameter(BadRequest):
    """A parameter (`parameter`) that this door does not know: ignored, it would tell too much."""

    code = "fhir.unknown_parameter"


class BadParameter(BadRequest):
    """A parameter (`parameter`) whose value cannot be read."""

    code = "fhir.bad_parameter"


class NotAcceptable(BadRequest):
    """Another format than JSON was asked for."""

    code = "fhir.not_acceptable"
    status = 406
