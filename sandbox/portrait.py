"""The state as JSON for tests and the phone: without secrets, with everything else."""

from dataclasses import asdict
from typing import Any

from sandbox.config import Account, Person
from sandbox.simulator import Simulator
from sandbox.world import openid, phone_number, unionid


def portrait(sim: Simulator) -> dict[str, Any]:
    """Clock, accounts, persons, templates and waiting faults."""
    world = sim.world
    with world.lock:
        return {
            "now": world.stamp(),
            "offset_seconds": world.clock.offset.total_seconds(),
            "accounts": [_account(sim, account) for account in world.config.accounts],
            "persons": [person_portrait(sim, person) for person in world.persons()],
            "templates": [asdict(template) for template in world.config.templates],
            "faults": sim.faults.listed(),
        }


def person_portrait(sim: Simulator, person: Person) -> dict[str, Any]:
    """One person with what lies between them and each account, by AppID."""
    world = sim.world
    bonds = {}
    for account in world.config.accounts:
        bond = world.bond(person.key, account)
        bonds[account.appid] = {
            "openid": openid(person.key, account),
            "following": bond.following,
            "blocked": bond.blocked,
            "credits": dict(bond.credits),
            "lasting": list(bond.lasting),
            "windows": {
                kind: {"left": window.left, "seconds": max(0.0, window.until - world.now())}
                for kind, window in bond.windows.items()
            },
        }
    return {
        "key": person.key,
        "name": person.name,
        "avatar_color": person.avatar_color,
        "unionid": unionid(person.key),
        "phone": phone_number(person.key),
        "bonds": bonds,
    }


def _account(sim: Simulator, account: Account) -> dict[str, Any]:
    return {
        "kind": account.kind,
        "appid": account.appid,
        "gh_id": account.gh_id,
        "name": account.name,
        "mode": account.mode,
        "format": account.format,
        "verified": account.verified,
        "category": account.category,
        "callback_url": account.callback_url,
        "page_url": account.page_url,
        "menu": sim.world.state.menus.get(account.appid, {"button": []}),
    }
