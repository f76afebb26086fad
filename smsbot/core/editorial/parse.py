"""Reads one answer file: what it says, and everything that is wrong with how it is written.

The format is in content/README.md. What an answer may say is checked by `lint`.
"""

import re
from dataclasses import dataclass
from datetime import date

from smsbot.core.answers import Answer, Group, Source
from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.fields import MOST_FAULTS, Fields, load_table, shown
from smsbot.core.editorial.lines import Lines
from smsbot.core.messages import Lang

KEYS = (
    "keyword", "language", "group", "aliases", "loose", "questions", "cues", "hints", "short",
    "long", "claims", "seed", "banned", "author", "reviewer", "reviewed_on", "review_by",
    "expires_on", "stub", "sources",
)  # fmt: skip
SOURCE_KEYS = ("title", "address", "read")

_NAME = re.compile(r"[A-Z0-9]{1,20}")
_NAME_CURE = "Write it in A-Z and 0-9 only, upper case, no spaces or accents, at most 20 long."


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFile:
    """One file as read. `answer` is None if a fault keeps it from being one."""

    file: str
    answer: Answer | None
    banned: tuple[str, ...]
    """What must not stand in this answer, besides what none may say."""
    lines: Lines
    faults: tuple[Fault, ...]
    keyword: str
    """As far as it could be read; "" if it couldn't."""
    lang: Lang | None
    names: tuple[str, ...]
    """The keyword and its aliases, as far as they could be read."""

    @property
    def folder(self) -> str:
        """The folder the file lies in: topics, crisis or compliance; "" when the name has none."""
        return self.file.replace("\\", "/").rpartition("/")[0].rpartition("/")[2]

    def fault(self, key: str, what: str, cure: str, *needles: str) -> Fault:
        """A fault at the line of a key, or at the line of its value that has a needle."""
        return Fault(file=self.file, line=self.lines.of(key, *needles), what=what, cure=cure)


def parse_answer(file_name: str, toml_text: str) -> ParsedFile:
    """Read an answer file. Never raises: what is wrong is in `faults`, all of it at once.

    `file_name` is shown in the faults. "content/topics/fda.en.toml" also says which keyword and
    language the file is about, and its folder which kind of answer.
    """
    table, lines, faults = load_table(file_name, toml_text)
    named_keyword, named_lang = _from_name(file_name)
    if faults:
        return ParsedFile(
            file=file_name, answer=None, banned=(), lines=lines, faults=tuple(faults),
            keyword=named_keyword, lang=named_lang, names=(named_keyword,),
        )  # fmt: skip
    fields = Fields(file=file_name, lines=lines, table=table)
    answer = read_answer(fields, lines)
    banned = fields.texts("banned", optional=True)
    fields.finish(KEYS)
    if not fields.faults and (answer.keyword, answer.lang) != (named_keyword, named_lang):
        right = f"{answer.keyword.lower()}.{answer.lang}.toml"
        fields.fault("keyword", "The file's name does not fit its keyword and language.",
                     f"Name it {right}.")  # fmt: skip
    keyword = answer.keyword or named_keyword
    return ParsedFile(
        file=file_name, answer=None if fields.faults else answer, banned=banned, lines=lines,
        faults=tuple(fields.faults), keyword=keyword, lang=answer.lang,
        names=(keyword, *answer.aliases),
    )  # fmt: skip


def _from_name(file_name: str) -> tuple[str, Lang | None]:
    """The keyword and language a file's name promises."""
    parts = file_name.replace("\\", "/").rpartition("/")[2].split(".")
    lang = Lang(parts[1]) if len(parts) == 3 and parts[1] in set(Lang) else None
    return parts[0].upper(), lang


def read_answer(fields: Fields, lines: Lines) -> Answer:
    """The answer as far as it can be read; with a fault noted it must not be used."""
    return Answer(
        keyword=_one_of_names(fields, "keyword"), lang=_lang(fields), group=_group(fields),
        aliases=_names(fields, "aliases"), loose=frozenset(_names(fields, "loose")),
        questions=fields.texts("questions", optional=True),
        cues=fields.texts("cues", optional=True), hints=fields.texts("hints", optional=True),
        short=fields.text("short"), long=fields.text("long", optional=True) or None,
        claims=fields.texts("claims", optional=True), seed=fields.texts("seed", optional=True),
        sources=_sources(fields, lines), author=fields.text("author"),
        reviewer=fields.text("reviewer", optional=True) or None,
        reviewed_on=fields.day("reviewed_on", optional=True),
        review_by=fields.day("review_by") or date.min,
        expires_on=fields.day("expires_on", optional=True),
        stub=fields.text("stub", optional=True) or None,
    )  # fmt: skip


def _one_of_names(fields: Fields, key: str) -> str:
    name = fields.text(key)
    if name and not _NAME.fullmatch(name):
        fields.fault(key, f"`{key}` is {shown(name)!r}.", _NAME_CURE)
        return ""
    return name


def _names(fields: Fields, key: str) -> tuple[str, ...]:
    names = fields.texts(key, optional=True)
    for name in names:
        if not _NAME.fullmatch(name):
            fields.fault(key, f"{shown(name)!r} can't be matched.", _NAME_CURE, name)
    return tuple(name for name in names if _NAME.fullmatch(name))


def _lang(fields: Fields) -> Lang:
    value = fields.text("language")
    if value in set(Lang):
        return Lang(value)
    if value:
        fields.fault("language", f"`language` is {shown(value)!r}.", 'Write "en" or "es".')
    return Lang.EN


def _group(fields: Fields) -> Group:
    value = fields.text("group")
    if value in set(Group):
        return Group(value)
    if value:
        cure = f"Write one of: {', '.join(Group)}."
        fields.fault("group", f"`group` is {shown(value)!r}.", cure)
    return Group.CONTENT


def _sources(fields: Fields, lines: Lines) -> tuple[Source, ...]:
    sources = []
    for number, table in enumerate(fields.tables("sources")):
        source = Fields(file=fields.file, lines=lines, table=table, prefix=f"sources.{number}.")
        title, url, read_on = source.text("title"), source.text("address"), source.day("read")
        source.finish(SOURCE_KEYS)
        fields.faults.extend(source.faults)
        sources.append(Source(title=title, url=url, read_on=read_on or date.min))
        if len(fields.faults) >= MOST_FAULTS:
            break
    return tuple(sources)
