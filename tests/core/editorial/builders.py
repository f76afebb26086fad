import json
from collections.abc import Iterable
from datetime import date

from smsbot.core.editorial.claims import Claims, parse_claims
from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.parse import ParsedFile, parse_answer

TODAY = date(2026, 11, 23)

CLAIMS = """
[C01]
where = ["S0"]
status = "supported"
says = "One."
sources = ["a1"]

[C26]
where = ["S3"]
status = "contradicted"
says = "Two."
sources = []
"""

SOUND = {
    "keyword": "HEART",
    "language": "en",
    "group": "content",
    "aliases": ["BP", "PRESSURE"],
    "loose": ["PRESSURE"],
    "questions": ["does it raise blood pressure"],
    "short": "It can raise your blood pressure. Ask a doctor to check your heart first.",
    "claims": ["C01"],
    "seed": ["S5"],
    "author": "smsbot project",
    "reviewer": "",
    "reviewed_on": "",
    "review_by": date(2027, 2, 28),
    "sources": [
        {"title": "A page", "address": "https://example.org/heart", "read": date(2026, 11, 23)}
    ],
}


def some_claims() -> Claims:
    return parse_claims("content/claims.toml", CLAIMS)


def a_file(**changes: object) -> str:
    """The text of a sound answer file, with changed keys; None takes a key out."""
    values = {key: value for key, value in {**SOUND, **changes}.items() if value is not None}
    sources = values.pop("sources", [])
    lines = [f"{key} = {_toml(value)}" for key, value in values.items()]
    if not isinstance(sources, list) or not all(isinstance(one, dict) for one in sources):
        return "\n".join([*lines, f"sources = {_toml(sources)}"])
    for source in sources:
        lines += ["", "[[sources]]", *(f"{key} = {_toml(value)}" for key, value in source.items())]
    return "\n".join(lines) + "\n"


def an_answer(folder: str = "topics", **changes: object) -> ParsedFile:
    """A parsed file, named for its keyword and language."""
    values = {**SOUND, **changes}
    name = f"content/{folder}/{str(values['keyword']).lower()}.{values['language']}.toml"
    return parse_answer(name, a_file(**changes))


def whats(faults: Iterable[Fault]) -> list[str]:
    return [fault.what for fault in faults]


def _toml(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    return str(value)
