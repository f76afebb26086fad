from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from smsbot.core.editorial.revisions import MOVES, Revision, RevisionState
from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.core.editorial.typed import Typed
from smsbot.core.errors import SmsbotError, StoreConflict
from smsbot.core.messages import Lang
from smsbot.db import answers, revisions
from smsbot.db.store import Store
from smsbot.services import editing, editorial, editorial_publish, editorial_review
from smsbot.services.editorial_desk import EditorialFault, NotAllowed, OutOfDate
from smsbot.services.import_answers import Incoming, import_answers
from tests.builders import NOW, a_store
from tests.editorial_builders import (
    PEOPLE,
    a_draft,
    approved,
    claims,
    plant,
    publish,
    retire,
    someone,
    states,
    submitted,
)

HOUR = timedelta(hours=1)
FDA, KAP, CRISIS = (("FDA", Lang.EN), ("KAP", Lang.EN), ("CRISIS", Lang.EN))


@pytest.fixture
def store(database_url: str):
    store = a_store(database_url)
    plant(store)
    yield store
    store.close()


def says(store: Store, keyword: str = "FDA") -> str | None:
    with store.begin() as tx:
        found = answers.find(tx, keyword, Lang.EN)
    return None if found is None else found.short


def what_happened(store: Store) -> list[tuple[int, str, str, str]]:
    return [(e.n, e.what, e.who, e.note) for e in editorial.history(store, FDA)]


def test_a_text_goes_its_whole_way_and_every_step_is_on_record(store: Store) -> None:
    ann, rae, pat = (someone(store, n) for n in ("Ann Author", "Rae Reviewer", "Pat Publisher"))
    one = editorial.begin(store, ann, FDA, NOW)
    words = one.answer.short.replace("Text SPRAVATO or WARNING.", "Text KAP.")
    editorial.save(
        store, ann, one, NOW, answer=replace(one.answer, short=words, long=None), why="Shorter."
    )
    editorial.submit(store, ann, one.id, NOW, claims=claims())
    editorial_review.refuse(store, rae, one.id, NOW, note="Say when.")
    editorial.submit(store, ann, one.id, NOW + HOUR, claims=claims())
    editorial_review.approve(store, rae, one.id, NOW + HOUR, note="Read it.")
    live = editorial_publish.publish(store, pat, one.id, NOW + 2 * HOUR)

    assert says(store) == words
    assert (live.approved_by, live.answer.reviewer) == ("Rae Reviewer", "Rae Reviewer")
    assert live.answer.reviewed_on == NOW.date()
    assert (live.submitted_at, live.published_at) == (NOW + HOUR, NOW + 2 * HOUR)
    assert states(store, "FDA") == ["published", "retired"]
    happened = what_happened(store)
    assert set(happened[:2]) == {
        (1, "retired", "Pat Publisher", "replaced by revision 2"),
        (2, "published", "Pat Publisher", ""),
    }
    assert happened[2:] == [
        (2, "approved", "Rae Reviewer", "Read it."),
        (2, "submitted", "Ann Author", "Shorter."),
        (2, "refused", "Rae Reviewer", "Say when."),
        (2, "submitted", "Ann Author", "Shorter."),
        (2, "drafted", "Ann Author", ""),
        (1, "published", "content seed", ""),
        (1, "approved", "content seed", ""),
        (1, "submitted", "content seed", ""),
        (1, "seed", "content seed", ""),
    ]


def test_one_publishes_and_rolls_back_with_one_call(store: Store) -> None:
    pat = someone(store, "Pat Publisher")
    publish(store, "FDA", short="First.")
    publish(store, "FDA", short="Second.")

    back = editorial_publish.roll_back(store, pat, FDA, NOW + HOUR)

    assert (says(store), back.n) == ("First.", 2)
    assert states(store, "FDA") == ["retired", "published", "retired"]
    assert editorial_publish.roll_back(store, pat, FDA, NOW + 2 * HOUR).n == 3
    assert editorial_publish.roll_back(store, pat, FDA, NOW + 3 * HOUR, n=2).n == 2
    assert ("rolled back", "Pat Publisher") in [(e[1], e[2]) for e in what_happened(store)]


def test_a_seed_nobody_approved_does_not_come_back_by_a_rollback(store: Store) -> None:
    publish(store, "FDA", short="First.")

    with pytest.raises(EditorialFault, match="nobody approved it"):
        editorial_publish.roll_back(store, someone(store, "Pat Publisher"), FDA, NOW)

    draft = editorial.begin(store, someone(store), FDA, NOW, n=1)
    assert draft.answer.short != "First."


def test_a_retired_answer_is_gone_and_can_come_back(store: Store) -> None:
    publish(store, "FDA", short="First.")
    retire(store, "FDA")
    assert says(store) is None

    editorial_publish.roll_back(store, someone(store, "Pat Publisher"), FDA, NOW)

    assert says(store) == "First."


def test_who_saves_over_a_later_save_is_told(store: Store) -> None:
    ann, ben = someone(store), someone(store, "Ben Author")
    as_read = a_draft(store, "FDA")
    theirs = replace(as_read.answer, short="Ben's.")
    editorial.save(store, ben, as_read, NOW, answer=theirs, why="")

    with pytest.raises(OutOfDate):
        editorial.save(
            store, ann, as_read, NOW, answer=replace(as_read.answer, short="Ann's."), why=""
        )

    kept = editorial.revision(store, as_read.id)
    assert (kept.answer.short, kept.answer.author) == ("Ben's.", "Ben Author")


def test_the_checks_faults_keep_a_draft_from_review(store: Store) -> None:
    one = a_draft(store, "FDA", long=None, short="Take 50 mg twice a day.")

    with pytest.raises(EditorialFault, match="amount of a drug"):
        editorial.submit(store, someone(store), one.id, NOW, claims=claims())

    assert states(store, "FDA")[0] == "draft"


def test_a_language_that_is_missing_yet_is_a_warning(store: Store) -> None:
    ann = someone(store)
    sample = editorial.begin(store, ann, KAP, NOW).answer
    fresh = replace(
        sample, keyword="FRESH", aliases=("FRESHER",), loose=frozenset(), long=None,
        questions=("how fresh is it",), short="It is fresh.",
    )  # fmt: skip
    one = editorial.create(store, ann, fresh, NOW)

    findings = editorial.submit(store, ann, one.id, NOW, claims=claims())

    assert [w.what for w in findings.warnings] == ["FRESH has no answer in 'es'."]


def test_an_alias_that_another_answer_has_is_refused_with_its_name(store: Store) -> None:
    one = a_draft(store, "KAP", aliases=("APPROVED",))

    with pytest.raises(EditorialFault, match="APPROVED already leads to FDA"):
        editorial.submit(store, someone(store), one.id, NOW, claims=claims())


@pytest.mark.parametrize("name", ["RECOVERY", "MORE", "HOLA"])
def test_a_reserved_word_is_refused(store: Store, name: str) -> None:
    one = a_draft(store, "KAP", aliases=(name,))

    with pytest.raises(EditorialFault, match="reserved or safety word"):
        editorial.submit(store, someone(store), one.id, NOW, claims=claims())


def test_the_author_cannot_approve_whatever_role_they_have_by_then(store: Store) -> None:
    one = submitted(store, "FDA", short="Mine.")
    with store.begin() as tx:
        tx.execute(text("UPDATE staff SET role = 'reviewer' WHERE name = 'Ann Author'"))

    with pytest.raises(EditorialFault, match="wrote it"):
        editorial_review.approve(store, someone(store), one.id, NOW)
    with pytest.raises(StoreConflict, match="another person than the author"), store.begin() as tx:
        tx.execute(
            text("UPDATE revision SET state = 'approved', approved_by = author WHERE id = :id"),
            {"id": one.id},
        )


def _shared(store: Store, keyword: str, short: str) -> tuple[Revision, StaffAccount]:
    """In review: Lea, who is a reviewer by now, wrote the words, and Ben saved it last."""
    lea, ben = someone(store, "Lea", Role.AUTHOR), someone(store, "Ben Author")
    one = editorial.begin(store, someone(store), (keyword, Lang.EN), NOW)
    hers = replace(one.answer, short=short)
    one = editorial.save(store, lea, one, NOW, answer=hers, why="")
    his = Typed(answer=replace(hers, hints=("once more",)), owner=None, why="A hint.", faults=())
    assert isinstance(editing.save(store, ben, his, one, NOW), Revision)
    with store.begin() as tx:
        tx.execute(text("UPDATE revision SET state = 'in_review' WHERE id = :id"), {"id": one.id})
        tx.execute(text("UPDATE staff SET role = 'reviewer' WHERE name = 'Lea'"))
    return editorial.revision(store, one.id), someone(store, "Lea")


def _writers(store: Store, one: Revision) -> tuple[str, ...]:
    with store.begin() as tx:
        return revisions.writers(tx, one.id)


def test_nobody_approves_what_they_wrote_before_somebody_else_saved_it(store: Store) -> None:
    one, lea = _shared(store, "FDA", "Lea's words.")
    by_sql = "UPDATE revision SET state = 'approved', approved_by = 'Lea' WHERE id = :id"

    assert one.answer.author == "Ben Author"
    assert _writers(store, one) == ("Ann Author", "Ben Author", "Lea")
    with pytest.raises(EditorialFault, match="Lea wrote some of it before Ben Author saved it"):
        editorial_review.approve(store, lea, one.id, NOW)
    with pytest.raises(StoreConflict, match="has written some of this text"), store.begin() as tx:
        tx.execute(text(by_sql), {"id": one.id})
    editorial_review.approve(store, someone(store, "Rae Reviewer"), one.id, NOW)
    editorial_publish.publish(store, someone(store, "Pat Publisher"), one.id, NOW)

    assert says(store) == "Lea's words."


def test_who_wrote_some_of_a_crisis_text_is_neither_of_its_approvers(store: Store) -> None:
    one, lea = _shared(store, "CRISIS", "Call or text 988 now. Someone is there.")
    editorial_review.approve(store, someone(store, "Rae Reviewer"), one.id, NOW)

    with pytest.raises(EditorialFault, match="Lea wrote some of it"):
        editorial_review.approve_second(store, lea, one.id, NOW)
    with pytest.raises(StoreConflict, match="second approver has written"), store.begin() as tx:
        tx.execute(text("UPDATE revision SET second_by = 'Lea' WHERE id = :id"), {"id": one.id})


@pytest.mark.parametrize("way", ["a draft begun from it", "an import", "plain SQL"])
def test_words_that_nobody_approved_keep_their_writers_in_another_revision(
    store: Store, way: str
) -> None:
    lea, ben = someone(store, "Lea", Role.AUTHOR), someone(store, "Ben Author")
    old = editorial.begin(store, lea, FDA, NOW)
    words = replace(old.answer, short="Lea's words.")
    editorial.save(store, lea, old, NOW, answer=words, why="")
    editorial.discard(store, lea, old.id, NOW)

    if way == "a draft begun from it":
        editorial.begin(store, ben, FDA, NOW, n=old.n)
    elif way == "an import":
        rows = [Incoming(place="a.csv, row 2", answer=words, faults=(), cells=None)]
        import_answers(store, ben, rows, NOW, partial=False)
    else:
        one = editorial.begin(store, ben, FDA, NOW)
        theirs = "UPDATE revision SET short = 'Lea''s words.' WHERE id = :id"
        with store.begin() as tx:
            tx.execute(text(theirs), {"id": one.id})
    new = editorial.revisions_of(store, FDA)[0]
    fresh = editorial.begin(store, ben, FDA, NOW)

    assert (new.answer.short, new.answer.author) == ("Lea's words.", "Ben Author")
    assert _writers(store, new) == ("Ben Author", "Lea")
    assert _writers(store, fresh) == ("Ben Author",)


def test_a_crisis_text_needs_a_second_person_who_is_a_third(store: Store) -> None:
    rae, rob, pat = (someone(store, n) for n in ("Rae Reviewer", "Rob Reviewer", "Pat Publisher"))
    one = submitted(store, "CRISIS", short="Call or text 988 now. Someone is there.")
    editorial_review.approve(store, rae, one.id, NOW)

    with pytest.raises(EditorialFault, match="second person"):
        editorial_publish.publish(store, pat, one.id, NOW)
    with pytest.raises(EditorialFault, match="first approver"):
        editorial_review.approve_second(store, rae, one.id, NOW)
    editorial_review.approve_second(store, rob, one.id, NOW)
    editorial_publish.publish(store, pat, one.id, NOW)

    assert says(store, "CRISIS") == "Call or text 988 now. Someone is there."


def test_a_crisis_text_is_not_retired_nor_without_988(store: Store) -> None:
    pat = someone(store, "Pat Publisher")
    late = approved(store, "CRISIS", short="x" * 38 + "988")

    with pytest.raises(StoreConflict, match="988 in its first 40"):
        editorial_publish.publish(store, pat, late.id, NOW)
    with pytest.raises(StoreConflict, match="not retired"):
        editorial_publish.retire(store, pat, CRISIS, NOW, note="")


def test_a_scheduled_text_goes_live_at_its_time_and_not_before(store: Store) -> None:
    pat = someone(store, "Pat Publisher")
    one = approved(store, "FDA", short="Tomorrow's.")
    editorial_publish.schedule(store, pat, one.id, NOW, at=NOW + HOUR)

    early = editorial_publish.run_due(store, NOW + HOUR / 2)
    due = editorial_publish.run_due(store, NOW + HOUR)
    again = editorial_publish.run_due(store, NOW + HOUR)

    assert (early.published, due.published, again.published) == ((), ("FDA.en",), ())
    assert says(store) == "Tomorrow's."


def test_what_a_rule_refuses_at_its_time_leaves_the_schedule(store: Store) -> None:
    pat = someone(store, "Pat Publisher")
    one = approved(store, "FDA", aliases=("NEWNAME",))
    editorial_publish.schedule(store, pat, one.id, NOW, at=NOW + HOUR)
    publish(store, "KAP", aliases=("NEWNAME",))

    done = editorial_publish.run_due(store, NOW + HOUR)

    assert done.published == ()
    assert "NEWNAME already leads to KAP" in done.refused[0][1]
    assert editorial.revision(store, one.id).publish_at is None
    assert editorial_publish.run_due(store, NOW + HOUR).refused == ()


def test_what_is_taken_back_needs_a_new_approval(store: Store) -> None:
    one = approved(store, "FDA", short="Wrong.")

    editorial.take_back(store, someone(store), one.id, NOW)

    back = editorial.revision(store, one.id)
    assert (back.state, back.approved_by, back.answer.reviewer) == (
        RevisionState.DRAFT, None, None,
    )  # fmt: skip
    with pytest.raises(EditorialFault, match="only an approved one"):
        editorial_publish.publish(store, someone(store, "Pat Publisher"), one.id, NOW)


def test_a_discarded_draft_stays_on_record_and_never_gets_live(store: Store) -> None:
    one = a_draft(store, "FDA", short="Never.")

    editorial.discard(store, someone(store), one.id, NOW)

    assert states(store, "FDA")[0] == "retired"
    with pytest.raises(EditorialFault):
        editorial_publish.roll_back(store, someone(store, "Pat Publisher"), FDA, NOW, n=one.n)


def _steps(one: Revision):
    return {
        "begin": ({Role.AUTHOR}, lambda s, by: editorial.begin(s, by, KAP, NOW)),
        "save": ({Role.AUTHOR}, lambda s, by: editorial.save(
            s, by, one, NOW, answer=one.answer, why="")),
        "submit": ({Role.AUTHOR}, lambda s, by: editorial.submit(
            s, by, one.id, NOW, claims=claims())),
        "take back": ({Role.AUTHOR}, lambda s, by: editorial.take_back(s, by, one.id, NOW)),
        "discard": ({Role.AUTHOR}, lambda s, by: editorial.discard(s, by, one.id, NOW)),
        "refuse": ({Role.REVIEWER}, lambda s, by: editorial_review.refuse(
            s, by, one.id, NOW, note="No.")),
        "approve": ({Role.REVIEWER}, lambda s, by: editorial_review.approve(s, by, one.id, NOW)),
        "second": ({Role.REVIEWER, Role.PUBLISHER},
                   lambda s, by: editorial_review.approve_second(s, by, one.id, NOW)),
        "publish": ({Role.PUBLISHER}, lambda s, by: editorial_publish.publish(s, by, one.id, NOW)),
        "schedule": ({Role.PUBLISHER}, lambda s, by: editorial_publish.schedule(
            s, by, one.id, NOW, at=None)),
        "roll back": ({Role.PUBLISHER}, lambda s, by: editorial_publish.roll_back(s, by, FDA, NOW)),
        "retire": ({Role.PUBLISHER}, lambda s, by: editorial_publish.retire(
            s, by, KAP, NOW, note="")),
    }  # fmt: skip


def test_every_step_is_denied_to_every_role_that_has_not_been_granted_it(store: Store) -> None:
    one = a_draft(store, "FDA")
    for step, (granted, does) in _steps(one).items():
        for name, role in PEOPLE.items():
            by = someone(store, name)
            try:
                does(store, by)
            except NotAllowed:
                assert role not in granted, (step, role)
            except SmsbotError:
                assert role in granted, (step, role)
            else:
                assert role in granted, (step, role)


def test_a_disabled_account_may_nothing(store: Store) -> None:
    ann = replace(someone(store), disabled_at=NOW)

    with pytest.raises(NotAllowed, match="disabled"):
        editorial.begin(store, ann, FDA, NOW)


def test_of_two_who_publish_one_alias_at_once_one_wins(store: Store) -> None:
    pat = someone(store, "Pat Publisher")
    pair = [approved(store, keyword, aliases=("WANTED",)) for keyword in ("FDA", "KAP")]

    def go(one: Revision) -> bool:
        try:
            editorial_publish.publish(store, pat, one.id, NOW)
        except (EditorialFault, StoreConflict):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, pair)) == [False, True]


def test_the_steps_of_the_program_are_those_of_the_database(store: Store) -> None:
    for before, allowed in MOVES.items():
        for after in set(RevisionState) - allowed - {before}:
            one = a_draft(store, "FDA", short="Words.")
            _force(store, one, before)
            with pytest.raises(StoreConflict, match="this step is none"), store.begin() as tx:
                tx.execute(
                    text("UPDATE revision SET state = :to, approved_by = NULL WHERE id = :id"),
                    {"to": after.value, "id": one.id},
                )


def _force(store: Store, one: Revision, state: RevisionState) -> None:
    way = {
        RevisionState.DRAFT: (),
        RevisionState.IN_REVIEW: ("in_review",),
        RevisionState.APPROVED: ("in_review", "approved"),
        RevisionState.PUBLISHED: ("in_review", "approved", "published"),
        RevisionState.RETIRED: ("retired",),
    }[state]
    someone(store, "Rae Reviewer")
    for to in way:
        more = ", approved_by = 'Rae Reviewer'" if to == "approved" else ""
        with store.begin() as tx:
            tx.execute(text(f"UPDATE revision SET state = '{to}'{more} WHERE id = {one.id}"))
