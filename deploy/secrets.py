"""The secrets of a demonstration: made once, kept in its data folder, the same at each start."""

import base64
import json
import secrets
import string
from pathlib import Path

LETTERS = string.ascii_letters + string.digits


def kept(path: Path) -> dict[str, str]:
    """Return the secrets of a data folder, making them the first time (readable by us only)."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps(_made(), indent=1), encoding="utf-8")
    stored: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return stored


def _made() -> dict[str, str]:
    return {
        "field_keys": f"1:{_key()}",
        "index_key": _key(),
        "oa_secret": _letters(32),
        "oa_token": _letters(24),
        "oa_aes_key": _letters(43),
        "mp_secret": _letters(32),
        "mp_token": _letters(24),
        "mp_aes_key": _letters(43),
        "metrics_token": _letters(32),
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))
