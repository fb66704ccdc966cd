"""The custom menu under a chat: at most three buttons, each with at most five below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MAX_BUTTONS: Final = 3
MAX_BELOW: Final = 5


@dataclass(frozen=True)
class ClickButton:
    """A tap pushes `key` to us as a `menu_click`."""

    name: str
    key: str

    def payload(self) -> dict[str, object]:
        """Return the button in the platform's words."""
        return {"type": "click", "name": self.name, "key": self.key}


@dataclass(frozen=True)
class ViewButton:
    """A tap opens an address."""

    name: str
    url: str

    def payload(self) -> dict[str, object]:
        """Return the button in the platform's words."""
        return {"type": "view", "name": self.name, "url": self.url}


@dataclass(frozen=True)
class PageButton:
    """A tap opens a page of a mini-program; phones too old for that open `url`."""

    name: str
    appid: str
    page: str
    url: str

    def payload(self) -> dict[str, object]:
        """Return the button in the platform's words."""
        page = {"appid": self.appid, "pagepath": self.page, "url": self.url}
        return {"type": "miniprogram", "name": self.name, **page}


LeafButton = ClickButton | ViewButton | PageButton


@dataclass(frozen=True)
class ButtonGroup:
    """A tap shows the one to five buttons below it."""

    name: str
    below: tuple[LeafButton, ...]

    def __post_init__(self) -> None:
        """Refuse what the platform would."""
        if not 1 <= len(self.below) <= MAX_BELOW:
            raise ValueError(f"a group has one to {MAX_BELOW} buttons")

    def payload(self) -> dict[str, object]:
        """Return the group in the platform's words."""
        return {"name": self.name, "sub_button": [button.payload() for button in self.below]}


Button = LeafButton | ButtonGroup


def menu_payload(buttons: Sequence[Button]) -> dict[str, object]:
    """Return a whole menu in the platform's words.

    Raises:
        ValueError: there is no button, or there are more than three.
    """
    if not 1 <= len(buttons) <= MAX_BUTTONS:
        raise ValueError(f"a menu has one to {MAX_BUTTONS} buttons")
    return {"button": [button.payload() for button in buttons]}
