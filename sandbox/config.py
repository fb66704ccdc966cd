"""What the stand-in plays: accounts, persons and templates, read strictly from one JSON file."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sandbox.plain import BadShape, build, read_file

TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
"""A push token: 3 to 32 letters and digits."""
AES_KEY_LENGTH = 43
"""An EncodingAESKey has 43 characters and stands for 32 bytes."""
KEY_WORD = re.compile(r"[a-z_]+[0-9]+")
"""A template key is a type word and a number, as in `thing1`."""
HEX_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
PERSON_KEY = re.compile(r"[a-z][a-z0-9_-]{0,31}")


class Kind(StrEnum):
    """The two kinds of account: Official Account and mini-program."""

    OA = "oa"
    MP = "mp"


class Mode(StrEnum):
    """How pushes are protected: not at all, both ways at once, or ciphered."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


class Format(StrEnum):
    """How pushes are written."""

    XML = "xml"
    JSON = "json"


class TemplateKind(StrEnum):
    """A follower's template message, a one-time consent, or a lasting one."""

    TEMPLATE = "template"
    ONE_TIME = "one_time"
    LONG_TERM = "long_term"


@dataclass(frozen=True)
class Account:
    """One AppID with its own secret, token, keys and callback address.

    Attributes:
        ip_list: callers that may fetch a token; empty lets everybody.
        page_url: where the phone opens a page of a mini-program; `{page}` is the page path.
    """

    kind: Kind
    appid: str
    secret: str = field(repr=False)
    gh_id: str
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    mode: Mode
    format: Format
    callback_url: str
    name: str
    aes_key_previous: str | None = field(default=None, repr=False)
    verified: bool = True
    category: str = ""
    ip_list: tuple[str, ...] = ()
    page_url: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody with a phone."""

    key: str
    name: str
    avatar_color: str = "#5b8c7b"


@dataclass(frozen=True)
class Template:
    """A message template of one account; `keys` maps `thing1` to its printed label."""

    id: str
    account: str
    kind: TemplateKind
    title: str
    keys: dict[str, str]


@dataclass(frozen=True)
class Article:
    """An article an Official Account published; `msgid` is of the message and its place in it."""

    msgid: str
    account: str
    title: str


@dataclass(frozen=True)
class Config:
    """Everything the stand-in is told at its start.

    Attributes:
        menu: a menu the first Official Account has at the start (`{"button": [...]}`).
        reply_seconds: how long a callback may take before it is asked again (the platform: 5).
    """

    accounts: tuple[Account, ...]
    persons: tuple[Person, ...]
    templates: tuple[Template, ...] = ()
    articles: tuple[Article, ...] = ()
    menu: dict[str, Any] = field(default_factory=dict)
    reply_seconds: float = 5.0


def load(path: Path) -> Config:
    """Read and check a configuration file.

    Raises:
        BadShape: the file is not JSON or says something that cannot be.
    """
    return parse(read_file(path))


def parse(raw: object) -> Config:
    """Build and check a configuration from parsed JSON.

    Raises:
        BadShape: a field is unknown, missing, mistyped or contradicts another.
    """
    config = build(Config, raw)
    if not any(account.kind is Kind.OA for account in config.accounts):
        raise BadShape("$.accounts: one account of kind oa is needed")
    _check_distinct("appid", [account.appid for account in config.accounts])
    _check_distinct("key of a person", [person.key for person in config.persons])
    _check_distinct("id of a template", [template.id for template in config.templates])
    _check_distinct("msgid of an article", [article.msgid for article in config.articles])
    for account in config.accounts:
        _check_account(account)
    for person in config.persons:
        check_person(person)
    appids = {account.appid for account in config.accounts}
    for template in config.templates:
        _check_template(template, appids)
    for article in config.articles:
        if article.account not in appids:
            raise BadShape(f"article {article.msgid}: no such account")
    return config


def check_person(person: Person) -> None:
    """Pass if a person's key and colour can be used in addresses and style sheets.

    Raises:
        BadShape: one of them cannot.
    """
    if not PERSON_KEY.fullmatch(person.key):
        raise BadShape(f"person {person.key!r}: a key is lower-case letters, digits, - and _")
    if not HEX_COLOR.fullmatch(person.avatar_color):
        raise BadShape(f"person {person.key}: avatar_color is #rrggbb")


def _check_distinct(what: str, values: list[str]) -> None:
    if len(values) != len(set(values)):
        raise BadShape(f"$: a {what} is used twice")


def _check_account(account: Account) -> None:
    where = f"account {account.appid}"
    if not TOKEN.fullmatch(account.token):
        raise BadShape(f"{where}: token is 3 to 32 letters and digits")
    for key in (account.aes_key, account.aes_key_previous):
        if key is not None:
            _check_aes_key(key, where)
    if urlsplit(account.callback_url).scheme not in {"http", "https"}:
        raise BadShape(f"{where}: callback_url is http or https")


def _check_aes_key(key: str, where: str) -> None:
    try:
        whole = len(key) == AES_KEY_LENGTH and base64.b64decode(key + "=", validate=True)
    except binascii.Error as broken:
        raise BadShape(f"{where}: aes_key is not base64") from broken
    if not whole:
        raise BadShape(f"{where}: aes_key has {AES_KEY_LENGTH} characters")


def _check_template(template: Template, appids: set[str]) -> None:
    if template.account not in appids:
        raise BadShape(f"template {template.id}: no such account")
    for key in template.keys:
        if not KEY_WORD.fullmatch(key):
            raise BadShape(f"template {template.id}: {key} is not a key like thing1")
