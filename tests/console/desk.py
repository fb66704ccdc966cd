"""A desk: a browser in which somebody of the staff is signed in."""

from dataclasses import dataclass
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from console import csrf
from console.guard import COOKIE, COOKIE_PATH


@dataclass(frozen=True)
class Desk:
    client: FlaskClient

    @property
    def token(self) -> str:
        cookie = self.client.get_cookie(COOKIE, path=COOKIE_PATH)
        assert cookie is not None
        return cookie.value

    def open(self, path: str) -> TestResponse:
        return self.client.get(f"/console{path}")

    def read(self, path: str) -> str:
        """Return the words of a page that opens."""
        answer = self.open(path)
        assert answer.status_code == 200, answer.status
        return unescape(answer.text)

    def send(self, path: str, **fields: str) -> TestResponse:
        """Post a form with its mark."""
        return self.client.post(
            f"/console{path}", data={csrf.FIELD: csrf.mark(self.token), **fields}
        )
