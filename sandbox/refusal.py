"""The one way the platform says no: an errcode and its own text."""

from sandbox.words import ERRMSG


class Refused(Exception):
    """A call was refused with `errcode`; `errmsg` is the platform's text without the rid."""

    def __init__(self, errcode: int, **values: str) -> None:
        self.errcode = errcode
        self.errmsg = ERRMSG[errcode].format_map({"ip": "", "key": "data"} | values)
        super().__init__(f"{errcode} {self.errmsg}")
