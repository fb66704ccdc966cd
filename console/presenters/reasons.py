"""Why something was not sent or did not arrive, in Chinese."""

from core.words import labels

OTHER = "系统设置有误，请联系信息科"
"""What is not listed is nothing that staff at the desk can mend."""


def reason(code: str | None) -> str:
    """Return the words for a stored code; empty when there is none."""
    return labels("console").get(code, OTHER) if code else ""
