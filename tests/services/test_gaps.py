import json
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from smsbot.core.messages import Lang
from smsbot.db import gaps as rows
from smsbot.db.store import Store
from smsbot.services.gaps import Action, Proposal, Report, Seen, Wording, find, handle, propose
from smsbot.services.receive import Inbox
from tests.builders import NOW, a_store, an_inbound, the_catalogue

SINCE = NOW - timedelta(days=30)
DOG = "purple lamp for my dogs umbrella named Barnaby"


def say(inbox: Inbox, person: int, *bodies: str, minutes: int = 0) -> None:
    for at, body in enumerate(bodies):
        when = NOW + timedelta(minutes=minutes, seconds=at)
        inbox.receive(an_inbound(body, sender=f"+1202555{person:04}", received_at=when))


def report(store: Store) -> Report:
    return find(store, the_catalogue(), SINCE)


def the_dogs(store: Store) -> Seen:
    (gap,) = (one for one in report(store).gaps if "dog" in one.example)
    return gap


def test_what_two_people_miss_is_one_group_with_counts_and_near_topics(
    store: Store, inbox: Inbox
) -> None:
    say(inbox, 1, DOG)
    say(inbox, 2, "purple lamp for dogs with umbrella 555-0137, $500")

    gap = the_dogs(store)

    assert (gap.texts, gap.people, gap.one_person) == (2, 2, False)
    assert gap.answered_now is None
    assert gap.langs == {"en": 2}
    assert all(0 <= score <= 1 for _, score in gap.nearest)
    shown = json.dumps(gap.example)
    assert "barnaby" not in shown.lower()
    assert not any(letter.isdigit() for letter in gap.example)


def test_one_persons_text_is_flagged_and_never_shown_as_a_sentence(
    store: Store, inbox: Inbox
) -> None:
    say(inbox, 1, "purple qwxyz because my uncle Ferdinand fell off the xylophone")

    (gap,) = report(store).gaps

    assert gap.one_person
    assert "ferdinand" not in gap.example
    assert gap.example == ", ".join(sorted(gap.example.split(", ")))


def test_crises_opt_outs_greetings_and_answered_texts_are_no_gaps(
    store: Store, inbox: Inbox
) -> None:
    say(inbox, 1, "i want to die", "ketamine for my dogs ear infection")
    say(inbox, 2, "ketamine for my dogs ear infection", "STOP")
    say(inbox, 3, "hello", "thanks", "FDA", "3", "MORE")

    found = report(store)

    assert found.gaps == ()
    assert found.texts == 0


def test_a_text_that_the_screen_fires_on_today_is_counted_and_not_shown(
    store: Store, inbox: Inbox
) -> None:
    say(inbox, 1, "zzz qqq ketamine wwww")
    sealed = store.sealer.seal("i want to kill myself")
    with store.begin() as tx:
        tx.execute(text("UPDATE inbound SET body_sealed = :body"), {"body": sealed})

    found = report(store)

    assert found.gaps == ()
    assert found.left_out == {"crisis": 1}


def test_a_body_no_key_opens_is_counted_and_harms_nothing(store: Store, inbox: Inbox) -> None:
    say(inbox, 1, DOG)
    with store.begin() as tx:
        tx.execute(text("UPDATE inbound SET body_sealed = :body"), {"body": b"damaged" * 9})

    assert report(store).left_out == {"unreadable": 1}


def test_a_question_back_is_a_gap_until_it_is_answered(store: Store, inbox: Inbox) -> None:
    say(inbox, 1, "zzz qqq ketamine wwww", "zzz qqq ketamine wwww")
    with store.begin() as tx:
        # As if the router had asked back, whatever it makes of such a text today.
        why = json.dumps({"rule": "ambiguous", "offers": ["RISKS", "FDA"]})
        tx.execute(text("UPDATE inbound SET why = :why, topic = NULL, step = 'question'"),
                   {"why": why})  # fmt: skip
    assert [gap.kinds for gap in report(store).gaps] == [{"ambiguous": 2}]

    say(inbox, 1, "FDA", minutes=1)

    found = report(store)
    assert [gap.kinds for gap in found.gaps] == [{"ambiguous": 1}]
    assert found.left_out == {"answered": 1}


def test_what_was_dismissed_stays_away_and_what_was_added_returns_when_missed_again(
    store: Store, inbox: Inbox
) -> None:
    say(inbox, 1, DOG)
    handle(store, the_dogs(store), Action.DISMISSED, "ana", NOW + timedelta(hours=1))
    say(inbox, 2, DOG, minutes=120)
    assert report(store).left_out == {"handled": 2}

    with store.begin() as tx:
        tx.execute(text("UPDATE gap_handled SET action = 'added'"))

    assert report(store).left_out == {"handled": 1}
    assert the_dogs(store).people == 1


def test_a_proposal_goes_to_the_drafts_and_marks_the_gap(store: Store, inbox: Inbox) -> None:
    say(inbox, 1, DOG)
    proposal = Proposal(
        keyword="NOTCOVERED",
        lang=Lang.EN,
        wording="is it for pets",
        kind=Wording.QUESTION,
        by="ana",
    )
    drafts: list[Proposal] = []

    propose(store, the_dogs(store), proposal, drafts.append, NOW + timedelta(hours=1))

    assert drafts == [proposal]
    assert report(store).left_out == {"handled": 1}


def test_drafts_that_refuse_leave_the_gap_where_it_was(store: Store, inbox: Inbox) -> None:
    say(inbox, 1, DOG)
    proposal = Proposal(keyword="FDA", lang=Lang.EN, wording="RISKS", kind=Wording.ALIAS, by="ana")

    def refuse(_: Proposal) -> None:
        raise ValueError("RISKS has that name already.")

    with pytest.raises(ValueError, match="already"):
        propose(store, the_dogs(store), proposal, refuse, NOW)

    assert the_dogs(store).texts == 1


def test_older_texts_are_left_out(store: Store, inbox: Inbox) -> None:
    say(inbox, 1, DOG, minutes=-60 * 24 * 31)

    assert report(store).texts == 0


def test_sqlite_reads_the_missed_texts_through_their_index(sqlite_url: str) -> None:
    store = a_store(sqlite_url)
    statements: list[tuple[str, tuple[object, ...]]] = []

    def note(*call: object) -> None:
        statements.append((str(call[2]), tuple(call[3])))  # type: ignore[arg-type]

    with store.read() as tx:
        event.listen(store.engine, "before_cursor_execute", note)
        list(rows.missed(tx, store.sealer, SINCE, 10))
        event.remove(store.engine, "before_cursor_execute", note)
        statement, values = statements[0]
        plan = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    store.close()

    assert any("ix_inbound_missed" in str(row) for row in plan), plan
