"""JSON about herself: signing in, name, phone, consents."""

from collections.abc import Mapping

from apiflask import EmptySchema

from accounts import actions, queries, sign_in
from accounts.models import Consent, Person, Purpose
from accounts.notices import notice
from accounts.rules import PERSON_LONGEST
from core.clock import beijing
from core.db import Session
from core.errors import BadRequest, SignInNeeded
from handbook.queries import pregnancy_of
from miniapp import children, guard
from miniapp.guard import api, house
from miniapp.handbook import pregnancy_out
from miniapp.shapes import (
    CodeIn,
    ConsentIn,
    ConsentOut,
    DecidedOut,
    HospitalOut,
    MeOut,
    NameIn,
    PersonOut,
    PhoneOut,
    TokenOut,
)
from wechat.errors import CodeRejected


@api.post("/sessions", endpoint="sign_in")
@api.input(CodeIn)
@api.output(TokenOut)
def begin(json_data: CodeIn) -> TokenOut:
    """Sign in with the code of wx.login."""
    try:
        identity = guard.login().openid_of_js_code(json_data.code)
    except CodeRejected as rejected:
        raise SignInNeeded from rejected
    now = house().clock.now()
    with house().database.transaction() as session:
        person = actions.meet(
            session, hospital=guard.hospital(session), appid=house().settings.mp_appid,
            openid=identity.openid, unionid=identity.unionid or None, now=now,
        )  # fmt: skip
        token = sign_in.sign_in_person(session, person_id=person.id, now=now)
    return TokenOut(token=token, expires_at=beijing(now + PERSON_LONGEST).isoformat())


@api.delete("/sessions")
@api.output(EmptySchema, status_code=204)
def end() -> str:
    """Sign out."""
    with house().database.transaction() as session:
        sign_in.sign_out(session, token=guard.token())
    return ""


@api.get("/me")
@api.output(MeOut)
def about_me() -> MeOut:
    """Tell who is signed in, and what she decided."""
    with house().database.transaction() as session:
        person, hospital = guard.me(session), guard.hospital(session)
        pregnancy = pregnancy_of(session, person_id=person.id)
        given = queries.consents_of(session, person_id=person.id)
        return MeOut(
            person=_person_out(person),
            hospital=HospitalOut.model_validate(hospital, from_attributes=True),
            pregnancy=None if pregnancy is None else pregnancy_out(pregnancy),
            consents=[_consent_out(purpose, given) for purpose in Purpose],
            children=children.lines(session),
        )


@api.put("/me/name")
@api.input(NameIn)
@api.output(PersonOut)
def set_name(json_data: NameIn) -> PersonOut:
    """Store her name; needs her consent to the handbook."""
    with house().database.transaction() as session:
        person = _consenting(session)
        actions.set_name(session, person=person, name=json_data.name, now=house().clock.now())
        return _person_out(person)


@api.post("/me/phone")
@api.input(CodeIn)
@api.output(PhoneOut)
def set_phone(json_data: CodeIn) -> PhoneOut:
    """Store the phone number she chose to share; needs her consent to the handbook."""
    with house().database.transaction() as session:
        _consenting(session)
    try:
        phone = guard.login().phone_of_code(json_data.code)
    except CodeRejected as rejected:
        raise BadRequest from rejected
    with house().database.transaction() as session:
        person = _consenting(session)
        actions.set_phone(session, person=person, phone=phone, now=house().clock.now())
    return PhoneOut(phone_tail=phone[-4:])


@api.post("/consents")
@api.input(ConsentIn)
@api.output(DecidedOut)
def decide(json_data: ConsentIn) -> DecidedOut:
    """Give or take back one consent."""
    now = house().clock.now()
    with house().database.transaction() as session:
        person = guard.me(session)
        if json_data.decision == "give":
            actions.give_consent(
                session, person=person, purpose=json_data.purpose, version=json_data.version,
                channel="client", now=now,
            )  # fmt: skip
        else:
            actions.withdraw_consent(session, person=person, purpose=json_data.purpose, now=now)
    return DecidedOut(purpose=json_data.purpose, given=json_data.decision == "give")


def _consenting(session: Session) -> Person:
    person = guard.me(session)
    queries.check_consent(session, person_id=person.id, purpose=Purpose.HANDBOOK)
    return person


def _person_out(person: Person) -> PersonOut:
    tail = person.phone[-4:] if person.phone else None
    return PersonOut(id=person.id, name=person.name, phone_tail=tail, role=person.role)


def _consent_out(purpose: Purpose, given: Mapping[Purpose, Consent]) -> ConsentOut:
    shown, consent = notice(purpose), given.get(purpose)
    return ConsentOut(
        purpose=purpose, title=shown.title, text=shown.text, version=shown.version,
        given=consent is not None,
        given_at=None if consent is None else beijing(consent.given_at).isoformat(),
    )  # fmt: skip
