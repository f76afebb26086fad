"""Says what of a run's evidence breaks a promise, and counts what Twilio itself can't rule out."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import pairwise

from tests.chaos.evidence import FINAL, Asked, Evidence, Recorded, Row, Said, Sent
from tests.chaos.script import CRISIS

PART_PATIENCE = timedelta(seconds=30)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
NEEDS_A_PERSON = "human"
CRISIS_LANE = 0


@dataclass(frozen=True, kw_only=True)
class Findings:
    broken: tuple[str, ...]
    """A sentence for each broken promise; none is the only good run."""
    counted: Counter[str]
    """What happened that is no fault of ours, or is explained by the journal."""


class _Case:
    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.broken: list[str] = []
        self.counted: Counter[str] = Counter()
        self.recorded = {one.sid: one for one in evidence.recorded}
        self.copies: dict[int, list[Sent]] = defaultdict(list)
        for sent in evidence.sent:
            self.copies[sent.row].append(sent)


def check(evidence: Evidence) -> Findings:
    """All promises against all evidence. Pure."""
    case = _Case(evidence)
    for said in evidence.said:
        _every_text_is_answered(case, said)
    for row in evidence.rows:
        _nothing_is_sent_twice(case, row)
        _nothing_is_lost(case, row)
    _nobody_sends_what_no_row_asked_for(case)
    _parts_are_in_order(case)
    _one_at_a_time_to_a_person(case)
    _nothing_after_stop(case)
    case.counted["texts_in"] = len(evidence.said)
    case.counted["rows"] = len(evidence.rows)
    case.counted["accepted_by_carrier"] = len(evidence.sent)
    case.counted.update(f"row_{row.state}" for row in evidence.rows)
    if evidence.spooled:
        case.broken.append(f"{evidence.spooled} texts are still in the spool")
    case.broken += [f"a number stands in {name}" for name in evidence.leaks]
    return Findings(broken=tuple(case.broken), counted=case.counted)


# Texts that arrive.


def _every_text_is_answered(case: _Case, said: Said) -> None:
    recorded = case.recorded.get(said.sid)
    if recorded is None:
        case.broken.append(f"{said.sid} ({said.body!r}) is not in the database")
    asked = case.evidence.asked.get(said.sid, [])
    case.counted.update(f"webhook_unheard_{one.code}" for one in asked if one.http is None)
    heard = [one for one in asked if one.http is not None]
    for one in heard:
        if one.http != 200:
            case.broken.append(f"{said.sid} was answered with HTTP {one.http}")
        elif _bodies(one.answer) is None:
            case.broken.append(f"{said.sid} was answered with something else than TwiML")
    answers = [one for one in heard if one.http == 200]
    if not answers:
        _never_reached(case, said, recorded)
        return
    case.counted["answered"] += 1
    if said.body in CRISIS:
        _has_988_first(case, said, answers)
    if len({one.answer for one in answers}) > 1:
        _differs(case, said)


def _never_reached(case: _Case, said: Said, recorded: Recorded | None) -> None:
    """Nobody of ours was there to answer; Twilio then serves the fallback that lies with it."""
    case.counted["never_reached_us"] += 1
    if recorded is not None and recorded.found == "webhook" and not recorded.late:
        # Committed, then killed before the answer left: the provider's retry met the same.
        case.counted["recorded_but_answer_died"] += 1


def _has_988_first(case: _Case, said: Said, answers: list[Asked]) -> None:
    case.counted["crisis_answered"] += 1
    for one in answers:
        first = (_bodies(one.answer) or [""])[0]
        if "988" not in first[:40]:
            case.broken.append(f"{said.sid}, a crisis text, got {first[:60]!r} first")


def _differs(case: _Case, said: Said) -> None:
    if said.sid in case.evidence.from_memory:
        case.counted["answers_differ_as_one_came_from_memory"] += 1
    else:
        case.broken.append(f"{said.sid} ({said.body!r}) got two different answers")


def _bodies(answer: str) -> list[str] | None:
    """The messages of a TwiML document, None when it is none."""
    if "<Response" not in answer:
        return None
    found = re.findall(r"<Message[^>]*>(.*?)</Message>", answer, re.DOTALL)
    return [unescape(re.sub(r"</?Body>", "", one)) for one in found]


# Texts that leave.


def _nothing_is_sent_twice(case: _Case, row: Row) -> None:
    copies = case.copies[row.id]
    if len(copies) < 2:
        return
    first, second = copies[0], copies[1]
    heard_of = any(
        http is not None and http < 300 and at < second.at
        for at, _, http in case.evidence.told.get(first.sid, [])
    )
    if row.lane == CRISIS_LANE and not heard_of and len(copies) == 2:
        case.counted["double_crisis_no_trace"] += 1
    else:
        case.broken.append(
            f"row {row.id} ({row.sequence_key}:{row.part}) was sent {len(copies)} times, "
            f"{(second.at - first.at).total_seconds():.1f} s apart"
        )


def _nothing_is_lost(case: _Case, row: Row) -> None:
    """Each row ends as what it says it is, or a person is told of it."""
    copies = case.copies[row.id]
    name = f"row {row.id} ({row.sequence_key}:{row.part})"
    if not row.owned:
        case.broken.append(f"{name} is {row.state} and nobody's")
    if row.sid is not None and row.sid not in {one.sid for one in copies}:
        case.broken.append(f"{name} has a SID the carrier never gave for it")
    if copies and row.sid is None:
        _sent_and_we_do_not_know(case, row, name, copies)
    if not copies:
        _unsent(case, row, name)
    if row.sid is not None and copies:
        _agrees_with_the_carrier(case, row, name)


def _sent_and_we_do_not_know(case: _Case, row: Row, name: str, copies: list[Sent]) -> None:
    told = [http for one in copies for _, _, http in case.evidence.told.get(one.sid, [])]
    if any(http is not None and http < 300 for http in told):
        case.broken.append(f"{name} is {row.state} although a receipt of it was taken")
    elif row.state in {NEEDS_A_PERSON, "expired"}:
        case.counted[f"sent_without_a_trace_{row.state}"] += 1
    else:
        case.broken.append(f"{name} was sent and is {row.state}")


def _unsent(case: _Case, row: Row, name: str) -> None:
    if row.state in {"expired", "suppressed", "canceled", "failed", NEEDS_A_PERSON}:
        case.counted[f"unsent_{row.state}"] += 1
    elif row.state in {"accepted", "sent", "delivered", "undelivered"}:
        case.broken.append(f"{name} is {row.state}, and the carrier never had it")
    else:
        case.broken.append(f"{name} was never sent and is {row.state}")


def _agrees_with_the_carrier(case: _Case, row: Row, name: str) -> None:
    statuses = [status for _, status in case.evidence.statuses.get(row.sid or "", [])]
    last = statuses[-1] if statuses else ""
    if last in FINAL and row.state != last:
        case.broken.append(f"{name} is {row.state}; at the carrier it is {last}")


def _nobody_sends_what_no_row_asked_for(case: _Case) -> None:
    known = {row.id for row in case.evidence.rows}
    for row, copies in case.copies.items():
        if row not in known:
            case.broken.append(f"{copies[0].sid} was sent for row {row}, which does not exist")


def _parts_are_in_order(case: _Case) -> None:
    sequences: dict[str, list[Row]] = defaultdict(list)
    for row in case.evidence.rows:
        sequences[row.sequence_key].append(row)
    for key, rows in sequences.items():
        in_order = sorted(rows, key=lambda row: row.part)
        first = [case.copies[row.id][0] for row in in_order if case.copies[row.id]]
        for before, after in pairwise(first):
            if after.n < before.n:
                case.broken.append(f"the parts of {key} left in the wrong order")
            elif not _had_left(case, before, after.at):
                case.broken.append(f"a part of {key} left before the one before it was on its way")
        case.counted["sequences"] += 1


def _had_left(case: _Case, before: Sent, at: datetime) -> bool:
    moves = case.evidence.statuses.get(before.sid, [])
    gone = any(moved <= at and status != "queued" for moved, status in moves)
    return gone or at - before.at >= PART_PATIENCE - timedelta(seconds=1)


def _one_at_a_time_to_a_person(case: _Case) -> None:
    people: dict[int, list[tuple[datetime, datetime | None, int]]] = defaultdict(list)
    for one in case.evidence.tries:
        if one.lane != CRISIS_LANE:
            people[one.contact_id].append((one.started_at, one.ended_at, one.outbox_id))
    for tries in people.values():
        for before, after in pairwise(tries):
            if before[1] is not None and after[0] < before[1]:
                case.broken.append(f"rows {before[2]} and {after[2]} left for one person at a time")


@dataclass(frozen=True, kw_only=True)
class _Word:
    """A STOP or START in the order they were handled."""

    word: str
    received: datetime
    answered: datetime


def _nothing_after_stop(case: _Case) -> None:
    for contact, words in _words(case).items():
        is_out = words[-1].word == "STOP"
        if case.evidence.opted_out.get(contact) != is_out:
            case.broken.append(f"contact {contact} said {words[-1].word} last; it does not hold")
        for position, stop in enumerate(words):
            if stop.word == "STOP":
                later = (one.received for one in words[position + 1 :] if one.word == "START")
                _silent(case, contact, stop.answered, next(later, FOREVER))


def _silent(case: _Case, contact: int, since: datetime, until: datetime) -> None:
    for one in case.evidence.tries:
        mine = one.contact_id == contact and one.lane != CRISIS_LANE
        if mine and since < one.started_at < until:
            case.broken.append(f"row {one.outbox_id} was attempted after STOP")


def _words(case: _Case) -> dict[int, list[_Word]]:
    """What each contact said of it. Not of those whose word was found late: when does it hold?"""
    words: dict[int, list[_Word]] = defaultdict(list)
    late: set[int] = set()
    for said in case.evidence.said:
        recorded = case.recorded.get(said.sid)
        if recorded is None or said.body not in {"STOP", "START"}:
            continue
        if recorded.late or recorded.found != "webhook":
            case.counted[f"{said.body.lower()}_recorded_late"] += 1
            late.add(recorded.contact_id)
            continue
        heard = [one.at for one in case.evidence.asked.get(said.sid, []) if one.http == 200]
        word = _Word(
            word=said.body, received=recorded.received_at, answered=min(heard, default=FOREVER)
        )
        words[recorded.contact_id].append(word)
    return {
        contact: sorted(said, key=lambda one: one.received)
        for contact, said in words.items()
        if contact not in late
    }
