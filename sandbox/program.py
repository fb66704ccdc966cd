"""Puts the stand-in together as one web application."""

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from sandbox.control import control
from sandbox.control_people import people
from sandbox.phone import phone
from sandbox.platform import api
from sandbox.running import EXTENSION
from sandbox.simulator import Simulator

BODY_BYTES = 1_048_576
"""A longer body is no call of this API."""


class PlainJson(DefaultJSONProvider):
    """JSON in real UTF-8 and in the order it was made."""

    ensure_ascii = False
    sort_keys = False


def create_app(sim: Simulator) -> Flask:
    """The web application of a simulator: platform API, control API and phone."""
    app = Flask("sandbox", static_folder="static", template_folder="templates")
    app.json = PlainJson(app)
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.extensions[EXTENSION] = sim
    for blueprint in (api, control, people, phone):
        app.register_blueprint(blueprint)
    return app
