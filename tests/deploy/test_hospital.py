"""The commands of a hospital's own affairs: it begins, its staff join, its menu, its keys."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from accounts.models import AuditRow, Hospital, Person, SignIn, Staff
from accounts.sign_in import sign_in_staff
from booking.models import Slot
from core import crypto
from core.clock import beijing
from core.db import Session
from core.house import House
from deploy import hospital, resealing
from deploy.care import care
from tests import world
from tests.world import NOW
from wechat.errors import Busy
from wechat.messages import FakeMessenger

CARD = ("--name", "本院", "--phone", "1", "--emergency-phone", "2", "--address", "路1号")
NEW = "another-horse-8"

Run = Callable[..., Result]


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call a command as a shell does, in the tests' house."""

    @contextmanager
    def opened(_: object) -> Iterator[House]:
        yield house

    monkeypatch.setattr(hospital, "opened", opened)
    return lambda *words, typed="": CliRunner().invoke(care, words, input=typed)


def acts(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditRow.act).order_by(AuditRow.number)))


def test_a_hospital_begins_with_two_commands(run: Run, session: Session) -> None:
    entered = run("hospital", "add", *CARD)
    joined = run(
        "staff", "add", "wang", "--name", "王医生", "--title", "主治医师", "--role", "author",
        "--role", "care_worker", typed=f"{NEW}\n",
    )  # fmt: skip

    assert (entered.exit_code, joined.exit_code) == (0, 0)
    ours = session.scalars(sa.select(Hospital)).one()
    assert (ours.name, ours.oa_appid) == ("本院", "wxOA0001")
    wang = session.scalars(sa.select(Staff)).one()
    assert (wang.hospital_id, wang.roles) == (ours.id, ["author", "care_worker"])
    assert sign_in_staff(session, username="wang", password=NEW, now=NOW) is not None
    assert acts(session)[:2] == ["add_hospital", "add_staff"]
    assert NEW not in joined.output


def test_a_second_hospital_for_one_account_is_refused(run: Run, cast: world.Cast) -> None:
    again = run("hospital", "add", *CARD)

    assert again.exit_code == 1
    assert "这个公众号已经登记了医院。" in again.output


def test_a_hospital_changes_what_is_given_and_nothing_else(
    run: Run, session: Session, cast: world.Cast
) -> None:
    done = run("hospital", "change", "--phone", "010-1")

    session.expire_all()
    ours = session.get_one(Hospital, cast.hospital.id)
    assert done.exit_code == 0
    assert (ours.phone, ours.emergency_phone) == ("010-1", "010-55550120")
    assert ours.name == "测试第一妇幼保健院"
    assert session.get_one(Hospital, cast.other_hospital.id).phone == "010-55550100"


@pytest.mark.parametrize(
    ("username", "typed", "said"),
    [("author", NEW, "已经有人使用"), ("new", "short1", "密码至少 10 位"), ("new", "", "密码至少")],
    ids=["taken", "weak", "none"],
)  # fmt: skip
def test_staff_who_cannot_be_added_are_refused_in_words(
    run: Run, session: Session, cast: world.Cast, username: str, typed: str, said: str
) -> None:
    words = ("staff", "add", username, "--name", "新", "--title", "护士", "--role", "clerk")
    before = session.scalar(sa.select(sa.func.count()).select_from(Staff))

    refused = run(*words, typed=typed)

    assert refused.exit_code == 1
    assert said in refused.output
    assert session.scalar(sa.select(sa.func.count()).select_from(Staff)) == before


def test_another_password_ends_all_sign_ins_and_a_lock(
    run: Run, session: Session, cast: world.Cast
) -> None:
    sign_in_staff(session, username="clerk", password=world.PASSWORD, now=NOW)
    session.get_one(Staff, cast.clerk.id).failed_sign_ins = 5
    session.flush()

    changed = run("staff", "password", "clerk", typed=NEW)

    session.expire_all()
    assert changed.exit_code == 0
    assert session.scalars(sa.select(SignIn)).all() == []
    assert sign_in_staff(session, username="clerk", password=world.PASSWORD, now=NOW) is None
    assert sign_in_staff(session, username="clerk", password=NEW, now=NOW) is not None
    assert "set_password" in acts(session)


def test_a_weak_password_changes_nothing(run: Run, session: Session, cast: world.Cast) -> None:
    refused = run("staff", "password", "clerk", typed="short1")

    assert refused.exit_code == 1
    assert sign_in_staff(session, username="clerk", password=world.PASSWORD, now=NOW) is not None


@pytest.mark.parametrize("roles", [["clerk", "author"], []], ids=["two", "none"])
def test_roles_are_given_instead_of_those_before(
    run: Run, session: Session, cast: world.Cast, roles: list[str]
) -> None:
    given = run(
        "staff", "roles", "clinician", *(word for role in roles for word in ("--role", role))
    )

    session.expire_all()
    assert given.exit_code == 0
    assert session.get_one(Staff, cast.clinician.id).roles == sorted(roles)
    assert f"set_roles:clinician>{','.join(sorted(roles))}" in acts(session)


@pytest.mark.parametrize("command", ["password", "roles"])
def test_nobody_of_that_name_is_told_so(run: Run, cast: world.Cast, command: str) -> None:
    refused = run("staff", command, "nobody", typed=NEW)

    assert refused.exit_code == 1
    assert "没有找到" in refused.output


def test_a_clinic_opens_with_slots_on_working_days(
    run: Run, session: Session, cast: world.Cast
) -> None:
    opened = run(
        "clinic", "open", "antenatal", "--name", "产科门诊", "--room", "3层301", "--at", "08:00",
        "--at", "08:30", "--places", "3", "--days", "7",
    )  # fmt: skip

    starts = [beijing(slot.starts_at) for slot in session.scalars(sa.select(Slot))]
    assert opened.exit_code == 0
    assert len(starts) == 10
    assert {f"{one:%H:%M}" for one in starts} == {"08:00", "08:30"}
    assert min(starts).date() == date(2026, 6, 2)
    assert {one.isoweekday() for one in starts} == {1, 2, 3, 4, 5}


class Speaking:
    """What `assemble` returns, with a fake messenger."""

    def __init__(self) -> None:
        self.messenger = FakeMessenger()


def test_the_menu_is_published_with_this_address(
    run: Run, cast: world.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaking = Speaking()
    monkeypatch.setattr(hospital, "assemble", lambda *_, engine, clock: speaking)

    published = run("menu", "publish")

    assert published.exit_code == 0
    assert [one.name for one in speaking.messenger.menu] == ["我的手册", "预约", "帮助"]


def test_a_menu_that_the_platform_refuses_is_told_so(
    run: Run, cast: world.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaking = Speaking()
    speaking.messenger.fail_next(Busy(-1))
    monkeypatch.setattr(hospital, "assemble", lambda *_, engine, clock: speaking)

    refused = run("menu", "publish")

    assert refused.exit_code == 1
    assert "wechat.busy (errcode -1)" in refused.output


@pytest.fixture
def two_keys() -> Iterator[crypto.KeyRing]:
    """The ring with a newer key on it; put back afterwards."""
    before = crypto.ring()
    newer = crypto.KeyRing({**before.keys, 2: b"n" * 32}, before.index_key)
    crypto.install(newer)
    yield newer
    crypto.install(before)


def numbers_of_keys(session: Session) -> set[int]:
    raw = sa.type_coerce(Person.name, sa.LargeBinary)
    return {name[0] for name in session.scalars(sa.select(raw).where(raw.is_not(None)))}


def test_after_a_new_key_everything_is_sealed_with_it_and_still_opens(
    run: Run, session: Session, cast: world.Cast, two_keys: crypto.KeyRing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(resealing, "BATCH", 2)
    people = [cast.mother, cast.newcomer, *named_with_key_1(session, cast)]

    first, again = run("reseal"), run("reseal")

    assert "person.name：3\n" in first.output
    assert "person.name：0\n" in again.output
    assert numbers_of_keys(session) == {2}
    session.expire_all()
    names = {session.get_one(Person, one.id).name for one in people}
    assert names == {None, "甲", "乙", "丙"}


def named_with_key_1(session: Session, cast: world.Cast) -> list[Person]:
    newer = crypto.ring()
    crypto.install(crypto.KeyRing({1: newer.keys[1]}, newer.index_key))
    family_id = cast.mother.family_id
    people = [
        Person(id=f"per_{name}", family_id=family_id, role="mother", name=name, created_at=NOW)
        for name in "甲乙丙"
    ]
    session.add_all(people)
    session.flush()
    crypto.install(newer)
    return people


def test_a_column_that_cannot_be_opened_stops_with_its_name(
    run: Run, session: Session, cast: world.Cast, two_keys: crypto.KeyRing
) -> None:
    session.execute(sa.text("update person set name = decode('0501', 'hex')"))

    stopped = run("reseal")

    assert stopped.exit_code == 1
    assert "person.name：缺少它的钥匙" in stopped.output


def test_every_sealed_column_of_every_room_is_known() -> None:
    names = {str(column) for column in resealing.sealed_columns()}

    assert {"person.name", "message.text", "receipt.answer", "risk_case_event.note"} <= names
