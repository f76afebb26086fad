"""What the pages of review and history ask of the database, on both kinds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from smsbot.core.editorial.shelves import Shelf
from smsbot.core.messages import Lang
from smsbot.db.store import Store
from smsbot.services import (
    crisis_texts,
    editorial,
    editorial_publish,
    editorial_review,
    review_history,
    review_page,
    review_queue,
)
from smsbot.services.editorial_desk import EditorialFault, NotAllowed
from tests.builders import NOW, a_store
from tests.editorial_builders import (
    a_draft,
    approved,
    claims,
    plant,
    publish,
    retire,
    someone,
    submitted,
)

FDA = ("FDA", Lang.EN)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    plant(store)
    yield store
    store.close()


def test_each_revision_waits_on_the_shelf_of_whoever_is_next(store: Store) -> None:
    a_draft(store, "HELP", short="Words.")
    submitted(store, "FDA", short="Words.")
    approved(store, "KAP", short="Words.")
    one = submitted(store, "CRISIS", short="Call or text 988 now. Someone is there.")
    editorial_review.approve(store, someone(store, "Rae Reviewer"), one.id, NOW, note="Read.")

    found = {shelf: review_queue.waiting(store, shelf, 10) for shelf in Shelf}

    names = {shelf: [one.name for one in shown.shown] for shelf, shown in found.items()}
    assert names == {
        Shelf.REVIEW: ["FDA.en"], Shelf.SECOND: ["CRISIS.en"], Shelf.PUBLISH: ["KAP.en"],
        Shelf.DRAFT: ["HELP.en"],
    }  # fmt: skip
    assert {shown.total for shown in found.values()} == {1}
    last = found[Shelf.SECOND].last[one.id]
    assert (last.what, last.note) == ("approved", "Read.")


def test_a_shelf_is_read_page_by_page_even_when_all_changed_at_once(store: Store) -> None:
    ann, sample = someone(store), a_draft(store, "KAP").answer
    for n in range(7):
        one = replace(sample, keyword=f"NEW{n}", aliases=(), loose=frozenset())
        editorial.create(store, ann, one, NOW + timedelta(seconds=n // 4))
    seen, after = [], None

    while True:
        found = review_queue.waiting(store, Shelf.DRAFT, 3, after)
        seen += [one.keyword for one in found.shown]
        after = found.more
        if after is None:
            break

    assert seen == ["KAP", *(f"NEW{n}" for n in range(7))]


def test_overdue_reviews_are_read_page_by_page(store: Store) -> None:
    late, seen, after = NOW.date() + timedelta(days=3650), [], None

    while True:
        found = review_queue.due(store, late, 5, after)
        seen += [(one.review_by, one.keyword, one.lang) for one in found.shown]
        after = found.more
        if after is None:
            break

    assert found.total == len(seen) == 12
    assert seen == sorted(seen)
    assert review_queue.due(store, NOW.date(), 5).total == 0


def test_a_revision_is_held_against_what_it_replaces(store: Store) -> None:
    first = publish(store, "FDA", short="First.", long=None)
    second = publish(store, "FDA", short="Second.", long=None)
    draft = a_draft(store, "FDA", short="Third.", long=None)

    looks = [review_page.look(store, one.id, NOW.date(), claims()) for one in (first, second)]
    now = review_page.look(store, draft.id, NOW.date(), claims())
    back = review_page.beside_live(store, first.id)

    assert [(one.before_n, one.differing[0].after) for one in looks] == [
        (1, "First."), (2, "Second."),
    ]  # fmt: skip
    assert (now.before_n, now.differing[0].before) == (3, "Second.")
    assert (back.before_n, back.differing[0].before) == (3, "Second.")
    assert now.findings is not None
    assert looks[0].findings is None
    assert [one.n for one in review_page.between(store, FDA, 3, 2)] == [2, 3]
    with pytest.raises(EditorialFault, match="no two revisions"):
        review_page.between(store, FDA, 1, 99)


def test_who_mentions_an_answer_is_known_before_it_leaves(store: Store) -> None:
    publish(store, "KAP", short="It is new. Text APPROVED. The fda is small here.", long=None)
    publish(store, "HELP", short="An FDAX is nothing. {program} {contact} STOP rates", long=None)

    leaving = review_history.leaving(store, FDA)

    assert leaving is not None
    assert ("KAP", Lang.EN) in leaving.mentions
    assert ("HELP", Lang.EN) not in leaving.mentions
    assert all(keyword != "FDA" for keyword, _ in leaving.mentions)
    assert leaving.sister is not None
    retire(store, "FDA")
    assert review_history.leaving(store, FDA) is None


def test_the_past_of_an_answer_is_turned_page_by_page(store: Store) -> None:
    publish(store, "FDA", short="First.")
    whole = review_history.past(store, "FDA", 100)
    seen, before = [], None

    while True:
        some = review_history.past(store, "FDA", 4, before)
        seen += some.events
        before = some.more
        if before is None:
            break

    assert tuple(seen) == whole.events
    assert [(one.n, one.lang.value) for one in whole.revisions] == [(2, "en"), (1, "en"), (1, "es")]


def test_only_a_publisher_brings_back_what_was_live_and_approved(store: Store) -> None:
    pat, one = someone(store, "Pat Publisher"), publish(store, "FDA", short="First.")
    draft = a_draft(store, "KAP", short="Words.")
    publish(store, "FDA", short="Second.")
    seed = editorial.revisions_of(store, FDA)[-1]

    with pytest.raises(NotAllowed):
        editorial_publish.bring_back(store, someone(store), one.id, NOW, note="")
    for refused, says in ((draft, "no earlier live text"), (seed, "nobody approved it")):
        with pytest.raises(EditorialFault, match=says):
            editorial_publish.bring_back(store, pat, refused.id, NOW, note="")
    back = editorial_publish.bring_back(store, pat, one.id, NOW, note=" Better. ")

    assert (back.n, back.answer.short) == (2, "First.")
    # One step writes two lines: what came back, and what it replaced.
    lines = {(event.n, event.note) for event in editorial.history(store, FDA)[:2]}
    assert lines == {(2, "Better."), (3, "replaced by revision 2")}


def test_the_crisis_texts_stand_apart_from_other_answers(store: Store) -> None:
    publish(store, "CRISIS", short="Call or text 988 now. Someone is there.")

    found = crisis_texts.editable(store)

    named = {group.value: {one.keyword for one in these} for group, these in found.items()}
    assert named == {"safety": {"CRISIS"}, "reserved": {"STOP", "START", "HELP"}}
    crisis = {one.lang: one for these in found.values() for one in these if one.n == 2}
    assert (crisis[Lang.EN].approved_by, crisis[Lang.EN].second_by) == (
        "Rae Reviewer", "Rob Reviewer",
    )  # fmt: skip


def test_every_text_in_the_program_is_listed_and_keeps_the_rules() -> None:
    rows = crisis_texts.fixed()

    texts = [
        one for row in rows for side in (row.first, row.again, row.line) for one in side.values()
    ]
    assert len(rows) == 9
    assert [row.is_threat for row in rows].count(True) == 1
    assert all("988" in one.text[:40] and one.cost.segments == 1 for one in texts)
