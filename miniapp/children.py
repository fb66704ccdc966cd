"""JSON about the children somebody looks after: who they are, and where their care stands."""

from datetime import date

from accounts.models import Purpose
from accounts.queries import check_consent
from booking.models import Care
from core.db import Session
from core.words import label
from handbook.actions_births import add_child
from handbook.actions_sex import set_sex
from handbook.ages import corrected_age, is_preterm
from handbook.births import Newborn
from handbook.care.schedule import load
from handbook.models_lives import Child, ChildState
from handbook.queries_children import check_child_consent, children_of
from handbook.standing.mothers import Kind, Stand, Standing
from handbook.standing.queries import standing_of_child
from handbook.timeline import Gestation
from miniapp import guard, stands
from miniapp.ages import said_since
from miniapp.growth import latest_of
from miniapp.guard import api, herself, house, today
from miniapp.records import hers
from miniapp.shapes import ChildLineOut
from miniapp.shapes_children import (
    ChecklistOut,
    ChildOut,
    ChildrenOut,
    CorrectedOut,
    NewChildIn,
    NextChecklistOut,
    SexIn,
    SignsOut,
)


@api.get("/children")
@api.output(ChildrenOut)
def children() -> ChildrenOut:
    """List the children she looks after; one that died is not spoken of."""
    with house().database.transaction() as session:
        return ChildrenOut(items=lines(session))


@api.post("/children")
@api.input(NewChildIn)
@api.output(ChildLineOut, status_code=201)
def add(json_data: NewChildIn) -> ChildLineOut:
    """Open the record of a child; needs her consent to children's records."""
    now, at_birth = house().clock.now(), json_data.gestation_at_birth
    with house().database.transaction() as session:
        person = guard.me(session)
        check_consent(session, person_id=person.id, purpose=Purpose.CHILD_RECORD)
        child = add_child(
            session, guardian=person, kind=json_data.kind,
            newborn=Newborn(
                birth_day=json_data.birth_day, rank=json_data.rank, sex=json_data.sex,
                weight_g=json_data.weight_g, name=json_data.name,
            ),
            gestation_at_birth_days=Gestation.read(at_birth).days if at_birth else None,
            actor=herself(person), now=now,
        )  # fmt: skip
        return _line(child)


@api.get("/children/<child_id>")
@api.output(ChildOut)
def child(child_id: str) -> ChildOut:
    """Tell a child's page; somebody who looks after it must agree to the record."""
    with house().database.transaction() as session:
        found = _open(session, child_id)
        standing = stands.stands_of(session, found)
        at_birth = found.gestation_at_birth_days
        return ChildOut(
            **vars(_line(found)),
            gestation_at_birth=None if at_birth is None else Gestation(at_birth).short,
            weight_g=found.weight_g,
            corrected=_corrected(found),
            groups=stands.groups(standing),
            next_doses=stands.next_doses(standing),
            latest=latest_of(session, found),
        )


@api.post("/children/<child_id>/sex")
@api.input(SexIn)
@api.output(ChildLineOut)
def tell_sex(child_id: str, json_data: SexIn) -> ChildLineOut:
    """Write down a child's sex, once; staff correct it."""
    with house().database.transaction() as session:
        found = _open(session, child_id)
        set_sex(
            session, child=found, sex=json_data.sex, reason="", actor=herself(guard.me(session)),
            now=house().clock.now(),
        )  # fmt: skip
        return _line(found)


@api.get("/children/<child_id>/signs")
@api.output(SignsOut)
def signs(child_id: str) -> SignsOut:
    """Tell the self-check of a child's age; what a family ticks is never sent here."""
    with house().database.transaction() as session:
        return _signs(session, _open(session, child_id))


def lines(session: Session) -> list[ChildLineOut]:
    """Return the children that who is signed in looks after, the oldest first."""
    found = children_of(session, person_id=guard.me(session).id)
    return [_line(child) for child in found if child.state is not ChildState.DIED]


def _open(session: Session, child_id: str) -> Child:
    found = hers(session, child_id)
    check_child_consent(session, child_id=found.id)
    return found


def _line(child: Child) -> ChildLineOut:
    return ChildLineOut(
        id=child.id, name=child.name, sex=child.sex, birth_day=child.birth_day,
        birth_rank=child.birth_rank, age=said_since(child.birth_day, day=today()),
        state=child.state,
    )  # fmt: skip


def _corrected(child: Child) -> CorrectedOut | None:
    if not is_preterm(child.gestation_at_birth) or child.state is not ChildState.LIVING:
        return None
    age = corrected_age(
        born=child.birth_day, gestation_at_birth=child.gestation_at_birth, day=today()
    )
    if age.days < 0:
        said, form = label("miniapp.corrected_before"), "corrected_before_sentence"
    else:
        said = said_since(child.development_day, day=today())
        form = "corrected_sentence" if age.is_in_use else "corrected_over_sentence"
    return CorrectedOut(
        age=said, is_in_use=age.is_in_use,
        sentence=label(f"miniapp.{form}").format(gestation=str(child.gestation_at_birth)),
    )  # fmt: skip


def _signs(session: Session, child: Child) -> SignsOut:
    standing = [
        each
        for each in standing_of_child(session, child=child, booked=(), today=today())
        if each.kind is Kind.CHECKLIST
    ]
    now = next((each for each in reversed(standing) if _is_of_today(each)), None)
    later = next((each for each in standing if each.standing is Standing.DUE), None)
    return SignsOut(
        checklist=_checklist(child, now) if now else None,
        next=NextChecklistOut(name=later.name, from_day=later.from_day) if later else None,
        care=Care.CHILD,
    )


def _is_of_today(stand: Stand) -> bool:
    return stand.from_day <= today() <= (stand.to_day or date.max)


def _checklist(child: Child, stand: Stand) -> ChecklistOut:
    found = next(each for each in load(child.schedule).checklists if each.key == stand.key)
    return ChecklistOut(
        key=found.key, name=found.name, signs=list(found.signs), advice=found.advice,
        source=stand.source, needs_review=stand.needs_review,
        is_corrected=stand.from_day != found.opens.after(child.birth_day),
    )  # fmt: skip
