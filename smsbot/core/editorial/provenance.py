"""Where an answer comes from and until when it holds: sources, claims, signature, dates."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from smsbot.core.answers import Answer, Group, Source
from smsbot.core.editorial.claims import PARTS, Claims, ClaimStatus
from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.fields import shown
from smsbot.core.editorial.parse import ParsedFile
from smsbot.core.editorial.wording import SHORTENED_LINK, sayings
from smsbot.core.text.segments import measure, to_gsm7

MADE_BY_THE_BOT = frozenset({"SOURCES"})
"""Content answers that carry no facts of their own: SOURCES repeats the last answer's sources."""


def provenance_faults(file: ParsedFile, claims: Claims, today: date) -> Iterator[Fault]:
    """Everything wrong with what stands behind one answer."""
    if file.answer is not None:
        yield from _claims(file, file.answer, claims)
        yield from _beginnings(file, file.answer)
        yield from _sources(file, file.answer, today)
        yield from _signature(file, file.answer, today)
        yield from _expiry(file, file.answer)


def _claims(file: ParsedFile, answer: Answer, claims: Claims) -> Iterator[Fault]:
    for claim in dict.fromkeys(answer.claims if claims.statuses else ()):
        status = claims.statuses.get(claim)
        if status is None:
            what = f"There is no claim {shown(claim)!r} in {claims.file}."
            yield file.fault("claims", what, "Write one that is there.", f'"{claim}"')
        elif status is ClaimStatus.CONTRADICTED:
            what = f"Claim {claim} is contradicted by its sources: no answer may use it."
            yield file.fault(
                "claims", what, "Take it out, and what the text says of it.", f'"{claim}"'
            )
    for part in answer.seed:
        if part not in PARTS:
            cure = f"Write some of: {', '.join(PARTS)}."
            yield file.fault("seed", f"{shown(part)!r} is no part of the explainer.", cure, part)


def _beginnings(file: ParsedFile, answer: Answer) -> Iterator[Fault]:
    """What a content answer can't be without."""
    if answer.group is Group.CONTENT and answer.keyword not in MADE_BY_THE_BOT:
        if not answer.claims:
            yield file.fault("claims", "The answer names no claim.", 'Add claims = ["C01", ...].')
        if not answer.questions:
            what = "The answer has no example questions."
            yield file.fault("questions", what, "Add how people would text it.")


def _sources(file: ParsedFile, answer: Answer, today: date) -> Iterator[Fault]:
    needed = answer.group in {Group.CONTENT, Group.SAFETY}
    if needed and not answer.sources and answer.keyword not in MADE_BY_THE_BOT:
        yield file.fault(
            "sources", "The answer has no source.", "Add [[sources]] with address and date."
        )
    for number, source in enumerate(answer.sources):
        place = f"sources.{number}"
        if source.read_on > today:
            what = f"The source was read on {source.read_on}, which is yet to come."
            yield file.fault(f"{place}.read", what, "Write the day it was read.")
        if measure(to_gsm7(source.title)).offenders:
            what = "The source's title can't be texted in GSM-7."
            yield file.fault(f"{place}.title", what, "Write it in Latin letters.")
        if why := _address_objection(source):
            cure = "Write the full address of the page, with https:// or http://."
            yield file.fault(f"{place}.address", f"The source's address {why}.", cure)


def _address_objection(source: Source) -> str | None:
    """What is wrong with the address, or None."""
    url = source.url
    if not url.isascii() or any(char.isspace() or char in '<>"{}' for char in url):
        return "has characters that no address has"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "can't be read"
    if parts.scheme not in {"http", "https"} or "." not in host.strip("."):
        return "is no web address"
    if "@" in parts.netloc:
        return "hides its host behind a name and @"
    return "is a shortened link" if sayings(url, (SHORTENED_LINK,)) else None


def _signature(file: ParsedFile, answer: Answer, today: date) -> Iterator[Fault]:
    if answer.review_by < today:
        what = f"The review was due by {answer.review_by}."
        yield file.fault("review_by", what, "Review the answer, then write the next date.")
    if answer.reviewed_on and not answer.reviewer:
        what = "The answer has a day of review but no reviewer."
        yield file.fault("reviewed_on", what, 'Name who signed it, or write reviewed_on = "".')
    if answer.reviewer and not answer.reviewed_on:
        what = "The answer has a reviewer but no day of review."
        yield file.fault("reviewer", what, "Write the day it was signed as `reviewed_on`.")
    if answer.reviewed_on and answer.reviewed_on > today:
        what = f"The answer was reviewed on {answer.reviewed_on}, which is yet to come."
        yield file.fault("reviewed_on", what, "Write the day it was signed.")
    if answer.reviewer and answer.reviewer.casefold() == answer.author.casefold():
        what = "The author has signed their own answer."
        yield file.fault("reviewer", what, "Let another person review it.")


def _expiry(file: ParsedFile, answer: Answer) -> Iterator[Fault]:
    if answer.expires_on is None:
        if answer.stub:
            what = "There is a `stub` but no day on which it takes over."
            yield file.fault("stub", what, "Add `expires_on`, or take the stub out.")
        return
    if not answer.stub:
        what = f"The answer expires on {answer.expires_on} and has nothing to say after that."
        yield file.fault("expires_on", what, "Add a `stub` that stays true.")
    year = str(answer.expires_on.year)
    for key, body in (("short", answer.short), ("long", answer.long)):
        if body and year not in body:
            what = f"`{key}` holds only until {answer.expires_on} and doesn't say so."
            yield file.fault(key, what, f"Name the date in it, with the year {year}.")
