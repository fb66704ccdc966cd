"""What the tests of children ask again and again."""

from handbook.actions_children import record_death
from handbook.queries_children import child_in
from tests import scene
from tests.world import NOW

VISIT = "c03"


def child_row(session, cast, child_id):
    return child_in(session, child_id=child_id, hospital_id=cast.hospital.id)


def bury(database, cast, child_id):
    with database.transaction() as session:
        record_death(
            session, child=child_row(session, cast, child_id), day=scene.TODAY, note="",
            actor=scene.HOSPITAL_PROGRAM, now=NOW,
        )  # fmt: skip


def keys(page, group):
    found = [each for each in page["groups"] if each["key"] == group]
    return [item["key"] for each in found for item in each["items"]]
