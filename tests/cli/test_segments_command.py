import json

from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from smsbot.cli.segments import segments
from smsbot.core.text.segments import measure


def run(lines: bytes) -> list[dict[str, object]]:
    result = CliRunner().invoke(segments, input=lines)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_each_line_is_measured() -> None:
    assert run('Hello\n"Hi \\u20ac"\ncafé á\n'.encode()) == [
        {"encoding": "GSM-7", "units": 5, "segments": 1, "offenders": []},
        {"encoding": "GSM-7", "units": 5, "segments": 1, "offenders": []},
        {"encoding": "UCS-2", "units": 6, "segments": 1, "offenders": ["á"]},
    ]


def test_a_json_string_may_have_line_breaks_and_emoji() -> None:
    text = "a\nb \U0001f600" + "x" * 70

    (found,) = run(json.dumps(text).encode())

    assert (found["units"], found["segments"]) == (76, 2)
    assert found["offenders"] == ["\U0001f600"]


def test_a_line_that_only_looks_like_json_is_plain_text() -> None:
    lines = ['"Yes" and "no"', '"open', "123", "null", '["a"]', ""]

    found = run("\n".join([*lines, ""]).encode())

    assert [one["units"] for one in found] == [measure(line).units for line in lines]


def test_only_a_line_feed_ends_a_line() -> None:
    (first, second) = run("a\u2028b\x0cc\r\nd".encode())

    assert first["units"] == len("a\u2028b\x0cc")
    assert second["units"] == 1


def test_bytes_that_are_no_text_and_lone_surrogates_are_measured_too() -> None:
    found = run(b'\xff\xfe\n"\\ud800"\n')

    assert [one["units"] for one in found] == [2, 1]
    assert found[1]["offenders"] == ["\ud800"]


def test_nothing_in_is_nothing_out() -> None:
    assert run(b"") == []


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_any_text_as_json_is_measured_as_it_is(texts: list[str]) -> None:
    found = run("\n".join(map(json.dumps, texts)).encode())

    assert [one["units"] for one in found] == [measure(text).units for text in texts]
