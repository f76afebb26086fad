"""The table of checked claims: what the explainer says, and whether it may be repeated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.fields import Fields, load_table, shown
from smsbot.core.editorial.lines import Lines

SECTIONS = tuple(f"S{number}" for number in range(8))
FAQS = tuple(f"F{number}" for number in range(1, 7))
PARTS = SECTIONS + FAQS
"""The explainer's sections (S0 introduction to S7 support) and its questions in order."""

_ID = re.compile(r"C\d{2,3}")


class ClaimStatus(StrEnum):
    """What the sources say about a claim."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    """True with the wording in the claims table's note."""
    OUT_OF_DATE = "out of date"
    """Was true; the note has what holds now."""
    NOT_CHECKABLE = "not checkable"
    """The explainer's own statement; no source confirms or denies it."""
    CONTRADICTED = "contradicted"
    """The sources say otherwise. No answer may use it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The claims by their id ("C01"), and what is wrong with the file."""

    file: str
    statuses: Mapping[str, ClaimStatus]
    sources: Mapping[str, tuple[str, ...]]
    """The codes of the sources that each claim rests on."""
    lines: Lines
    faults: tuple[Fault, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)
    """The words of each claim, as far as they could be read."""

    @property
    def usable(self) -> tuple[str, ...]:
        """The claims that some answer must bring."""
        return tuple(
            claim
            for claim, status in self.statuses.items()
            if status is not ClaimStatus.CONTRADICTED
        )


def parse_claims(file_name: str, toml_text: str) -> Claims:
    """Read the claims table: one `[C01]` each, with where, status, says and sources."""
    table, lines, faults = load_table(file_name, toml_text)
    statuses: dict[str, ClaimStatus] = {}
    sources: dict[str, tuple[str, ...]] = {}
    says: dict[str, str] = {}
    found = list(faults)
    for claim, value in table.items():
        line = lines.of(claim)
        if not _ID.fullmatch(claim) or not isinstance(value, dict):
            what = f"{shown(claim)!r} is not a claim."
            found.append(Fault(file=file_name, line=line, what=what, cure="Begin each with [C01]."))
            continue
        fields = Fields(file=file_name, lines=lines, table=value, prefix=f"{claim}.")
        sources[claim] = fields.texts("sources", optional=True)
        says[claim] = fields.text("says")
        statuses[claim] = _claim(fields)
        found.extend(fields.faults)
    return Claims(
        file=file_name, statuses=statuses, sources=sources, lines=lines, faults=tuple(found),
        says=says,
    )  # fmt: skip


def parse_sources(file_name: str, toml_text: str, claims: Claims) -> list[Fault]:
    """Read the table of sources: what is wrong with it, and claims that rest on none of it."""
    table, lines, faults = load_table(file_name, toml_text)
    if faults:
        return faults
    for code, value in table.items():
        entry = value if isinstance(value, dict) else {}
        fields = Fields(file=file_name, lines=lines, table=entry, prefix=f"{code}.")
        fields.text("title")
        if not fields.text("address").startswith(("http://", "https://")):
            fields.fault(
                "address", f"Source {shown(code)} has no web address.", "Write it in full."
            )
        fields.day("read")
        fields.texts("also", optional=True)
        fields.text("note", optional=True)
        fields.finish(("title", "address", "read", "also", "note"))
        faults.extend(fields.faults)
    for claim, codes in claims.sources.items():
        for code in codes:
            if code not in table:
                line = claims.lines.of(f"{claim}.sources")
                what = f"There is no source {shown(code)!r} in {file_name}."
                cure = "Write one that is there, or add it there."
                faults.append(Fault(file=claims.file, line=line, what=what, cure=cure))
    return faults


def _claim(fields: Fields) -> ClaimStatus:
    where = fields.texts("where")
    for part in where:
        if part not in PARTS:
            cure = f"Write some of: {', '.join(PARTS)}."
            fields.fault("where", f"{shown(part)!r} is no part of the explainer.", cure, part)
    fields.text("note", optional=True)
    status = fields.text("status").casefold().removesuffix(" here")
    fields.finish(("where", "status", "says", "sources", "note"))
    if status in set(ClaimStatus):
        return ClaimStatus(status)
    if status:
        cure = f"Write one of: {', '.join(ClaimStatus)}."
        fields.fault("status", f"`status` is {shown(status)!r}.", cure)
    return ClaimStatus.CONTRADICTED
