"""`smsbot explain`: one JSON object a line, by itself or as a conversation."""

import json
from typing import Any

from click.testing import CliRunner

from smsbot.cli.explain import explain

TEXTS = "SPRAVATO\nthe second one\n"


def explained(*options: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(explain, options, input=TEXTS)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_each_line_stands_by_itself() -> None:
    _, second = explained()

    assert (second["rule"], second["topic"]) == ("choice.number.nothing", "MENU")


def test_lines_of_one_conversation_are_read_with_what_came_before() -> None:
    first, second = explained("--conversation")

    assert first["offers"] == ["FDA", "VS", "RISKS"]
    assert (second["rule"], second["topic"]) == ("choice.number.VS", "VS")
    assert second["context"]["offered"] == first["offers"]
