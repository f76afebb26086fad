"""Topics as staff keep them: made, put in other words, and retired.

Nobody's consent changes by it: the ledger keeps the words that each person was shown.
"""

from collections.abc import Mapping
from dataclasses import replace

from smsbot.core.campaigns import topics as rules
from smsbot.core.campaigns.audience import FieldFault
from smsbot.core.contacts import Topic
from smsbot.core.editorial.deeds import By, Deed
from smsbot.core.errors import ContentFault
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.db import topics
from smsbot.db.store import Store, Transaction
from smsbot.services import audit

__all__ = ["add", "change", "check", "get", "read", "retire"]


def read(given: Mapping[str, str]) -> Topic:
    """The topic of a filled-in form: keywords in capitals, each text in one line."""
    lines = {name: " ".join(given.get(name, "").split()) for name in rules.FIELDS}
    return Topic(
        keyword=lines["keyword"].upper(),
        keyword_es=lines["keyword_es"].upper(),
        name_en=lines["name_en"],
        name_es=lines["name_es"],
        words_en=lines["words_en"],
        words_es=lines["words_es"],
    )


def get(store: Store, keyword: str) -> Topic:
    """One topic, retired or not.

    Raises:
        ContentFault: there is none.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        for one in topics.every(tx):
            if one.keyword == keyword:
                return one
    raise _none(keyword)


def check(store: Store, one: Topic, catalogue: Catalogue, by: By) -> tuple[FieldFault, ...]:
    """What is wrong with a topic, without keeping it; empty: nothing.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        known = {kept.keyword for kept in topics.every(tx)}
        return _faults(tx, one, catalogue, by, is_new=one.keyword not in known)


def add(store: Store, one: Topic, catalogue: Catalogue, by: By) -> tuple[FieldFault, ...]:
    """Make a topic that can be joined at once; or what is wrong with it, and none is made.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        found = _faults(tx, one, catalogue, by, is_new=True)
        if not found:
            topics.add(tx, one, by.name, by.at)
            _record(tx, by, "made_topic", one, f"{one.words_en} / {one.words_es}")
    return found


def change(
    store: Store, opened: str, one: Topic, catalogue: Catalogue, by: By
) -> tuple[FieldFault, ...]:
    """Put a topic in other words, but for its keywords; or what is wrong, and nothing changes.

    `opened` is the mark of the words that the change was made from.

    Raises:
        ContentFault: there is no such topic, it is retired, or somebody else has changed it.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        kept = _live(tx, one.keyword)
        if rules.mark(kept) != opened:
            raise ContentFault("Somebody else changed this topic meanwhile. Open it again.")
        one = replace(one, keyword_es=kept.keyword_es)
        found = _faults(tx, one, catalogue, by, is_new=False)
        if not found and one != kept:
            topics.change(tx, one)
            before = [
                f"{name} was: {getattr(kept, name)}"
                for name in rules.FIELDS
                if getattr(kept, name) != getattr(one, name)
            ]
            _record(tx, by, "changed_topic", one, "; ".join(before))
    return found


def retire(store: Store, keyword: str, by: By) -> None:
    """Let nobody join a topic any more. Who has joined it can still leave it.

    Raises:
        ContentFault: there is no such topic, it is retired, or a campaign of it is not over.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        one = _live(tx, keyword)
        if names := topics.campaigns_of(tx, keyword):
            raise ContentFault(f"Finish or cancel its campaigns first: {', '.join(names[:3])}.")
        topics.retire(tx, keyword, by.at)
        _record(tx, by, "retired_topic", one, "")


def _faults(
    tx: Transaction, one: Topic, catalogue: Catalogue, by: By, *, is_new: bool
) -> tuple[FieldFault, ...]:
    found = list(rules.faults(one, catalogue.answers.program))
    if not is_new:
        return tuple(found)
    taken = topics.owners(tx, {one.keyword, one.keyword_es})
    wrong = {fault.field for fault in found}
    for field in ("keyword", "keyword_es"):
        word = getattr(one, field)
        if field not in wrong and word in taken:
            what = f"{word} is {taken[word]} already. Choose another word."
            found.append(FieldFault(field=field, what=what))
    wrong = {fault.field for fault in found}
    if not wrong & {"keyword", "keyword_es"}:
        found += rules.unheard(one, catalogue, by.at)
    return tuple(found)


def _live(tx: Transaction, keyword: str) -> Topic:
    kept = topics.get(tx, keyword)
    if kept is None:
        raise _none(keyword)
    if kept.retired:
        raise ContentFault(f"{keyword} is retired. Make another topic.")
    return kept


def _none(keyword: str) -> ContentFault:
    return ContentFault(f"There is no topic {keyword[:20]}.")


def _record(tx: Transaction, by: By, what: str, one: Topic, note: str) -> None:
    about = f"topic {one.keyword}"
    audit.record(tx, Deed(who=by.name, what=what, about=about, at=by.at, note=note))
