"""The menu under the chat: every tap is understood, every page is one of the client."""

import json

from bot.menu import buttons
from bot.replies import COMMANDS
from tests.world import ROOT
from wechat.menu import ClickButton, ViewButton

LEAVES = [leaf for group in buttons("https://h.example") for leaf in group.below]


def test_every_key_says_something() -> None:
    keys = {leaf.key for leaf in LEAVES if isinstance(leaf, ClickButton)}

    assert keys
    assert keys <= COMMANDS.keys()


def test_every_page_is_one_of_the_client() -> None:
    pages = json.loads((ROOT / "client/src/pages.json").read_text("utf-8"))["pages"]
    known = {f"https://h.example/m/enter?to=/{page['path']}" for page in pages}

    opened = {leaf.url for leaf in LEAVES if isinstance(leaf, ViewButton)}

    assert len(opened) > 3
    assert opened <= known
