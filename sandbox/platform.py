"""The platform API over HTTP: WeChat's paths, its order of checks, its errors and its faults."""

import json
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, Response, request

from sandbox import (
    assistant,
    customer,
    datacube,
    identity,
    menu,
    quota,
    scenes,
    sending,
    tokens,
    upkeep,
)
from sandbox.calls import Call
from sandbox.faults import Fault, FaultKind
from sandbox.journal import ApiCall
from sandbox.refusal import Refused
from sandbox.running import simulator
from sandbox.simulator import Simulator
from sandbox.wire import Fields
from sandbox.words import FAULT_HTML

api = Blueprint("platform", __name__)

ONE_AT_A_TIME = "/cgi-bin/message/subscribe/"
"""Sends under this path refuse a second one to the same person while the first is under way."""
ESCAPED = re.compile(rb"\\u[0-9a-fA-F]{4}")
"""Chinese written as escapes: people may see the escapes, or the call fails with 40033."""
SLOW_PIECES = 10
"""A slow answer arrives in so many pieces."""
GATEWAY = {FaultKind.HTTP_502, FaultKind.HTML}
"""Faults of a gateway in front of the API: the call never arrives."""
HIDDEN = {"secret", "access_token", "js_code", "code"}
"""Fields that never enter the journal."""


class Api(NamedTuple):
    """One API: its method, what answers it, and whether it needs a token."""

    method: str
    answer: Callable[[Call], Fields]
    open: bool = False


APIS = {
    "/cgi-bin/token": Api("GET", tokens.plain, open=True),
    "/cgi-bin/stable_token": Api("POST", tokens.stable, open=True),
    "/cgi-bin/ticket/getticket": Api("GET", tokens.ticket),
    "/cgi-bin/menu/create": Api("POST", menu.create),
    "/cgi-bin/menu/get": Api("GET", menu.current),
    "/cgi-bin/menu/delete": Api("GET", menu.delete),
    "/cgi-bin/message/template/send": Api("POST", sending.send_template),
    "/cgi-bin/message/subscribe/send": Api("POST", sending.send_subscription),
    "/cgi-bin/message/subscribe/bizsend": Api("POST", sending.send_notice),
    "/cityservice/sendchannelmsg": Api("POST", assistant.send),
    "/cgi-bin/message/custom/send": Api("POST", customer.send),
    "/cgi-bin/message/custom/typing": Api("POST", customer.typing),
    "/cgi-bin/user/info": Api("GET", identity.follower),
    "/cgi-bin/qrcode/create": Api("POST", scenes.create),
    "/cgi-bin/clear_quota": Api("POST", upkeep.clear_quota),
    "/cgi-bin/openapi/quota/get": Api("POST", upkeep.quota),
    "/cgi-bin/getcallbackip": Api("GET", upkeep.addresses),
    "/cgi-bin/get_api_domain_ip": Api("GET", upkeep.addresses),
    "/datacube/getarticleread": Api("POST", datacube.read),
    "/datacube/getarticleshare": Api("POST", datacube.shared),
    "/datacube/getarticletotaldetail": Api("POST", datacube.published),
    "/sns/jscode2session": Api("GET", identity.code_to_session, open=True),
    "/sns/oauth2/access_token": Api("GET", identity.oauth_token, open=True),
    "/wxa/business/getuserphonenumber": Api("POST", identity.phone_of_code),
}


@dataclass
class Answer:
    """What goes back, before and after a fault has had its way."""

    fields: Fields
    call: Call | None = None
    fault: Fault | None = None


@api.route("/cgi-bin/<path:_rest>", methods=["GET", "POST"])
@api.route("/cityservice/<path:_rest>", methods=["POST"])
@api.route("/datacube/<path:_rest>", methods=["POST"])
@api.route("/sns/<path:_rest>", methods=["GET", "POST"])
@api.route("/wxa/<path:_rest>", methods=["GET", "POST"])
def answer(_rest: str) -> Response:
    """Answer any call of the platform API; the HTTP status is 200 even for errors."""
    sim = simulator()
    found = Answer({})
    try:
        with sim.sending(_receiver()) as alone:
            if not alone:
                raise Refused(43108)
            found.fault = sim.faults.take(request.path)
            _delay(found.fault)
            found.call = _call(sim)
            if not (found.fault and found.fault.kind in GATEWAY):
                found.fields = _run(sim, found)
    except Refused as refused:
        found.fields = _refusal(sim, refused)
    if found.fault and found.fault.kind is FaultKind.EMPTY_ERRMSG:
        found.fields["errmsg"] = ""
    _note(sim, found)
    return _response(found)


def _run(sim: Simulator, found: Answer) -> Fields:
    known = APIS.get(request.path)
    if known is None:
        raise Refused(40066)
    if request.method != known.method:
        raise Refused(43001 if known.method == "GET" else 43002)
    call = found.call
    if call is None:
        raise Refused(44002)
    with sim.world.lock:
        if not known.open:
            call.caller = tokens.owner(sim.world, request.args.get("access_token", ""))
            _strike(sim, call, found.fault)
            quota.spend(sim.world, call.account.appid, request.path)
        else:
            _strike(sim, call, found.fault)
        fields = known.answer(call)
        sim.world.touch()
        return fields


def _strike(sim: Simulator, call: Call, fault: Fault | None) -> None:
    """Let a fault that the platform would report by errcode happen."""
    if fault is None:
        return
    if fault.kind is FaultKind.SYSTEM_BUSY:
        raise Refused(-1)
    if fault.kind is FaultKind.BAD_TOKEN:
        raise Refused(40001)
    if fault.kind is FaultKind.ERRCODE:
        raise Refused(fault.errcode)
    if fault.kind is FaultKind.DAILY_QUOTA and call.caller is not None:
        quota.exhaust(sim.world, call.caller.appid, request.path)


def _delay(fault: Fault | None) -> None:
    if fault and fault.kind in {FaultKind.TIME_OUT, FaultKind.PARALLEL}:
        time.sleep(fault.seconds)


def _receiver() -> str:
    if not request.path.startswith(ONE_AT_A_TIME):
        return ""
    body = request.get_json(silent=True, force=True)
    receiver = body.get("touser") if isinstance(body, dict) else None
    return receiver if isinstance(receiver, str) else ""


def _call(sim: Simulator) -> Call:
    call = Call(
        world=sim.world,
        engine=sim.engine,
        path=request.path,
        query=request.args.to_dict(),
        body={},
        ip=request.remote_addr or "",
    )
    if request.method == "POST":
        call.body = _body(call)
    return call


def _body(call: Call) -> Fields:
    raw = request.get_data(cache=True)
    if not raw:
        raise Refused(44002)
    try:
        text = raw.decode()
    except UnicodeDecodeError as broken:
        raise Refused(40033) from broken
    if ESCAPED.search(raw):
        call.warnings.append("the JSON has \\u escapes; write UTF-8")
    try:
        body = json.loads(text)
    except ValueError as broken:
        raise Refused(47001) from broken
    if not isinstance(body, dict):
        raise Refused(47001)
    return body


def _refusal(sim: Simulator, refused: Refused) -> Fields:
    rid = f"{int(sim.world.now()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
    return {"errcode": refused.errcode, "errmsg": f"{refused.errmsg} rid: {rid}"}


def _note(sim: Simulator, found: Answer) -> None:
    call = found.call
    body: Fields = (call.body or call.query) if call else {}
    appid = call.caller.appid if call and call.caller else str(body.get("appid", ""))
    shown = {name: value for name, value in found.fields.items() if "token" not in name}
    sim.world.journal.add(
        ApiCall(
            id=sim.world.journal.next_id(),
            at=sim.world.stamp(),
            method=request.method,
            path=request.path,
            account=appid,
            body={name: value for name, value in body.items() if name not in HIDDEN},
            errcode=int(found.fields.get("errcode", 0)),
            answer={name: value for name, value in shown.items() if name != "session_key"},
            fault=found.fault.kind.value if found.fault else "",
            warnings=call.warnings if call else [],
        )
    )


def _response(found: Answer) -> Response:
    text = json.dumps(found.fields, ensure_ascii=False).encode()
    response = Response(text, content_type="application/json; charset=utf-8")
    kind = found.fault.kind if found.fault else None
    if kind is FaultKind.HTTP_502:
        response = Response(FAULT_HTML, 502, mimetype="text/html")
    if kind is FaultKind.HTML:
        response = Response(FAULT_HTML, mimetype="text/html")
    if kind is FaultKind.SLOW_BYTES and found.fault:
        response = Response(_slowly(text, found.fault.seconds), content_type="application/json")
    if found.call:
        response.call_on_close(found.call.answered.set)
    return response


def _slowly(text: bytes, seconds: float) -> Iterator[bytes]:
    size = len(text) // SLOW_PIECES + 1
    for start in range(0, len(text), size):
        time.sleep(seconds / SLOW_PIECES)
        yield text[start : start + size]
