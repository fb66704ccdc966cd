"""What a client gets when she asks what is kept of her, and when she leaves."""

from typing import Literal

from pydantic import BaseModel

from miniapp.shapes import Sent

Plain = str | int | float | bool | None


class FactOut(BaseModel):
    """One value: under its own name for programs, and as people read it (empty: not for them)."""

    key: str
    label: str
    value: Plain
    text: str


class PartOut(BaseModel):
    """What is kept of her in one table, row by row."""

    key: str
    title: str
    rows: list[list[FactOut]]


class CopyOut(BaseModel):
    """Everything that is kept of her and her children, and what is not in here and why."""

    hospital: str
    phone: str
    made_at: str
    made_day: str
    parts: list[PartOut]
    left_out: list[str]


class LeavingIn(Sent):
    """That she has read what is erased and what stays, and wants to leave."""

    decision: Literal["leave"]


class LeavingOut(BaseModel):
    """What is erased when she leaves, and what the hospital must keep."""

    erased: list[str]
    kept: list[str]


class LeftOut(BaseModel):
    """She has left; whether a medical record stays with the hospital, and how to ask for it."""

    keeps_record: bool
    sentence: str
