"""The small calls around the others: quotas and the platform's addresses."""

from sandbox.calls import Call
from sandbox.quota import clear, limit, used_today
from sandbox.refusal import Refused
from sandbox.wire import Fields


def clear_quota(call: Call) -> Fields:
    """Answer POST /cgi-bin/clear_quota."""
    if call.text("appid") != call.account.appid:
        raise Refused(40013)
    clear(call.world, call.account.appid)
    return {"errcode": 0, "errmsg": "ok"}


def quota(call: Call) -> Fields:
    """Answer POST /cgi-bin/openapi/quota/get."""
    path = call.text("cgi_path")
    if not path.startswith(("/cgi-bin/", "/wxa/")):
        raise Refused(76021)
    used = used_today(call.world, call.account.appid, path)
    daily = {"daily_limit": limit(path), "used": used, "remain": limit(path) - used}
    return {"errcode": 0, "errmsg": "ok", "quota": daily}


def addresses(_call: Call) -> Fields:
    """Answer GET /cgi-bin/getcallbackip and get_api_domain_ip."""
    return {"ip_list": ["127.0.0.1"]}
