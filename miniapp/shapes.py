"""What clients may send and will get; answers only ever gain fields."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from accounts.models import Purpose
from handbook.care.vaccines import Sex
from handbook.models import PregnancyState
from handbook.models_lives import ChildState

Text = Annotated[str, Field(min_length=1, max_length=200)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1))]
"""A day that somebody can mean; it keeps reckoning away from the ends of the calendar."""


class Sent(BaseModel):
    """Base of what clients send: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class CodeIn(Sent):
    """A code of the platform."""

    code: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\w-]+$")]


class NameIn(Sent):
    """A name."""

    name: Annotated[str, Field(min_length=1, max_length=60)]


class ConsentIn(Sent):
    """A decision on one purpose, on the words of one version."""

    purpose: Purpose
    version: Annotated[str, Field(min_length=1, max_length=20)]
    decision: Literal["give", "withdraw"]


class ReadingIn(Sent):
    """Dates in her own words."""

    text: Text


class PregnancyIn(Sent):
    """The dating she confirmed: first day of the last period, or the due date."""

    source: Literal["last_period", "due_date", "gestation"]
    day: Day


class ArticlesQuery(Sent):
    """Which articles to list."""

    query: Annotated[str, Field(max_length=100)] = ""
    cursor: Annotated[str, Field(max_length=40)] = ""


class Refused(BaseModel):
    """Every no: a stable code, a sentence for people, plain details."""

    code: str
    message: str
    details: dict[str, str | int]


class TokenOut(BaseModel):
    """A sign-in."""

    token: str
    expires_at: str


class PersonOut(BaseModel):
    """Herself."""

    id: str
    name: str | None
    phone_tail: str | None
    role: str


class HospitalOut(BaseModel):
    """The hospital she belongs to."""

    name: str
    phone: str
    emergency_phone: str
    address: str


class PregnancyOut(BaseModel):
    """Her pregnancy; without dates once it is over."""

    id: str
    state: PregnancyState
    edd_day: date | None
    gestation: str | None
    dating_source: str | None


class ConsentOut(BaseModel):
    """A purpose, the words in force, and what she decided."""

    purpose: Purpose
    title: str
    text: str
    version: str
    given: bool
    given_at: str | None


class ChildLineOut(BaseModel):
    """A child in a list; `age` as people say it, by the calendar."""

    id: str
    name: str | None
    sex: Sex | None
    birth_day: date
    birth_rank: int
    age: str
    state: ChildState


class MeOut(BaseModel):
    """Everything the page about herself shows."""

    person: PersonOut
    hospital: HospitalOut
    pregnancy: PregnancyOut | None
    consents: list[ConsentOut]
    children: list[ChildLineOut]


class PhoneOut(BaseModel):
    """The last digits of the phone number that was stored."""

    phone_tail: str


class DecidedOut(BaseModel):
    """What now stands for a purpose."""

    purpose: Purpose
    given: bool


class ReadingOut(BaseModel):
    """What was understood of her dates; nothing is stored."""

    source: str
    source_label: str
    given_day: date
    last_period_day: date
    edd_day: date
    gestation: str
    sentence: str


class ArticleLineOut(BaseModel):
    """An article in a list."""

    id: str
    title: str
    summary: str
    author: str
    published_day: date
    stage: str


class ArticlesOut(BaseModel):
    """Articles, and where the next page begins."""

    items: list[ArticleLineOut]
    next: str | None


class ArticleOut(BaseModel):
    """An article with the proof on it."""

    id: str
    title: str
    summary: str
    body_html: str
    author: str
    author_title: str
    reviewer: str
    reviewed_day: date
    sources: list[str]
    published_day: date
