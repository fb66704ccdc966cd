"""The commands that name a hospital's templates."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from core.db import Session
from core.house import House
from deploy import hospital
from deploy.care import care
from scheduler.models import Channel
from scheduler.models_channels import ChannelTemplate
from tests import world

SET = ("template", "set", "letter", "mini_once")

Run = Callable[..., Result]


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch, cast: world.Cast) -> Run:
    """Call a command as a shell does, in the tests' house, with its staff in it."""

    @contextmanager
    def opened(_: object) -> Iterator[House]:
        yield house

    monkeypatch.setattr(hospital, "opened", opened)
    return lambda *words: CliRunner().invoke(care, words)


def test_a_template_is_named_with_who_decided_it(
    run: Run, session: Session, cast: world.Cast
) -> None:
    done = run(*SET, "TPL-1", "--by", "manager", "--key", "thing3=what", "--key", "thing7=note")

    made = session.scalars(sa.select(ChannelTemplate)).one()
    assert done.exit_code == 0
    assert (made.layout, made.channel, made.template_id) == ("letter", Channel.MINI_ONCE, "TPL-1")
    assert made.keys == {"thing3": "what", "thing7": "note"}
    assert (made.hospital_id, made.made_by_id) == (cast.hospital.id, cast.manager.id)


def test_templates_are_listed_with_the_keys_they_carry(run: Run) -> None:
    run(*SET, "TPL-1", "--by", "manager")
    run(*SET, "TPL-2", "--by", "manager")
    run("template", "set", "visit", "template", "TPL-3", "--by", "manager", "--key", "time9=when")

    listed = run("template", "list").output.splitlines()

    assert listed == [
        "letter mini_once TPL-2 thing1=what thing4=note", "visit template TPL-3 time9=when",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*SET, "T", "--by", "nobody"), ""),
        ((*SET, "T", "--by", "manager", "--key", "thing3"), "thing3=what"),
        ((*SET, "T", "--by", "manager", "--key", "thing3=colour"), "花括号"),
        (("template", "set", "poem", "mini_once", "T", "--by", "manager"), "poem"),
        (("template", "set", "visit", "sms", "T", "--by", "manager"), "sms"),
    ],
    ids=["nobody", "half a key", "an unknown piece", "no such layout", "no template there"],
)
def test_what_cannot_be_is_refused(
    run: Run, session: Session, words: tuple[str, ...], said: str
) -> None:
    refused = run(*words)

    assert refused.exit_code != 0
    assert said in refused.output
    assert session.scalars(sa.select(ChannelTemplate)).all() == []
