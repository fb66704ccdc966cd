"""The program we measure ourselves against: a bare Flask and wechatpy echo over one table.

It opens a sealed push, looks the person up, keeps the message, commits, and says it back sealed.
Nothing else: no danger signs, no consent, no repeated push, no encryption at rest.
"""

import os

from flask import Flask, request
from psycopg_pool import ConnectionPool
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply

CONNECTIONS = 16
TABLE = """
create table if not exists echo_message (
    number bigint generated always as identity primary key,
    person_id text not null, msg_id text not null, text text not null,
    said_at timestamptz not null default now()
)
"""

app = Flask("echo")
crypto = WeChatCrypto(
    os.environ["YUNYU_OA_TOKEN"], os.environ["YUNYU_OA_AES_KEY"], os.environ["YUNYU_OA_APPID"]
)
pool = ConnectionPool(
    os.environ["YUNYU_DATABASE_URL"].replace("+psycopg", "", 1),
    min_size=CONNECTIONS,
    max_size=CONNECTIONS,
    open=True,
)
with pool.connection() as starting:
    starting.execute(TABLE)


@app.post("/wechat/oa")
def push() -> str:
    """Answer one push with its own words."""
    given = request.args
    opened = crypto.decrypt_message(
        request.data, given["msg_signature"], given["timestamp"], given["nonce"]
    )
    message = parse_message(opened)
    with pool.connection() as connection:
        found = connection.execute(
            "select person_id from wechat_identity where appid = %s and openid = %s",
            (os.environ["YUNYU_OA_APPID"], message.source),
        ).fetchone()
        if found is None:
            raise LookupError("nobody has this openid")
        connection.execute(
            "insert into echo_message (person_id, msg_id, text) values (%s, %s, %s)",
            (found[0], str(message.id), message.content),
        )
    reply = create_reply(message.content, message)
    sealed: str = crypto.encrypt_message(reply.render(), given["nonce"], given["timestamp"])
    return sealed
