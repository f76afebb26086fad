"""What Twilio would not accept is named by Twilio's code, and nothing of it is sent."""

import pytest

from smsbot.providers.simulator.signed import Answer
from smsbot.providers.simulator.twiml import read_answer


def an_answer(content: str, **changes: object) -> Answer:
    known = {
        "failure": "",
        "http_status": 200,
        "content_type": "text/xml; charset=utf-8",
        "content": content.encode(),
        "milliseconds": 1.0,
    }
    return Answer(**{**known, **changes})  # type: ignore[arg-type]


def message(body: str) -> str:
    return f"<Response><Message>{body}</Message></Response>"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(an_answer("", http_status=None, failure="ct"), 11205, id="no connection"),
        pytest.param(an_answer("", http_status=None, failure="rt"), 11200, id="too slow"),
        pytest.param(an_answer("oops", http_status=500), 11200, id="server error"),
        pytest.param(an_answer("", http_status=403), 11200, id="forbidden"),
        pytest.param(an_answer(message("x" * 70_000)), 11750, id="too large"),
        pytest.param(an_answer("OK", content_type="text/plain"), 12300, id="plain text"),
        pytest.param(an_answer("<p>hello", content_type="text/html"), 12300, id="html"),
        pytest.param(an_answer("<Response><Message>"), 12100, id="broken xml"),
        pytest.param(
            an_answer('<!DOCTYPE r [<!ENTITY a "b">]><Response/>'), 12100, id="document type"
        ),
        pytest.param(an_answer("<Reply/>"), 12200, id="another root"),
        pytest.param(an_answer("<Response><Play/></Response>"), 12200, id="a voice verb"),
        pytest.param(
            an_answer("<Response>" + "<Message>a</Message>" * 11 + "</Response>"),
            14109,
            id="eleven replies",
        ),
        pytest.param(an_answer(message("x" * 1601)), 21617, id="a body too long"),
    ],
)
def test_a_bad_answer_has_a_code_and_no_replies(answer: Answer, code: int) -> None:
    reading = read_answer(answer)

    assert reading.error_code == code
    assert reading.replies == ()


@pytest.mark.parametrize("content", ["", "  \n", "<Response/>", "<Response></Response>"])
def test_an_empty_answer_is_silence_and_no_error(content: str) -> None:
    reading = read_answer(an_answer(content))

    assert (reading.replies, reading.error_code) == ((), None)


def test_both_ways_to_write_a_message_are_read() -> None:
    content = (
        '<Response><Message action="/a?b=1&amp;c=2">plain &lt;3</Message>'
        "<Message><Body>inside</Body></Message></Response>"
    )
    first, second = read_answer(an_answer(content)).replies

    assert (first.body, first.callback_url) == ("plain <3", "/a?b=1&c=2")
    assert (second.body, second.callback_url) == ("inside", None)
