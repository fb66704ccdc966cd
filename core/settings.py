"""All settings, read once from the environment when the house is put together.

Each field `x` is the variable `YUNYU_X`; `YUNYU_X_FILE` names a mounted file that holds it.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PREFIX = "YUNYU_"


class BadSettings(SystemExit):
    """A setting is unknown, missing or cannot be read; the program does not start."""


def _secret(meaning: str, default: object = dataclasses.MISSING) -> Any:  # noqa: ANN401 - as below
    return field(default=default, repr=False, metadata={"meaning": meaning})


def _plain(meaning: str, default: object = dataclasses.MISSING) -> Any:  # noqa: ANN401
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the house needs to know about where it stands; docs/reference/settings.md lists it."""

    base_url: str = _plain("Address of this program as phones see it, without a slash at the end.")
    field_keys: str = _secret("Key ring of sealed fields: `1:<base64 of 32 bytes>,2:...`.")
    index_key: str = _secret("Base64 of 32 bytes; key of the blind index of phone numbers.")
    oa_appid: str = _plain("AppID of the Official Account.")
    oa_secret: str = _secret("AppSecret of the Official Account.")
    oa_gh_id: str = _plain("Original id (gh_...) of the Official Account.")
    oa_token: str = _secret("Token of the Official Account's message push.")
    oa_aes_key: str = _secret("EncodingAESKey of the Official Account's message push.")
    oa_aes_key_previous: str = _secret("The EncodingAESKey before a rotation; empty if none.", "")
    oa_mode: str = _plain("Mode of the push: plain, compatible or safe.", "safe")
    oa_format: str = _plain("Format of the push: xml or json.", "xml")
    mp_appid: str = _plain("AppID of the mini-program.")
    mp_secret: str = _secret("AppSecret of the mini-program.")
    mp_gh_id: str = _plain("Original id (gh_...) of the mini-program.")
    mp_token: str = _secret("Token of the mini-program's message push.")
    mp_aes_key: str = _secret("EncodingAESKey of the mini-program's message push.")
    mp_aes_key_previous: str = _secret("The EncodingAESKey before a rotation; empty if none.", "")
    mp_mode: str = _plain("Mode of the push: plain, compatible or safe.", "safe")
    mp_format: str = _plain("Format of the push: xml or json.", "json")
    template_appointment: str = _plain("Template id of the notice before an appointment.", "")
    template_care: str = _plain("Template id of the notice that a care window opens.", "")
    assistant_status: str = _plain("Status number of visits in 微信就医助手; empty: off.", "")
    sms_url: str = _plain("Address that takes text messages as JSON by POST; empty: none.", "")
    sms_token: str = _secret("Bearer token for that address.", "")
    sms_file: str = _plain("File that text messages are written to instead; empty: none.", "")
    database_url: str = _secret("PostgreSQL 15 or later; empty: the embedded server.", "")
    data_folder: Path = _plain("Where the embedded server keeps its files.", Path(".run"))
    wechat_api_url: str = _plain("Where the platform's API answers.", "https://api.weixin.qq.com")
    wechat_open_url: str = _plain("Where web sign-in begins.", "https://open.weixin.qq.com")
    clock_file: str = _plain("File of a clock offset, for demonstrations; empty: none.", "")
    frame_ancestors: str = _plain("Who may frame the H5 pages, as CSP writes it.", "'none'")
    metrics_token: str = _secret("Bearer token of /metrics; empty: the page is off.", "")
    pool_size: int = _plain("Database connections of one process, besides 8 for quick answers.", 16)

    @property
    def is_https(self) -> bool:
        """Say whether phones reach this program over TLS."""
        return self.base_url.startswith("https://")


def read(environment: Mapping[str, str]) -> Settings:
    """Return the settings of an environment.

    Raises:
        BadSettings: one is unknown, missing or cannot be read; the message says which.
    """
    fields = {one.name: one for one in dataclasses.fields(Settings)}
    given = {_field_of(name): text for name, text in environment.items() if name.startswith(PREFIX)}
    if unknown := given.keys() - {*fields, *(f"{name}_file" for name in fields)}:
        raise BadSettings(f"Unknown setting: {PREFIX}{min(unknown).upper()}")
    values: dict[str, Any] = {}
    for name, one in fields.items():
        text = given.get(name)
        if (path := given.get(f"{name}_file")) is not None:
            text = _content(name, path)
        if text is not None:
            values[name] = _parsed(one, text)
        elif one.default is dataclasses.MISSING:
            raise BadSettings(f"Missing setting: {PREFIX}{name.upper()}")
    return Settings(**values)


def _field_of(variable: str) -> str:
    return variable.removeprefix(PREFIX).lower()


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as unreadable:
        raise BadSettings(f"Cannot read the file of {PREFIX}{name.upper()}") from unreadable


def _parsed(one: dataclasses.Field[Any], text: str) -> object:
    try:
        return {"int": int, "Path": Path}.get(getattr(one.type, "__name__", ""), str)(text)
    except ValueError as unparsable:
        raise BadSettings(f"Cannot read setting: {PREFIX}{one.name.upper()}") from unparsable
