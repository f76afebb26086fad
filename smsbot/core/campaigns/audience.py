"""An audience: who of those that joined a topic a campaign is for, as a value with a JSON form.

It only ever narrows. Whether somebody may be written to at all is the consent ledger's to say.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

MOST_DAYS = 3650
_WORD = re.compile(r"^[A-Z0-9]{1,40}$")
_TAG = re.compile(r"^[a-z0-9][a-z0-9 _-]{0,39}$")
_CODE = re.compile(r"^[A-Z0-9]{1,20}$")
_MOST_WORDS = 50

STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ"
    " NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR VI GU AS MP".split()
)


class AudienceFault(ValueError):
    """A stored rule that can't be read as an audience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Everybody who joined `topic`, narrowed by what is given; what is empty narrows nothing.

    Several values of one kind are alternatives; the kinds all have to hold.
    """

    topic: str = ""
    """The topic's keyword; "": the campaign says which."""
    langs: tuple[str, ...] = ()
    """"en" and "es"; somebody whose language is unknown counts as "en", in which they'd be told."""
    keywords: tuple[str, ...] = ()
    """Catalogue keywords they have texted at least once."""
    first_keywords: tuple[str, ...] = ()
    """Catalogue keywords of which one was their very first text."""
    sources: tuple[str, ...] = ()
    """Entry codes of posters and cards through which they first came."""
    states: tuple[str, ...] = ()
    """US states as two letters, where they have told us."""
    tags: tuple[str, ...] = ()
    seen_within: int | None = None
    """Days since their last text, at most."""
    seen_before: int | None = None
    """Days since their last text, at least."""
    upload: int | None = None
    """The id of an uploaded list they have to be on."""
    without_topics: tuple[str, ...] = ()
    """Topics they must not have joined."""
    without_tags: tuple[str, ...] = ()
    without_upload: int | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything but the topic is given."""
        return any(getattr(self, one.name) for one in fields(self) if one.name != "topic")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """What is wrong with one field of the form, in words for the one who filled it in."""

    field: str
    what: str


def is_tag(word: str) -> bool:
    """Whether a word, in small letters, can be a tag."""
    return _TAG.match(word) is not None


def to_json(one: Audience) -> str:
    """The rule as JSON with sorted keys and nothing empty: equal audiences give equal text."""
    given = {name: value for name, value in asdict(one).items() if value}
    return json.dumps(given, sort_keys=True, ensure_ascii=True)


def from_json(text: str) -> Audience:
    """The audience a rule stands for.

    Raises:
        AudienceFault: it is none, or says something this version does not know.
    """
    try:
        given = json.loads(text) if text else {}
    except json.JSONDecodeError:
        raise AudienceFault("The rule of this audience is not JSON.") from None
    known = {one.name for one in fields(Audience)}
    if not isinstance(given, dict) or set(given) - known:
        raise AudienceFault("The rule of this audience has parts that nobody knows.")
    form = {name: _written(value) for name, value in given.items()}
    found, faults = from_form(form)
    if faults:
        raise AudienceFault(f"The rule of this audience does not hold: {faults[0].what}")
    return found


def _written(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def from_form(form: Mapping[str, str]) -> tuple[Audience, tuple[FieldFault, ...]]:
    """The audience of a filled-in form, and what is wrong with it; lists are comma-separated."""
    faults: list[FieldFault] = []

    def words(name: str, pattern: re.Pattern[str], what: str, *, upper: bool) -> tuple[str, ...]:
        given = _split(form.get(name, ""), upper=upper)
        bad = [word for word in given if not pattern.match(word)]
        if bad or len(given) > _MOST_WORDS:
            faults.append(FieldFault(field=name, what=what))
        return tuple(word for word in given if pattern.match(word))

    def number(name: str, most: int, what: str) -> int | None:
        given = form.get(name, "").strip()
        if not given:
            return None
        if given.isascii() and given.isdigit() and 0 < int(given[:12]) <= most:
            return int(given)
        faults.append(FieldFault(field=name, what=what))
        return None

    days = f"Write a number of days from 1 to {MOST_DAYS}."
    one = Audience(
        topic="".join(words("topic", _CODE, "Choose one of the topics.", upper=True)[:1]),
        langs=words("langs", re.compile(r"^(en|es)$"), "Choose English or Spanish.", upper=False),
        keywords=words(
            "keywords", _WORD, "Write keywords of answers, such as FDA, RISKS.", upper=True
        ),
        first_keywords=words(
            "first_keywords", _WORD, "Write keywords of answers, such as FDA, RISKS.", upper=True
        ),
        sources=words("sources", _CODE, "Write entry codes, such as K7.", upper=True),
        states=words(
            "states", re.compile(f"^({'|'.join(sorted(STATES))})$"),
            "Write US states as two letters, such as NY, TX.", upper=True,
        ),
        tags=words("tags", _TAG, "A tag is letters, digits, spaces and - _.", upper=False),
        seen_within=number("seen_within", MOST_DAYS, days),
        seen_before=number("seen_before", MOST_DAYS, days),
        upload=number("upload", 10**12, "Choose one of the uploaded lists."),
        without_topics=words("without_topics", _CODE, "Write topics, such as EVENTS.", upper=True),
        without_tags=words(
            "without_tags", _TAG, "A tag is letters, digits, spaces and - _.", upper=False
        ),
        without_upload=number("without_upload", 10**12, "Choose one of the uploaded lists."),
    )  # fmt: skip
    if one.seen_within and one.seen_before and one.seen_within < one.seen_before:
        what = "Nobody was last seen both within the one and before the other."
        faults.append(FieldFault(field="seen_before", what=what))
    return one, tuple(faults)


def to_form(one: Audience) -> dict[str, str]:
    """What a form shows of an audience."""
    shown = {}
    for name, value in asdict(one).items():
        shown[name] = ", ".join(value) if isinstance(value, tuple | list) else str(value or "")
    return shown


def _split(text: str, *, upper: bool) -> tuple[str, ...]:
    words: Iterable[str] = (" ".join(part.split()) for part in re.split(r"[,;\n]", text))
    cased = (word.upper() if upper else word.lower() for word in words if word)
    return tuple(dict.fromkeys(cased))
