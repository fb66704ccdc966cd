"""The stage of a demonstration: what the sandbox plays, and the settings that fit it."""

from dataclasses import dataclass
from pathlib import Path

OA_APPID, MP_APPID = "wx0a00000000000001", "wx0b00000000000001"
OA_GH_ID, MP_GH_ID = "gh_0a0000000001", "gh_0b0000000001"

PERSONS = (
    {"key": "lin", "name": "林小满", "avatar_color": "#c96f5b"},
    {"key": "zhao", "name": "赵晴", "avatar_color": "#5b8c7b"},
    {"key": "mei", "name": "梅子", "avatar_color": "#7a74a8"},
)

VISIT = {"thing1": "就诊项目", "time2": "就诊时间", "thing3": "就诊地点", "thing4": "温馨提示"}
CARE = {"thing1": "检查项目", "date2": "建议日期", "thing4": "温馨提示"}
LETTER = {"thing1": "孕周或月龄", "thing4": "文章"}

TEMPLATES = (
    {
        "id": "TPL-APPOINTMENT-DAY-BEFORE",
        "title": "就诊预约提醒",
        "keys": VISIT,
    },
    {
        "id": "TPL-CARE-WINDOW-OPENS",
        "title": "检查时间提醒",
        "keys": CARE,
    },
)


@dataclass(frozen=True)
class Subscription:
    """A template of the demonstration that needs a consent for each message."""

    channel: str
    layout: str
    account: str
    id: str
    title: str
    keys: dict[str, str]


SUBSCRIPTIONS = (
    Subscription("mini_once", "visit", MP_APPID, "SUB-MP-VISIT", "就诊预约提醒", VISIT),
    Subscription("mini_once", "care", MP_APPID, "SUB-MP-CARE", "检查时间提醒", CARE),
    Subscription("mini_once", "letter", MP_APPID, "SUB-MP-LETTER", "孕育知识提醒", LETTER),
    Subscription("official_notice", "visit", OA_APPID, "SUB-OA-VISIT", "就诊预约通知", VISIT),
    Subscription("official_notice", "care", OA_APPID, "SUB-OA-CARE", "检查时间通知", CARE),
    Subscription("official_notice", "letter", OA_APPID, "SUB-OA-LETTER", "孕育知识通知", LETTER),
)
"""One for each layout, on both accounts; the keys are those of the house's own layouts."""

ARTICLES = (
    {"msgid": "2247480001_1", "account": OA_APPID, "title": "孕期检查，一张表说清"},
    {"msgid": "2247480001_2", "account": OA_APPID, "title": "本院孕妇学校开课了"},
)
"""What the hospital published in its Official Account, for the figures of it."""


@dataclass(frozen=True)
class Stage:
    """Where everything stands: a data folder, and two ports on this machine."""

    folder: Path
    web_port: int
    sandbox_port: int

    @property
    def web(self) -> str:
        """Return the address of the web program."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def sandbox(self) -> str:
        """Return the address of the sandbox."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def sandbox_state(self) -> Path:
        """Return the folder of the sandbox's state, its clock among it."""
        return self.folder / "sandbox"

    def environment(self, kept: dict[str, str]) -> dict[str, str]:
        """Return the settings of the product on this stage."""
        settings = kept | {
            "base_url": self.web,
            "oa_appid": OA_APPID,
            "oa_gh_id": OA_GH_ID,
            "mp_appid": MP_APPID,
            "mp_gh_id": MP_GH_ID,
            "data_folder": str(self.folder),
            "wechat_api_url": self.sandbox,
            "wechat_open_url": self.sandbox,
            "clock_file": str(self.sandbox_state / "clock.json"),
            "frame_ancestors": self.sandbox,
            "template_appointment": TEMPLATES[0]["id"],
            "template_care": TEMPLATES[1]["id"],
        }
        return {f"YUNYU_{name.upper()}": str(value) for name, value in settings.items()}

    def sandbox_config(self, kept: dict[str, str]) -> dict[str, object]:
        """Return what the sandbox plays on this stage."""
        account = {"mode": "safe", "verified": True, "category": "公立医疗机构"}
        official = account | {
            "kind": "oa", "appid": OA_APPID, "secret": kept["oa_secret"], "gh_id": OA_GH_ID,
            "token": kept["oa_token"], "aes_key": kept["oa_aes_key"], "format": "xml",
            "callback_url": f"{self.web}/wechat/oa", "name": "示范市妇幼保健院",
        }  # fmt: skip
        miniprogram = account | {
            "kind": "mp", "appid": MP_APPID, "secret": kept["mp_secret"], "gh_id": MP_GH_ID,
            "token": kept["mp_token"], "aes_key": kept["mp_aes_key"], "format": "json",
            "callback_url": f"{self.web}/wechat/mp", "name": "示范妇幼",
            "page_url": f"{self.web}/m/enter?to=/{{page}}",
        }  # fmt: skip
        templates = [
            {**template, "account": OA_APPID, "kind": "template"} for template in TEMPLATES
        ] + [
            {"id": one.id, "account": one.account, "kind": "one_time", "title": one.title,
             "keys": one.keys}
            for one in SUBSCRIPTIONS
        ]  # fmt: skip
        return {
            "accounts": [official, miniprogram],
            "persons": list(PERSONS),
            "templates": templates,
            "articles": list(ARTICLES),
        }
