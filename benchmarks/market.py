"""Many people before few places: the ground of the booking benchmark and of the storms.

People and slots are made by plain statements, by the thousand; what is measured is not.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import sqlalchemy as sa

from accounts.models import Hospital, Person, SubjectKind
from accounts.queries import hospital_of_account
from accounts.rules import Actor
from benchmarks.stage import Ground
from booking.actions import Request
from booking.models import Care, Quota
from booking.models_supply import Clinic
from booking.supply.actions_supply import open_clinic
from core import embedded
from core.crypto import digest
from core.db import Session, rows
from core.house import House
from core.house import opened as open_house
from deploy import secrets
from deploy.migrate import migrate
from deploy.stage import OA_APPID, Stage

PEOPLE = """
with families as (
    insert into family (id, hospital_id, created_at)
    select 'fam_market_' || n, %(hospital_id)s, %(now)s from generate_series(1, %(count)s) as n
    returning id
)
insert into person (id, number, family_id, role, created_at)
overriding system value
select 'per_market_' || n, 1000000 + n, 'fam_market_' || n, 'mother', %(now)s
from generate_series(1, %(count)s) as n where (select count(*) from families) > 0
returning id
"""

SIGN_INS = """
insert into sign_in (token_digest, subject_kind, subject_id, signed_in_at, seen_at, expires_at)
select digest, 'person', 'per_market_' || n, %(now)s, %(now)s, %(now)s + interval '30 days'
from unnest(%(digests)s::text[]) with ordinality as token (digest, n)
returning 1
"""

SLOTS = """
with slots as (
    insert into slot (id, clinic_id, starts_at, ends_at, shown_at)
    select 'slt_' || %(name)s || '_' || n, %(clinic_id)s, begins, begins + interval '10 minutes',
           %(now)s - interval '1 day'
    from generate_series(0, %(count)s - 1) as n,
    lateral (select %(first)s + n * interval '10 minutes' as begins) as time
    returning id
)
insert into quota (slot_id, share, places) select id, 'online', %(places)s from slots
returning slot_id
"""

STORED = """
with clinics as (
    insert into clinic (id, hospital_id, care, name, room, is_open)
    select 'cln_stored_' || n, %(hospital_id)s, 'vaccination', '集市', '1', true
    from generate_series(1, %(clinics)s) as n
    returning id
),
slots as (
    insert into slot (id, clinic_id, starts_at, ends_at, shown_at)
    select 'slt_stored_' || row_number() over (), clinics.id, begins,
           begins + interval '30 minutes', %(now)s - interval '1 day'
    from clinics, generate_series(0, %(each)s - 1) as n,
    lateral (select %(now)s + (n / 14) * interval '1 day' + (n %% 14) * interval '30 minutes'
             as begins) as time
    returning id
)
insert into quota (slot_id, share, places) select id, 'online', 4 from slots
returning 1
"""
"""As many clinics as there are: each a hundred days of fourteen slots."""

STORED_CLINICS, STORED_EACH = 715, 1400

EMPTY = "truncate appointment, appointment_step, audit restart identity cascade"


@dataclass(frozen=True)
class Market:
    """A clinic with `hot` one slot of many places, and `spread` many slots of some."""

    hospital: Hospital
    people: list[Person]
    hot: list[str]
    spread: list[str]

    def request(self, person: int, slot_id: str, key: str) -> Request:
        """Return the wish of one person for a place."""
        herself = self.people[person]
        return Request(
            person=herself, hospital_id=self.hospital.id, slot_id=slot_id, pregnancy_id=None,
            item_key=None, channel="client", key=key,
            actor=Actor(SubjectKind.PERSON, herself.id),
        )  # fmt: skip


@dataclass(frozen=True)
class Town:
    """A hospital of its own, still empty: its server, its house, the settings that reach it."""

    server: embedded.Server
    house: House
    environment: dict[str, str]

    @property
    def postgres(self) -> psutil.Process:
        """Return the database's first process, as it runs now."""
        pid = (self.server.data / "postmaster.pid").read_text("utf-8").split()[0]
        return psutil.Process(int(pid))

    @property
    def ground(self) -> Ground:
        """Return it as a ground for web servers."""
        return Ground(self.house, self.environment, openids=(), postgres=self.postgres)


@contextmanager
def town() -> Iterator[Town]:
    """Keep a hospital with a PostgreSQL of its own while the block runs, then drop it."""
    with tempfile.TemporaryDirectory(prefix="yunyu-market-") as name:
        folder = Path(name)
        # The server may have to run as another user, who must be able to walk in.
        folder.chmod(0o711)
        with embedded.running(folder) as server:
            stage = Stage(folder, web_port=80, sandbox_port=80)
            environment = stage.environment(secrets.kept(folder / "secrets.json")) | {
                "YUNYU_DATABASE_URL": server.url,
                "YUNYU_CLOCK_FILE": "",
            }
            with open_house(environment) as house:
                migrate(house.database.engine)
                with house.database.transaction() as session:
                    session.add(_hospital(house.clock.now()))
                yield Town(server, house, environment)


def _hospital(now: datetime) -> Hospital:
    return Hospital(
        id="hos_market", name="集市妇幼保健院", phone="010-55550100",
        emergency_phone="010-55550120", address="集市路1号", oa_appid=OA_APPID, created_at=now,
    )  # fmt: skip


def token(person: int) -> str:
    """Return the token a person of the market is signed in with."""
    return f"market-{person}"


def opened(
    house: House, *, people: int, hot_places: int, spread_slots: int, spread_places: int
) -> Market:
    """Open a market in a house that has a hospital."""
    now = house.clock.now()
    with house.database.transaction() as session:
        hospital = hospital_of_account(session, appid=house.settings.oa_appid)
        rows(session, PEOPLE, {"hospital_id": hospital.id, "count": people, "now": now})
        digests = [digest(token(number)) for number in range(people)]
        rows(session, SIGN_INS, {"digests": digests, "now": now})
        clinic = open_clinic(
            session, hospital_id=hospital.id, care=Care.ANTENATAL, name="集市", room="1", now=now
        )
        session.flush()
        hot = slots(session, clinic, name="hot", count=1, places=hot_places, now=now)
        spread = slots(
            session, clinic, name="spread", count=spread_slots, places=spread_places,
            now=now + timedelta(days=1),
        )  # fmt: skip
        everybody = session.scalars(
            sa.select(Person).where(Person.id.startswith("per_market_")).order_by(Person.number)
        )
        return Market(hospital, list(everybody), hot, spread)


def slots(
    session: Session, clinic: Clinic, *, name: str, count: int, places: int, now: datetime
) -> list[str]:
    """Open slots of ten minutes one after another from three days hence; return their ids."""
    made = rows(session, SLOTS, {
        "name": name, "clinic_id": clinic.id, "count": count, "places": places,
        "first": now + timedelta(days=3), "now": now,
    })  # fmt: skip
    return [row.slot_id for row in made]


def stored(session: Session, market: Market, *, now: datetime) -> None:
    """Store a million slots of clinics, one of which is for glucose tests."""
    rows(session, STORED, {
        "hospital_id": market.hospital.id, "clinics": STORED_CLINICS, "each": STORED_EACH,
        "now": now,
    })  # fmt: skip
    session.execute(sa.text("update clinic set care = 'ogtt' where id = 'cln_stored_1'"))
    session.execute(sa.text("analyze clinic, slot, quota"))


def resize(house: House, slot_ids: Sequence[str], *, places: int) -> None:
    """Give slots that nobody has booked another number of places."""
    with house.database.transaction() as session:
        session.execute(sa.update(Quota).where(Quota.slot_id.in_(slot_ids)).values(places=places))


def clear(house: House) -> None:
    """Give every place back and forget all appointments, so that a round may begin."""
    with house.database.transaction() as session:
        session.execute(sa.text(EMPTY))
        session.execute(sa.update(Quota).where(Quota.taken > 0).values(taken=0))
