"""What carries letters: each channel gets them in its own form, and a no of any is understood."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from scheduler.channels.posting import Parcel, Post, hand_over
from scheduler.channels.sms import FileSms, HttpSms, SmsError
from scheduler.models import Channel
from wechat.assistant import FakeAssistant
from wechat.errors import Busy, PlatformError
from wechat.messages import FakeMessenger

PARCEL = Parcel(
    letter_id="ltr_1", channel=Channel.TEMPLATE, openid="o1", template_id="1501001",
    values={"what": "产前检查", "when": "2026年6月3日 10:00"}, text="明天有预约",
    page="/pages/articles/article?id=art_1", phone="13800000000", about="apt_1",
)  # fmt: skip


def parcel(channel: Channel, **said: object) -> Parcel:
    return Parcel(**{**vars(PARCEL), "channel": channel, **said})


@pytest.mark.parametrize(
    ("channel", "opens"),
    [
        (Channel.TEMPLATE, "https://h/m/enter?to=/pages/articles/article%3Fid%3Dart_1"),
        (Channel.OFFICIAL_NOTICE, "https://h/m/enter?to=/pages/articles/article%3Fid%3Dart_1"),
    ],
)
def test_the_official_account_opens_a_page_of_ours(channel: Channel, opens: str) -> None:
    official = FakeMessenger()

    hand_over(Post("https://h", official), parcel(channel, values={"thing1": "产前检查"}))

    assert official.sent[0].opens == opens


def test_the_mini_program_opens_its_own_page() -> None:
    mini = FakeMessenger()

    hand_over(
        Post("https://h", FakeMessenger(), mini),
        parcel(Channel.MINI_ONCE, values={"thing1": "产前检查"}),
    )

    assert mini.sent[0].opens == "pages/articles/article?id=art_1"


def test_the_assistant_groups_the_notices_of_a_visit() -> None:
    assistant = FakeAssistant()

    hand_over(Post("https://h", FakeMessenger(), assistant=assistant), parcel(Channel.ASSISTANT))

    (notice,) = assistant.sent
    assert (notice.visit_id, notice.msg_id, notice.status) == ("apt_1", "ltr_1", 1501001)
    assert notice.fields == {
        "department_name": "产前检查", "appointment_time": "2026年6月3日 10:00",
    }  # fmt: skip


def test_a_no_of_the_assistant_is_passed_on() -> None:
    assistant = FakeAssistant()
    assistant.fail_next(Busy(-1))

    with pytest.raises(PlatformError):
        hand_over(
            Post("https://h", FakeMessenger(), assistant=assistant), parcel(Channel.ASSISTANT)
        )


@pytest.mark.parametrize("channel", [Channel.MINI_ONCE, Channel.ASSISTANT, Channel.SMS])
def test_a_carrier_that_is_not_there_is_a_defect(channel: Channel) -> None:
    with pytest.raises(AssertionError):
        hand_over(Post("https://h", FakeMessenger()), parcel(channel))


def test_text_messages_may_be_written_to_a_file(tmp_path: Path) -> None:
    sms = FileSms(tmp_path / "sms")
    post = Post("https://h", FakeMessenger(), sms=sms)

    hand_over(post, parcel(Channel.SMS))
    hand_over(post, parcel(Channel.SMS))

    lines = (tmp_path / "sms").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"phone": "13800000000", "text": "明天有预约", "mark": "ltr_1"}
    ] * 2


class Carrier(BaseHTTPRequestHandler):
    """A carrier that answers with the status its path names, and keeps what it got."""

    got: list[tuple[str | None, dict[str, str]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def carrier() -> Iterator[str]:
    Carrier.got.clear()
    with HTTPServer(("127.0.0.1", 0), Carrier) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_text_messages_may_go_to_a_carrier_over_http(carrier: str) -> None:
    sent = HttpSms(f"{carrier}/200", "secret").send(phone="138", text="明天", mark="ltr_1")

    assert sent.msg_id == "ltr_1"
    assert Carrier.got == [("Bearer secret", {"phone": "138", "text": "明天", "mark": "ltr_1"})]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "code", "is_uncertain"),
    [(400, "sms.refused", False), (502, "sms.answer_lost", True), (302, "sms.answer_lost", True)],
)
def test_a_carriers_no_says_whether_it_may_have_taken_the_message(
    carrier: str, status: int, code: str, is_uncertain: bool
) -> None:
    with pytest.raises(SmsError) as refused:
        HttpSms(f"{carrier}/{status}", "").send(phone="138", text="明天", mark="ltr_1")

    assert (refused.value.code, refused.value.uncertain) == (code, is_uncertain)


def test_a_carrier_that_is_away_may_not_have_taken_it() -> None:
    with pytest.raises(SmsError) as refused:
        HttpSms("http://127.0.0.1:9/nobody", "").send(phone="138", text="明天", mark="ltr_1")

    assert refused.value.code in {"sms.answer_lost", "sms.not_reached"}
