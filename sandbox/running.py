"""Where request code finds the simulator of its application."""

from flask import current_app

from sandbox.simulator import Simulator

EXTENSION = "sandbox"


def simulator() -> Simulator:
    """The simulator of the application that answers this request."""
    found = current_app.extensions[EXTENSION]
    if not isinstance(found, Simulator):
        raise TypeError(EXTENSION)
    return found
