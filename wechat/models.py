"""The one table of this room: the access token in force, shared by all processes."""

from datetime import datetime

from sqlalchemy import orm

from core.db import Base, Sealed


class WechatToken(Base):
    """The access token of one account; sealed, since it opens everything the account may do."""

    __tablename__ = "wechat_token"

    appid: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    token_sealed: orm.Mapped[str] = orm.mapped_column(Sealed("wechat_token.token_sealed"))
    fetched_at: orm.Mapped[datetime]
    expires_at: orm.Mapped[datetime]
    generation: orm.Mapped[int]
