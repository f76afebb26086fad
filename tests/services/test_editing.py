"""Two people and one draft: joined, told of each other, and nobody's words lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from smsbot.core.answers import Group
from smsbot.core.editorial.revisions import RevisionState
from smsbot.core.editorial.typed import Typed
from smsbot.core.messages import Lang
from smsbot.db.store import Store
from smsbot.services import editing, editorial
from smsbot.services.editing import Conflict, EditorialFault
from smsbot.services.editorial_desk import NotAllowed
from tests.builders import NOW, a_store
from tests.editorial_builders import a_draft, approved, plant, someone, states, submitted

FDA = ("FDA", Lang.EN)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    plant(store)
    yield store
    store.close()


def typed(one, **changes) -> Typed:
    answer = replace(one.answer, **changes)
    return Typed(answer=answer, owner=one.owner, why=one.why, faults=())


def test_the_second_to_begin_joins_the_first(store: Store) -> None:
    first, is_new = editing.begin_or_join(store, someone(store), FDA, NOW)
    second, is_new_too = editing.begin_or_join(store, someone(store, "Ben Author"), FDA, NOW)

    assert (is_new, is_new_too) == (True, False)
    assert first.id == second.id
    assert states(store, "FDA") == ["draft", "published"]


@pytest.mark.parametrize(("make", "where"), [(submitted, "waits"), (approved, "is approved")])
def test_nothing_is_begun_beside_what_waits(store: Store, make, where: str) -> None:
    make(store, "FDA", short="Other words.")

    with pytest.raises(EditorialFault, match=f"Revision 2 of FDA.en {where}.*take it back"):
        editing.begin_or_join(store, someone(store), FDA, NOW)


def test_a_reviewer_begins_nothing(store: Store) -> None:
    with pytest.raises(NotAllowed):
        editing.begin_or_join(store, someone(store, "Rae Reviewer"), FDA, NOW)


def test_both_versions_are_kept_when_two_save(store: Store) -> None:
    ann, ben = someone(store), someone(store, "Ben Author")
    as_read = a_draft(store, "FDA")
    editing.save(store, ben, typed(as_read, short="Ben's words."), as_read, NOW)

    found = editing.save(store, ann, typed(as_read, short="Ann's words."), as_read, NOW)

    assert isinstance(found, Conflict)
    assert found.theirs.answer.author == "Ben Author"
    (change,) = found.differences
    assert (change.field, change.before, change.after) == ("short", "Ben's words.", "Ann's words.")
    assert editorial.revision(store, as_read.id).answer.short == "Ben's words."

    mine = editing.save(store, ann, typed(as_read, short="Ann's words."), found.theirs, NOW)

    assert not isinstance(mine, Conflict)
    assert mine.answer.short == "Ann's words."


def test_saving_what_is_saved_already_changes_nothing(store: Store) -> None:
    ann, ben = someone(store), someone(store, "Ben Author")
    one = a_draft(store, "FDA", short="Words.")

    again = editing.save(store, ben, typed(one), one, NOW + timedelta(hours=1))

    assert again == one
    stale = replace(one, version=one.version - 1)
    assert editing.save(store, ann, typed(one), stale, NOW) == one


def test_the_owner_and_the_reason_are_saved_too(store: Store) -> None:
    one = a_draft(store, "FDA")

    said = replace(typed(one), owner="Ben Author", why="Because.")
    kept = editing.save(store, someone(store), said, one, NOW)

    assert not isinstance(kept, Conflict)
    assert (kept.owner, kept.why) == ("Ben Author", "Because.")


def test_what_has_gone_to_review_is_not_written_over(store: Store) -> None:
    one = submitted(store, "FDA", short="Words.")

    with pytest.raises(EditorialFault, match="no draft any more"):
        editing.save(store, someone(store), typed(one, short="Others."), one, NOW)


def test_two_who_have_it_open_are_told_of_each_other_and_since_when(store: Store) -> None:
    ann, ben = someone(store), someone(store, "Ben Author")
    one = a_draft(store, "FDA")
    assert editing.open_draft(store, ann, one.id, NOW).others == ()

    later = NOW + timedelta(seconds=60)
    (seen,) = editing.open_draft(store, ben, one.id, later).others
    assert (seen.name, seen.since) == ("Ann Author", NOW)
    _, others = editing.stay(store, ann, one.id, later)
    assert [(other.name, other.since) for other in others] == [("Ben Author", later)]
    (seen,) = editing.open_draft(store, ben, one.id, later + timedelta(seconds=60)).others
    assert seen.since == NOW

    gone = later + timedelta(minutes=3)
    assert editing.open_draft(store, ben, one.id, gone).others == ()


def test_who_opens_another_draft_has_left_the_first(store: Store) -> None:
    ann, ben = someone(store), someone(store, "Ben Author")
    fda, kap = a_draft(store, "FDA"), a_draft(store, "KAP")
    editing.open_draft(store, ann, fda.id, NOW)
    editing.open_draft(store, ann, kap.id, NOW)

    assert editing.open_draft(store, ben, fda.id, NOW).others == ()


def test_a_draft_is_opened_beside_what_is_live_and_its_sister(store: Store) -> None:
    one, sister = (
        a_draft(store, "FDA", short="New."),
        a_draft(store, "FDA", Lang.ES, short="Nuevo."),
    )

    opened = editing.open_draft(store, someone(store), one.id, NOW)

    assert opened.live is not None
    assert opened.live.short != "New."
    assert (opened.sister, opened.sister_draft) == (sister.answer, sister)


def test_a_new_answer_begins_empty_and_only_once(store: Store) -> None:
    blank = editing.blank("PARKING", Lang.EN, Group.CONTENT, NOW.date())
    one = editing.create(store, someone(store), blank, NOW)

    assert (one.state, one.answer.short, one.n) == (RevisionState.DRAFT, "", 1)
    with pytest.raises(EditorialFault, match="There is a PARKING"):
        editing.create(store, someone(store), blank, NOW)


@pytest.mark.parametrize("keyword", ["APPROVED", "STOP"])
def test_a_new_answer_takes_no_name_of_another(store: Store, keyword: str) -> None:
    blank = editing.blank(keyword, Lang.EN, Group.CONTENT, NOW.date())

    with pytest.raises(EditorialFault):
        editing.create(store, someone(store), blank, NOW)


def test_six_who_begin_at_once_are_given_one_draft(store: Store) -> None:
    ann = someone(store)

    with ThreadPoolExecutor(6) as people:
        tries = [people.submit(editing.begin_or_join, store, ann, FDA, NOW) for _ in range(6)]
        given = [one.result() for one in tries]

    assert len({one.id for one, _ in given}) == 1
    assert [is_new for _, is_new in given].count(True) == 1
