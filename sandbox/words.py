"""Every sentence of the stand-in: the platform's error texts and what the phone shows."""

FAILURE = "该公众号提供的服务出现故障，请稍后再试"
"""What a person sees when the callback failed; the platform's own text."""

NOT_LATEST = (
    "invalid credential, access_token is invalid or not latest, could get access_token by "
    "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
)

ERRMSG = {
    -1: "system error",
    40001: NOT_LATEST,
    40002: "invalid grant_type",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40016: "invalid button size",
    40029: "invalid code",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40035: "invalid args size",
    40036: "invalid template_id size",
    40037: "invalid template_id",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    40129: "invalid scene",
    40163: "code been used",
    40164: "invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    41009: "missing openid",
    41030: "invalid page",
    42001: "access_token expired",
    42003: "code expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43019: "require remove blacklist",
    43101: "user refuse to accept the msg",
    43108: "concurrent sends to the same user are limited",
    43104: "this appid does not have permission",
    44002: "empty post data",
    44003: "empty news data",
    44004: "empty content",
    44990: "reach max api second frequence limit",
    44991: "reach max api minute frequence",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit mustslower retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "invalid command",
    45080: (
        "need sending message to user, or recving message from user in the last 30 seconds "
        "before typing"
    ),
    45103: "This API has been unsupported",
    45168: "keyword in blacklist",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid! {key} invalid",
    48001: "api unauthorized",
    48002: "user block receive message",
    48004: "api forbidden for irregularities, view detail on mp.weixin.qq.com",
    48006: "forbid to clear quota because of reaching the limit",
    50001: "api unauthorized or user unauthorized",
    50002: "user limited",
    61010: "code is expired",
    61500: "date format error",
    61501: "date range error",
    76021: "cgi_path not found, please check",
}
"""Text per errcode, as seen in public tables; the rid is added when it is sent."""

FAULT_HTML = "<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"

NOT_FOLLOWING = "还没有关注这个公众号"
NO_BUTTON = "菜单里没有这个按钮"
EMPTY_TEXT = "请写点什么再发送"
NOTICES = "服务通知"
"""The chat in which mini-program messages arrive."""
