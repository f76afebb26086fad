"""The checker can fail: each promise is broken once in made-up evidence, and it says so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.checker import check
from tests.chaos.evidence import Asked, Evidence, Recorded, Row, Said, Sent, Try

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PHONE = "+12065550101"
HELP = "<Response><Message>Please call or text 988 now.</Message></Response>"
PLAIN = "<Response><Message>1/3 Ketamine is strong.</Message></Response>"


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def said(sid: str, body: str, second: float) -> Said:
    return Said(n=int(second), at=at(second), sid=sid, phone=PHONE, body=body)


def asked(second: float, answer: str, http: int | None = 200) -> Asked:
    return Asked(n=int(second), at=at(second), http=http, code=None, answer=answer)


def row(number: int, **more: object) -> Row:
    known = {
        "id": number, "sequence_key": "reply:SM1", "part": number, "lane": 10, "contact_id": 1,
        "state": "delivered", "sid": f"SM-part-{number}", "owned": True,
    }  # fmt: skip
    return Row(**{**known, **more})  # type: ignore[arg-type]


def sent(number: int, second: float, sid: str = "") -> Sent:
    sid = sid or f"SM-part-{number}"
    return Sent(n=int(second * 10), at=at(second), sid=sid, phone=PHONE, row=number)


def tried(number: int, begin: float, end: float | None = None, n: int = 1) -> Try:
    return Try(
        outbox_id=number, n=n, contact_id=1, lane=10, started_at=at(begin),
        ended_at=None if end is None else at(end), outcome="accepted",
    )  # fmt: skip


def recorded(sid: str, second: float = 0, **more: object) -> Recorded:
    known = {
        "sid": sid, "contact_id": 1, "step": "keyword", "late": False, "found": "webhook",
        "received_at": at(second),
    }  # fmt: skip
    return Recorded(**{**known, **more})  # type: ignore[arg-type]


GOOD = Evidence(
    said=(said("SM1", "RISKS", 0), said("SM2", "i want to kill myself", 5), said("SM3", "STOP", 9)),
    asked={
        "SM1": [asked(0.1, PLAIN), asked(0.3, PLAIN)],
        "SM2": [asked(5.1, HELP)],
        "SM3": [asked(9.1, "<Response/>")],
    },
    recorded=(recorded("SM1"), recorded("SM2", 5), recorded("SM3", 9)),
    sent=(sent(2, 1), sent(3, 2)),
    statuses={
        "SM-part-2": [(at(1.5), "sent"), (at(3), "delivered")],
        "SM-part-3": [(at(2.5), "sent"), (at(3), "delivered")],
    },
    told={"SM-part-2": [(at(1.6), "sent", 204)], "SM-part-3": [(at(2.6), "sent", 204)]},
    rows=(row(2), row(3)),
    tries=(tried(2, 0.9, 1.1), tried(3, 1.9, 2.1)),
    opted_out={1: True},
)


def test_a_run_without_a_fault_breaks_nothing() -> None:
    findings = check(GOOD)

    assert findings.broken == ()
    assert findings.counted["crisis_answered"] == 1
    assert findings.counted["accepted_by_carrier"] == 2


def dropped(sid: str) -> tuple[Recorded, ...]:
    return tuple(one for one in GOOD.recorded if one.sid != sid)


BROKEN = {
    "sent 2 times": replace(GOOD, sent=(*GOOD.sent, sent(2, 60, "SM-copy"))),
    "is not in the database": replace(GOOD, recorded=dropped("SM1")),
    "a crisis text, got": replace(GOOD, asked={**GOOD.asked, "SM2": [asked(5.1, PLAIN)]}),
    "answered with HTTP 500": replace(GOOD, asked={**GOOD.asked, "SM1": [asked(0.1, "", 500)]}),
    "something else than TwiML": replace(GOOD, asked={**GOOD.asked, "SM1": [asked(0.1, "OK")]}),
    "two different answers": replace(
        GOOD, asked={**GOOD.asked, "SM1": [asked(0.1, PLAIN), asked(0.2, HELP)]}
    ),
    "never sent and is queued": replace(
        GOOD,
        rows=(*GOOD.rows, row(4, state="queued", sid=None)),
    ),
    "nobody's": replace(GOOD, rows=(row(2), row(3, owned=False))),
    "a SID the carrier never gave": replace(GOOD, rows=(row(2), row(3, sid="SM-made-up"))),
    "the carrier never had it": replace(GOOD, rows=(*GOOD.rows, row(4, sid=None))),
    "although a receipt of it was taken": replace(
        GOOD, rows=(row(2), row(3, sid=None, state="expired"))
    ),
    "was sent and is queued": replace(
        GOOD, rows=(row(2), row(3, sid=None, state="queued")), told={}
    ),
    "at the carrier it is delivered": replace(GOOD, rows=(row(2), row(3, state="sent"))),
    "which does not exist": replace(GOOD, sent=(*GOOD.sent, sent(99, 3))),
    "in the wrong order": replace(GOOD, sent=(sent(2, 4), sent(3, 2))),
    "before the one before it was on its way": replace(
        GOOD, statuses={"SM-part-2": [(at(2.5), "sent"), (at(3), "delivered")]}
    ),
    "for one person at a time": replace(GOOD, tries=(tried(2, 0.9, 3), tried(3, 1.9, 2.1))),
    "attempted after STOP": replace(GOOD, tries=(*GOOD.tries, tried(4, 12, 13))),
    "said STOP last; it does not hold": replace(GOOD, opted_out={1: False}),
    "still in the spool": replace(GOOD, spooled=1),
    "a number stands in web-0.log": replace(GOOD, leaks=("web-0.log",)),
}


@pytest.mark.parametrize("promise", BROKEN)
def test_a_broken_promise_is_found(promise: str) -> None:
    (sentence,) = check(BROKEN[promise]).broken

    assert promise in sentence


def test_what_twilio_can_not_rule_out_is_counted_not_blamed() -> None:
    no_trace = replace(
        GOOD,
        rows=(row(2, lane=0), row(3, sid=None, state="human")),
        sent=(*GOOD.sent, sent(2, 90, "SM-copy")),
        told={},
    )
    findings = check(no_trace)

    assert findings.broken == ()
    assert findings.counted["double_crisis_no_trace"] == 1
    assert findings.counted["sent_without_a_trace_human"] == 1


def test_a_repeat_answered_from_memory_may_differ() -> None:
    differs = {**GOOD.asked, "SM1": [asked(0.1, PLAIN), asked(0.2, HELP)]}
    findings = check(replace(GOOD, asked=differs, from_memory=frozenset({"SM1"})))

    assert findings.broken == ()
    assert findings.counted["answers_differ_as_one_came_from_memory"] == 1


def test_a_text_that_never_reached_us_is_counted() -> None:
    unheard = replace(
        GOOD,
        asked={**GOOD.asked, "SM1": [asked(0.1, "", None)]},
        recorded=(*dropped("SM1"), recorded("SM1", found="list", late=True)),
    )

    assert check(unheard).broken == ()
    assert check(unheard).counted["never_reached_us"] == 1


def test_a_text_after_start_is_welcome() -> None:
    back = replace(
        GOOD,
        said=(*GOOD.said, said("SM4", "START", 11)),
        asked={**GOOD.asked, "SM4": [asked(11.1, "<Response/>")]},
        recorded=(*GOOD.recorded, recorded("SM4", 11)),
        tries=(*GOOD.tries, tried(4, 12, 13)),
        opted_out={1: False},
    )

    assert check(back).broken == ()
