"""Keywords and aliases as a set: each leads to one answer, and none takes a word it must not."""

import re
from collections.abc import Iterator, Sequence

from smsbot.core.answers import Group
from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.parse import ParsedFile
from smsbot.core.messages import Lang
from smsbot.core.text.normalise import fold

RESERVED_WORDS = frozenset((
    "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "ALTO",
    "PARAR", "BAJA", "CANCELAR", "START", "YES", "UNSTOP", "INICIAR", "HELP", "INFO", "AYUDA",
))  # fmt: skip
"""Only the reserved answers may have these: the law or the carriers give them a meaning.

Source: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out (read 2026-11-23).
"""
SAFETY_WORDS = frozenset((
    "988", "911", "CRISIS", "SUICIDE", "SUICIDAL", "SOS", "SUICIDIO", "SUICIDA", "EMERGENCY",
    "EMERGENCIA", "OVERDOSE", "OD", "POISON", "SOBREDOSIS", "VENENO", "DV", "RECOVERY", "LINES",
))  # fmt: skip
"""Only helplines may have these."""
HELPLINE_WORDS = frozenset(("HOME", "HOLA", "AYUDA", "NEXT", "TALK"))
"""What other helplines ask people to send, and people send to the wrong number. AYUDA is HELP."""
COMMANDS = frozenset(("MORE", "BACK", "MAS", "ATRAS"))
"""Moving about in the last answer."""

_PUNCTUATION = re.compile(r"[^\w ]")
_ONLY_FOR = {"PRIDE": "LINES", "AYUDA": "HELP"}
_FOLDERS = {
    "crisis": (Group.SAFETY,),
    "compliance": (Group.RESERVED, Group.SYSTEM),
    "topics": (Group.CONTENT, Group.SYSTEM, Group.FALLBACK),
}


def name_faults(files: Sequence[ParsedFile]) -> Iterator[Fault]:
    """Everything wrong with the names of a set of answers."""
    yield from language_faults(files)
    yield from _twice(files)
    for file in files:
        if file.answer is not None:
            yield from _own_names(file)
            yield from _forbidden(file, file.answer.group)
    yield from _same_questions(files)


def language_faults(files: Sequence[ParsedFile]) -> Iterator[Fault]:
    """What the two languages of a keyword owe each other: one file each, the same group and end.

    While one language is being changed these can't all hold; the other is to follow.
    """
    known: dict[tuple[str, Lang | None], ParsedFile] = {}
    for file in files:
        first = known.setdefault((file.keyword, file.lang), file)
        if first is not file:
            what = f"{file.keyword} has a second file in this language."
            yield file.fault("keyword", what, f"Put it together with {first.file}.")
    for (keyword, lang), file in known.items():
        if lang is None:
            continue
        other = known.get((keyword, lang.other))
        if other is None:
            cure = f"Write {keyword.lower()}.{lang.other}.toml."
            yield file.fault("language", f"{keyword} has no answer in {lang.other.value!r}.", cure)
        elif lang is Lang.ES:
            yield from _unlike(file, other)


def _unlike(file: ParsedFile, other: ParsedFile) -> Iterator[Fault]:
    """What must be the same in both languages."""
    if file.answer is None or other.answer is None:
        return
    if file.answer.group != other.answer.group:
        yield file.fault("group", f"{other.file} has another group.", "Make them the same.")
    if file.answer.expires_on != other.answer.expires_on:
        what = f"{other.file} expires on another day."
        yield file.fault("expires_on", what, "Make them the same.")


def _twice(files: Sequence[ParsedFile]) -> Iterator[Fault]:
    """No name leads to two answers, nor stands in both languages of one."""
    keywords = {file.keyword: file for file in files}
    owners: dict[str, ParsedFile] = {}
    for file in files:
        seen: set[str] = set()
        for alias in file.names[1:]:
            first = owners.setdefault(alias, file)
            if alias == file.keyword:
                what = f"The alias {alias} is the keyword itself."
                yield file.fault("aliases", what, "Take it out.", f'"{alias}"')
            elif alias in keywords:
                what = f"The alias {alias} is the keyword of {keywords[alias].file}."
                yield file.fault("aliases", what, "Take it out of the aliases.", f'"{alias}"')
            elif first is not file or alias in seen:
                place = "twice here" if first is file else f"in {first.file} too"
                cure = "Leave it in one place: both languages are looked through."
                yield file.fault(
                    "aliases", f"The alias {alias} stands {place}.", cure, f'"{alias}"'
                )
            seen.add(alias)


def _own_names(file: ParsedFile) -> Iterator[Fault]:
    """Everyday words are among the names, and the folder fits the group."""
    if file.answer is None:
        return
    for word in sorted(file.answer.loose - set(file.names)):
        what = f"{word} is in `loose` but is neither the keyword nor an alias."
        yield file.fault("loose", what, "Add it to `aliases` or take it out.", f'"{word}"')
    allowed = _FOLDERS.get(file.folder)
    if allowed and file.answer.group not in allowed:
        right = next(name for name, groups in _FOLDERS.items() if file.answer.group in groups)
        what = f"A {file.answer.group} answer lies in {file.folder}/."
        yield file.fault("group", what, f"Move the file to {right}/ or change the group.")


def _forbidden(file: ParsedFile, group: Group) -> Iterator[Fault]:
    """Words with a meaning of their own, used by an answer that may not have them."""
    for name in file.names:
        key = "keyword" if name == file.keyword else "aliases"
        owner = _ONLY_FOR.get(name)
        if owner and owner != file.keyword:
            what = f"Only {owner} may have the name {name}."
        elif name in RESERVED_WORDS and group is not Group.RESERVED:
            what = f"{name} is reserved: carriers and the law give it a meaning."
        elif name in SAFETY_WORDS and group is not Group.SAFETY:
            what = f"{name} must lead to a helpline."
        elif name in HELPLINE_WORDS and not owner:
            what = f"{name} is what people mean to send to another helpline."
        elif name in COMMANDS:
            what = f"{name} moves about in the last answer."
        else:
            continue
        yield file.fault(key, what, "Choose another name.", f'"{name}"')


def plain_question(question: str) -> str:
    """An example question as it is compared: folded, without punctuation."""
    return _PUNCTUATION.sub("", fold(question)).strip()


def _same_questions(files: Sequence[ParsedFile]) -> Iterator[Fault]:
    """One question in two answers would lead to either."""
    owners: dict[str, ParsedFile] = {}
    for file in files:
        for question in file.answer.questions if file.answer else ():
            first = owners.setdefault(plain_question(question), file)
            if first.keyword != file.keyword:
                what = f"The question {question[:50]!r} is also in {first.file}."
                yield file.fault("questions", what, "Leave it where it fits better.", question)
