"""What a list of numbers is taken for: people named, consents with evidence, opt-outs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from smsbot.core.campaigns.evidence import Standing, refusal
from smsbot.core.campaigns.upload import Row
from smsbot.core.campaigns.upload_cells import Kind, moment_of
from smsbot.core.contacts import ConsentChange, ConsentOrigin
from smsbot.core.editorial.deeds import By
from smsbot.core.messages import E164
from smsbot.db import consent, contacts, uploads
from smsbot.db.contacts import ConsentEntry
from smsbot.db.store import Store, Transaction
from smsbot.db.uploads import Upload


def why_not(row: Row, standing: Standing, now: datetime) -> str | None:
    """Why a row of consents does not count; None: it does."""
    agreed_at = moment_of(row.values["when"])
    return refusal(standing, row.values["topic"], agreed_at, now)


def _name_people(tx: Transaction, store: Store, one: Upload, rows: Sequence[Row], by: By) -> int:
    del by
    known = consent.known(tx, store.sealer, [row.number for row in rows])
    return uploads.name_people(tx, one.id, known.values())


def _take_consents(tx: Transaction, store: Store, one: Upload, rows: Sequence[Row], by: By) -> int:
    people = contacts.lock(tx, store.sealer, {row.number for row in rows}, by.at)
    known = uploads.standings(tx, {number: found.id for number, found in people.items()})
    entries = []
    for row in rows:
        standing, topic = known[row.number], row.values["topic"]
        if topic in standing.joined or why_not(row, standing, by.at) is not None:
            continue
        entries.append(
            ConsentEntry(
                contact_id=people[row.number].id,
                change=ConsentChange.JOINED,
                how=row.values["how"],
                inbound_sid=None,
                at=moment_of(row.values["when"]),
                topic=topic,
                words=row.values["words"],
                origin=ConsentOrigin.IMPORT,
                source=f"upload:{one.id}",
                recorded_by=by.name,
                recorded_at=by.at,
                reason=one.evidence,
            )
        )
    contacts.record_consent(tx, entries)
    _learn_languages(tx, rows, {number: found.id for number, found in people.items()})
    return len(entries)


def _learn_languages(tx: Transaction, rows: Sequence[Row], people: Mapping[E164, int]) -> None:
    spoken: dict[str, list[int]] = {}
    for row in rows:
        if "language" in row.values:
            spoken.setdefault(row.values["language"], []).append(people[row.number])
    for lang, ids in spoken.items():
        consent.learn_language(tx, ids, lang)


def _take_opt_outs(tx: Transaction, store: Store, one: Upload, rows: Sequence[Row], by: By) -> int:
    people = contacts.lock(tx, store.sealer, {row.number for row in rows}, by.at)
    known = uploads.standings(tx, {number: found.id for number, found in people.items()})
    entries = [
        ConsentEntry(
            contact_id=people[row.number].id,
            change=ConsentChange.OPT_OUT,
            how=row.values.get("how", "imported list"),
            inbound_sid=None,
            # Whenever they said it, it holds from now on: a yes in between may be in our ledger.
            at=by.at,
            origin=ConsentOrigin.IMPORT,
            source=f"upload:{one.id}",
            recorded_by=by.name,
            reason=row.values.get("when"),
        )
        for row in rows
        if not known[row.number].opted_out
    ]
    contacts.record_consent(tx, entries)
    return len(entries)


TAKE: Mapping[Kind, Callable[[Transaction, Store, Upload, Sequence[Row], By], int]] = {
    Kind.AUDIENCE: _name_people,
    Kind.CONSENTS: _take_consents,
    Kind.OPT_OUTS: _take_opt_outs,
}
"""What to do with some rows of a list, by its kind; returns how many were taken."""
