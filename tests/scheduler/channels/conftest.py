"""A worker that also speaks through the mini-program."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from accounts.models import WechatIdentity
from core.db import Session
from scheduler.models import Channel, Letter
from scheduler.models_channels import (
    ChannelTemplate,
)
from scheduler.ticks import Worker
from tests import world
from wechat.messages import FakeMessenger

ONCE = "TPL_MINI_ONCE"
Letters = Callable[[], list[Letter]]


@pytest.fixture
def mini() -> FakeMessenger:
    return FakeMessenger()


@pytest.fixture
def both(worker: Worker, mini: FakeMessenger, session: Session, cast: world.Cast) -> Worker:
    """A worker that also speaks through the mini-program, which Lin uses."""
    session.add(
        WechatIdentity(
            id="wid_mp", person_id=cast.mother.id, appid="wxMP0001", openid="oMP_lin",
            unionid="uoOA_lin", followed_at=None, unfollowed_at=None,
        )
    )  # fmt: skip
    for channel, template_id in (
        (Channel.MINI_ONCE, ONCE),
        (Channel.MINI_LASTING, "TPL_MINI_LASTING"),
    ):
        session.add(
            ChannelTemplate(
                id=template_id, hospital_id=cast.hospital.id, channel=channel, layout="visit",
                template_id=template_id, keys={"thing3": "what", "time8": "when"},
                made_by_id="stf", made_at=world.NOW,
            )
        )  # fmt: skip
    session.flush()
    return replace(worker, mini=mini)
