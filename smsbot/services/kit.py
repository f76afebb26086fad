"""The outreach kit: make an entry code, retire it, and print what carries it."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from smsbot.core.answers import Group
from smsbot.core.campaigns.entry_codes import next_code
from smsbot.core.campaigns.kit import Format, Kind, Sheet, shown, sms_link
from smsbot.core.contacts import Topic
from smsbot.core.editorial.deeds import By, Deed
from smsbot.core.errors import ContentFault, SmsbotError, StoreConflict
from smsbot.core.messages import E164, Lang
from smsbot.db import answer_list, campaigns, entry_codes, topics
from smsbot.db.entry_codes import KeptCode
from smsbot.db.store import Store, Transaction
from smsbot.services import audit

FOLDER = "kit"
LONGEST_LABEL = 80

_ALSO_PRINTED = "MENU"
_TRIES = 25
_CAMPAIGNS_OFFERED = 100

Render = Callable[[Sheet, Format], bytes]


class KitFault(SmsbotError):
    """A code can't be made, found or printed like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A code to be made, as it was typed."""

    word: str
    lang: Lang
    label: str
    campaign_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """What is the same on every sheet of this service, and what sets it."""

    render: Render
    folder: Path
    """The content folder."""
    program: str
    number: E164
    """Where people text to."""


def printable(store: Store) -> dict[Lang, tuple[str, ...]]:
    """The words that may stand on a poster, by language: health topics, the menu, topics to join.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return _printable(tx)


def campaign_names(store: Store) -> dict[int, str]:
    """The latest campaigns that a code can belong to, the newest first.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return {one.id: one.plan.name for one in campaigns.listed(tx, None, _CAMPAIGNS_OFFERED)}


def make(store: Store, by: By, wanted: Wanted) -> KeptCode:
    """Make a code for a word, and record who did.

    Raises:
        KitFault: the word is not answered in this language, or the label is missing or too long.
        StoreUnavailable: the database can't be reached.
    """
    for _ in range(_TRIES):
        try:
            with store.begin() as tx:
                return _make(tx, by, wanted)
        except StoreConflict:
            # Somebody else took the code at the same moment: the next one is free.
            continue
    raise KitFault("No code could be made just now. Try again in a minute.")


def faults(words: Mapping[Lang, tuple[str, ...]], wanted: Wanted) -> dict[str, str]:
    """What is wrong with it, by field; empty when nothing is."""
    found: dict[str, str] = {}
    if wanted.word not in words[wanted.lang]:
        found["word"] = "Choose a word of the list."
    if not wanted.label.strip():
        found["label"] = "Say where it will hang or lie, so that you know it again."
    elif len(wanted.label) > LONGEST_LABEL:
        found["label"] = f"At most {LONGEST_LABEL} characters, please."
    return found


def retire(store: Store, by: By, code: str) -> None:
    """Take a code out of use: nothing is printed any more; it is still answered and counted.

    Raises:
        KitFault: there is no such code, or it is retired.
    """
    _move(store, by, code, "retire_entry_code")


def bring_back(store: Store, by: By, code: str) -> None:
    """Undo that.

    Raises:
        KitFault: there is no such code, or it is not retired.
    """
    _move(store, by, code, "bring_back_entry_code")


def find(store: Store, code: str) -> KeptCode | None:
    """The code, however it is written."""
    with store.read() as tx:
        return entry_codes.get(tx, code.strip().upper())


def sheet(store: Store, kept: KeptCode, kind: Kind, printer: Printer) -> Sheet:
    """What stands on a sheet for this code.

    Raises:
        ContentFault: the words of the kit are missing or damaged.
    """
    with store.read() as tx:
        called = {one.called(kept.lang): one for one in topics.every(tx)}
    words = _words(printer.folder, kept.lang)
    text = f"{kept.keyword} {kept.code}"
    return Sheet(
        kind=kind,
        lang=kept.lang,
        title=f"{printer.program}: {text}",
        program=printer.program,
        text=text,
        number=shown(printer.number),
        link=sms_link(printer.number, text),
        words=words,
        small=_small(words, kind, kept.lang, called.get(kept.keyword)).replace(
            "{program}", printer.program
        ),
    )


def draw(store: Store, kept: KeptCode, kind: Kind, form: Format, printer: Printer) -> bytes:
    """The sheet as a file.

    Raises:
        KitFault: the code is retired.
        ContentFault: the words, the template or the fonts are missing or damaged.
    """
    if kept.retired_at is not None:
        raise KitFault(f"{kept.code} is retired. Bring it back before you print it again.")
    return printer.render(sheet(store, kept, kind, printer), form)


def _make(tx: Transaction, by: By, wanted: Wanted) -> KeptCode:
    words = _printable(tx)
    wrong = faults(words, wanted)
    if wrong:
        raise KitFault(next(iter(wrong.values())))
    if wanted.campaign_id is not None and campaigns.find(tx, wanted.campaign_id) is None:
        raise KitFault(f"There is no campaign {wanted.campaign_id}.")
    everywhere = frozenset(word for some in words.values() for word in some)
    code = next_code(entry_codes.taken(tx), everywhere)
    if code is None:
        raise KitFault("All codes are used up; none is ever given out twice.")
    made = KeptCode(
        code=code,
        keyword=wanted.word,
        lang=wanted.lang,
        label=" ".join(wanted.label.split()),
        campaign_id=wanted.campaign_id,
        created_by=by.name,
        created_at=by.at,
    )
    entry_codes.add(tx, made)
    _record(tx, by, "make_entry_code", made)
    return made


def _move(store: Store, by: By, code: str, what: str) -> None:
    retires = what == "retire_entry_code"
    with store.begin() as tx:
        kept = entry_codes.get(tx, code)
        if kept is None:
            raise KitFault(f"There is no code {code[:8]}.")
        moved = (
            entry_codes.retire(tx, code, by.name, by.at)
            if retires
            else entry_codes.bring_back(tx, code)
        )
        if not moved:
            raise KitFault(f"{code} is {'retired already' if retires else 'not retired'}.")
        _record(tx, by, what, kept)


def _record(tx: Transaction, by: By, what: str, kept: KeptCode) -> None:
    about, note = f"entry code {kept.code}", f"{kept.keyword}: {kept.label}"
    audit.record(tx, Deed(who=by.name, what=what, about=about, at=by.at, note=note))


def _printable(tx: Transaction) -> dict[Lang, tuple[str, ...]]:
    joinable = topics.live(tx)
    words: dict[Lang, set[str]] = {lang: set() for lang in Lang}
    for lang, group, keyword, others in answer_list.called(tx):
        if group is Group.CONTENT or keyword == _ALSO_PRINTED:
            words[lang].update((keyword, *others))
    return {
        lang: (*sorted(some), *(one.called(lang) for one in joinable))
        for lang, some in words.items()
    }


def _words(folder: Path, lang: Lang) -> dict[str, object]:
    path = folder / FOLDER / f"{lang.value}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ContentFault(f"{FOLDER}/{path.name} can't be read: {error}.") from None


def _small(words: Mapping[str, object], kind: Kind, lang: Lang, topic: Topic | None) -> str:
    name = ("card_" if kind is Kind.CARDS else "") + ("small_topic" if topic else "small")
    try:
        text = str(words[name])
    except KeyError:
        raise ContentFault(f"{FOLDER}/{lang.value}.toml has no {name}.") from None
    if topic is None:
        return text
    what = topic.words_en if lang is Lang.EN else topic.words_es
    return text.replace("{what}", what)
