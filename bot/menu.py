"""The menu under the chat of the Official Account."""

from wechat.menu import ButtonGroup, ClickButton, ViewButton


def buttons(base_url: str) -> list[ButtonGroup]:
    """Return the menu; a tap says something in the chat, or opens a page of the client."""
    enter = f"{base_url}/m/enter?to="
    handbook = (
        ClickButton("我的产检", "TIMELINE"),
        ViewButton("打开手册", f"{enter}/pages/home/index"),
        ViewButton("我的设置", f"{enter}/pages/me/index"),
    )
    booking = (
        ViewButton("在线预约", f"{enter}/pages/booking/index"),
        ClickButton("我的预约", "APPOINTMENTS"),
    )
    assistance = (
        ViewButton("科普文章", f"{enter}/pages/articles/index"),
        ClickButton("找医务人员", "PERSON"),
    )
    return [
        ButtonGroup("我的手册", handbook),
        ButtonGroup("预约", booking),
        ButtonGroup("帮助", assistance),
    ]
