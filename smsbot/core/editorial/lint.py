"""The publishing rules: may these answers, as a set, be said to people?

Everything that is wrong comes back at once, each with file, line and cure. The rules by subject:
`names` (keywords, aliases, languages), `texts` (length, level, wording), `provenance` (sources,
claims, dates); here, what the set as a whole must cover.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from smsbot.core.editorial.claims import PARTS, Claims
from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.names import language_faults, name_faults
from smsbot.core.editorial.parse import ParsedFile
from smsbot.core.editorial.provenance import provenance_faults
from smsbot.core.editorial.texts import text_faults
from smsbot.core.messages import Lang

__all__ = ["Fault", "Verdict", "coverage_faults", "lint", "lint_one"]


def lint(files: Sequence[ParsedFile], claims: Claims, today: date) -> list[Fault]:
    """Every fault of a set of answers, in the order of files and lines.

    `today` is the day on which the answers are to be said: review dates are measured against it.
    """
    names = frozenset(name for file in files for name in file.names)
    faults = {*claims.faults, *name_faults(files), *coverage_faults(files, claims)}
    for file in files:
        faults.update(file.faults)
        faults.update(text_faults(file, names))
        faults.update(provenance_faults(file, claims, today))
    return sorted(faults)


def coverage_faults(files: Sequence[ParsedFile], claims: Claims) -> Iterator[Fault]:
    """Parts of the explainer and claims that no answer brings, in either language.

    Every section, every question and every claim that is not contradicted must be reachable by
    some keyword.
    """
    for lang in Lang:
        answers = [file.answer for file in files if file.answer and file.answer.lang is lang]
        covered = {part for answer in answers for part in answer.seed}
        brought = {claim for answer in answers for claim in answer.claims}
        for part in PARTS:
            if part not in covered:
                what = f"Part {part} of the explainer is in no answer in {lang.value!r}."
                cure = "Name it under `seed` in the answer that brings it."
                yield Fault(file=claims.file, line=1, what=what, cure=cure)
        for claim in claims.usable:
            if claim not in brought:
                what = f"Claim {claim} is in no answer in {lang.value!r}."
                cure = "Name it under `claims` in the answer that brings it."
                yield Fault(file=claims.file, line=claims.lines.of(claim), what=what, cure=cure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What stands against one answer, and what the other language has yet to follow."""

    faults: tuple[Fault, ...]
    later: tuple[Fault, ...]


def lint_one(
    file: ParsedFile, near: Sequence[ParsedFile], names: Container[str], claims: Claims, today: date
) -> Verdict:
    """What the rules say of one answer, without looking through all the others.

    `near` are the answers that share a name or an example question with it, and the one in the
    other language; `names` are all keywords and aliases, or those that its texts mention.
    """
    # Last, so that what it shares with another is held against it and not against the other.
    files = [*near, file]
    later = {fault for fault in language_faults(files) if fault.file == file.file}
    found = {
        *(fault for fault in name_faults(files) if fault.file == file.file),
        *text_faults(file, names),
        *provenance_faults(file, claims, today),
    }
    return Verdict(faults=tuple(sorted(found - later)), later=tuple(sorted(later)))
