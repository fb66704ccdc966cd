"""An evening on which many women are to be told of tomorrow's appointment, all at one moment.

The ground of the storms and of the benchmark of reminders. People are made by plain statements, by
the thousand; the reminders are planned as the worker plans them.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
import sqlalchemy as sa

from accounts.models import Hospital
from core import embedded
from core.clock import SystemClock, beijing_moment
from core.db import Session, rows
from core.house import House
from core.house import opened as open_house
from deploy import secrets
from deploy.migrate import migrate
from deploy.stage import OA_APPID, Stage
from handbook.care.schedule import CURRENT
from scheduler.plans import plan

DAY = timedelta(days=1)
DUE = beijing_moment(date(2026, 6, 2), hour=18)
"""When everybody's reminder is due: the evening before her appointment."""

HOSPITAL_ID = "hos_evening"
TOLD = "day_before"
"""The rule that is measured; what else would be said to these women is left out."""

PEOPLE = """
with families as (
    insert into family (id, hospital_id, created_at)
    select 'fam_' || n, %(hospital_id)s, %(now)s
    from generate_series(%(low)s::int, %(high)s::int) as n returning 1
), people as (
    insert into person (id, number, family_id, role, created_at) overriding system value
    select 'per_' || n, 1000000 + n, 'fam_' || n, 'mother', %(now)s
    from generate_series(%(low)s::int, %(high)s::int) as n returning 1
), identities as (
    insert into wechat_identity (id, person_id, appid, openid, followed_at)
    select 'idy_' || n, 'per_' || n, %(appid)s, 'oEvening_' || n, %(now)s
    from generate_series(%(low)s::int, %(high)s::int) as n returning 1
), agreed as (
    insert into consent (
        id, person_id, purpose, notice_version, notice_hash, channel, proof, given_at
    )
    select 'con_' || purpose || n, 'per_' || n, purpose, '-', '-', 'benchmark', '-', %(now)s
    from generate_series(%(low)s::int, %(high)s::int) as n,
    unnest(array['handbook', 'messages']) as purpose returning 1
), pregnant as (
    insert into pregnancy (
        id, family_id, person_id, hospital_id, state, schedule, last_period_day, due_day,
        dating_source, opened_at, known_at
    )
    select 'prg_' || n, 'fam_' || n, 'per_' || n, %(hospital_id)s, 'ongoing', %(edition)s,
           %(last_period_day)s::date, %(last_period_day)s::date + 280, 'last_period', %(now)s,
           %(now)s
    from generate_series(%(low)s::int, %(high)s::int) as n returning 1
)
insert into appointment (
    id, hospital_id, slot_id, share, family_id, person_id, patient_number, pregnancy_id, during,
    state, channel, idempotency_key, booked_at
)
select 'apt_' || n, %(hospital_id)s, 'slt_evening', 'online', 'fam_' || n, 'per_' || n,
       1000000 + n, 'prg_' || n, tstzrange(%(starts_at)s, %(starts_at)s + interval '1 hour'),
       'booked', 'client', n::text, %(now)s
from generate_series(%(low)s::int, %(high)s::int) as n
returning 1
"""

CLINIC = """
insert into clinic (id, hospital_id, care, name, room, is_open)
values ('cln_evening', %(hospital_id)s, 'antenatal', '产科门诊', '301', true)
"""

SLOT = """
insert into slot (id, clinic_id, starts_at, ends_at, shown_at)
values ('slt_evening', 'cln_evening', %(starts_at)s, %(starts_at)s + interval '1 hour', %(now)s)
"""

QUOTA = "insert into quota (slot_id, share, places) values ('slt_evening', 'online', 1000000)"

EMPTY = """
truncate reminder, letter, early_report, plan_mark, channel_meter, subscription_event, tick_run,
    wechat_token cascade
"""

WELL = """
update pregnancy set state = 'ongoing', loss = null, loss_day = null, closed_at = null
where state = 'ended'
"""

REST = """
delete from reminder where rule <> %(told)s or substr(person_id, 5)::int > %(women)s
"""

SPREAD = """
with ranked as (
    select id, %(due)s + %(over)s * (row_number() over (order by id) - 1) / count(*) over () as at
    from reminder
)
update reminder set due_at = ranked.at, next_at = ranked.at from ranked
where ranked.id = reminder.id
"""


@dataclass(frozen=True)
class Evening:
    """A hospital of its own on a moved clock, and the settings by which workers reach it."""

    house: House
    environment: dict[str, str]
    server: embedded.Server

    @property
    def postgres(self) -> psutil.Process:
        """Return the database's first process."""
        pid = (self.server.data / "postmaster.pid").read_text("utf-8").split()[0]
        return psutil.Process(int(pid))

    def set_clock(self, moment: datetime) -> None:
        """Let every program of this evening see a moment now, from which its time runs on."""
        offset = (moment - SystemClock().now()).total_seconds()
        path = Path(self.environment["YUNYU_CLOCK_FILE"])
        written = path.with_suffix(".new")
        written.write_text(json.dumps({"offset_seconds": offset}), encoding="utf-8")
        written.replace(path)

    def move_clock(self, by: timedelta) -> None:
        """Let time jump, on or back."""
        self.set_clock(self.house.clock.now() + by)


@contextmanager
def evening(*, platform: str = "http://127.0.0.1:9") -> Iterator[Evening]:
    """Keep a hospital with a PostgreSQL of its own while the block runs, then drop it.

    `platform` is the address at which its workers speak to WeChat.
    """
    with tempfile.TemporaryDirectory(prefix="yunyu-evening-") as name:
        folder = Path(name)
        # The server may have to run as another user, who must be able to walk in.
        folder.chmod(0o711)
        with embedded.running(folder) as server:
            stage = Stage(folder, web_port=80, sandbox_port=80)
            environment = stage.environment(secrets.kept(folder / "secrets.json")) | {
                "YUNYU_DATABASE_URL": server.url,
                "YUNYU_CLOCK_FILE": str(folder / "clock.json"),
                "YUNYU_WECHAT_API_URL": platform,
            }
            with open_house(environment) as house:
                migrate(house.database.engine)
                found = Evening(house, environment, server)
                found.set_clock(DUE)
                with house.database.transaction() as session:
                    _open_hospital(session)
                yield found


def fill(session: Session, *, low: int, high: int) -> None:
    """Let the women of these numbers be there (both included), each with her appointment."""
    given = {
        "hospital_id": HOSPITAL_ID, "appid": OA_APPID, "edition": CURRENT, "low": low,
        "high": high, "now": DUE - 30 * DAY, "starts_at": DUE + timedelta(hours=15),
        "last_period_day": (DUE - 100 * DAY).date(),
    }  # fmt: skip
    rows(session, PEOPLE, given)


def planned(house: House, *, women: int, over: timedelta = timedelta()) -> int:
    """Forget what was said and what was lost, and plan anew what the first women are to be told.

    All is due at `DUE`, or one after the other within `over` from then on. Says how much it is.
    """
    with house.database.transaction() as session:
        session.execute(sa.text(EMPTY))
        session.execute(sa.text(WELL))
        plan(session, now=DUE - DAY)
        session.connection().exec_driver_sql(REST, {"told": TOLD, "women": women})
        session.connection().exec_driver_sql(SPREAD, {"due": DUE, "over": over})
    with house.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(sa.text("vacuum analyze"))
        return int(connection.execute(sa.text("select count(*) from reminder")).scalar_one())


def _open_hospital(session: Session) -> None:
    session.add(
        Hospital(
            id=HOSPITAL_ID, name="傍晚妇幼保健院", phone="010-55550100",
            emergency_phone="010-55550120", address="傍晚路1号", oa_appid=OA_APPID,
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )  # fmt: skip
    session.flush()
    given = {
        "hospital_id": HOSPITAL_ID, "starts_at": DUE + timedelta(hours=15), "now": DUE - 30 * DAY,
    }  # fmt: skip
    session.connection().exec_driver_sql(CLINIC, given)
    session.connection().exec_driver_sql(SLOT, given)
    session.connection().exec_driver_sql(QUOTA)
