"""JSON about a handbook made from a roster: its mother finds it, staff hand it over."""

from handbook.roster.linking import claim_handbook, claim_of, make_code
from handbook.roster.linking_numbers import LINKING
from miniapp import guard
from miniapp.guard import api, house
from miniapp.shapes_planning import ClaimIn, ClaimOut, LinkCodeOut


@api.get("/me/handbook-claim")
@api.output(ClaimOut)
def claim() -> ClaimOut:
    """Tell what became of her claim."""
    with house().database.transaction() as session:
        found = claim_of(session, person_id=guard.me(session).id)
        return ClaimOut(state=None if found is None else found.state.value)


@api.post("/me/handbook-claim")
@api.input(ClaimIn)
@api.output(ClaimOut)
def look(json_data: ClaimIn) -> ClaimOut:
    """Look for the handbook made for her number and this name; needs her number."""
    with house().database.transaction() as session:
        found = claim_handbook(
            session, person=guard.me(session), name=json_data.name, now=house().clock.now()
        )
        return ClaimOut(state="not_found" if found is None else found.state.value)


@api.post("/me/link-code")
@api.output(LinkCodeOut, status_code=201)
def code() -> LinkCodeOut:
    """Give her a code that staff at the desk type into the handbook that is hers."""
    with house().database.transaction() as session:
        made = make_code(session, person=guard.me(session), now=house().clock.now())
    return LinkCodeOut(code=made, minutes=LINKING.code_minutes.value)
