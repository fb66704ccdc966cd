"""What every answer to a family's phone bears, whichever way it was worked out."""

from core.house import House


def page_headers(house: House) -> dict[str, str]:
    """Return what keeps a page of ours to ourselves."""
    return {
        "content-security-policy": (
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; "
            "object-src 'none'; base-uri 'none'; form-action 'self'; "
            f"frame-ancestors {house.settings.frame_ancestors}"
        ),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
    }


def api_headers(house: House) -> dict[str, str]:
    """Return what JSON answers bear: clients go by the hospital's clock, not a phone's."""
    return page_headers(house) | {
        "cache-control": "no-store",
        "x-yunyu-now": house.clock.now().isoformat(),
    }
