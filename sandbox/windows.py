"""When an account may speak to a person by customer-service message, and how often."""

from sandbox.refusal import Refused
from sandbox.state import Bond, Window

MESSAGE = "message"
ACT = "act"
SESSION = "session"
GRANTS = {MESSAGE: (5, 48 * 3600), ACT: (3, 60), SESSION: (2, 60)}
"""Messages and seconds each act of a person grants (official page, copy of 2026-07): a message 5 in
48 hours; a follow, scan or menu tap 3 in one minute; entering a mini-program's chat 2 in one."""


def open_window(bond: Bond, kind: str, *, now: float) -> None:
    """Grant the messages of one kind of act anew."""
    left, seconds = GRANTS[kind]
    bond.windows[kind] = Window(left, now + seconds)


def spend_window(bond: Bond, *, now: float) -> None:
    """Use one message of the window that ends first.

    Raises:
        Refused: 45015 no window is open, 45047 the open ones are used up.
    """
    running = [window for window in bond.windows.values() if now < window.until]
    if not running:
        raise Refused(45015)
    usable = [window for window in running if window.left > 0]
    if not usable:
        raise Refused(45047)
    min(usable, key=lambda window: window.until).left -= 1
