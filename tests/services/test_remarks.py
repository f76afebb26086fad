"""What an editor is told of a draft: named conflicts, the check by field, where questions lead."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from smsbot.core.answers import Answer
from smsbot.core.messages import Lang
from smsbot.db.store import Store
from smsbot.services import editing, editorial, seed
from smsbot.services.neighbours import Neighbours
from smsbot.services.remarks import Against, Remark, basis
from tests.builders import CONTENT, NOW, a_store, the_catalogue
from tests.editorial_builders import a_draft, plant
from tests.staff_site import the_answers

ANSWERS = the_catalogue().answers.by_name
FDA, KAP = ANSWERS["FDA", Lang.EN], ANSWERS["KAP", Lang.EN]


FEW = ("FDA", "KAP", "RISKS", "SPRAVATO", "WARNING", "OFFLABEL")


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    store = a_store(sqlite_url)
    plant(store, *FEW)
    yield store
    store.close()


@pytest.fixture
def either(database_url: str) -> Iterator[Store]:
    """A store of each kind, for what asks the database more than to find an answer."""
    store = a_store(database_url)
    plant(store, *FEW)
    yield store
    store.close()


@pytest.fixture(scope="module")
def against() -> Against:
    return Against(basis=basis(CONTENT), near=Neighbours(), index=the_catalogue().index)


def told(store: Store, against: Against, answer: Answer = FDA, **changes: Any) -> list[Remark]:
    near = replace(against, near=Neighbours())
    return list(editing.look(store, replace(answer, **changes), near, NOW))


def about(found: list[Remark], field: str) -> list[Remark]:
    return [one for one in found if one.field == field]


def test_what_is_live_has_nothing_said_against_it(sqlite_url: str, against: Against) -> None:
    store = a_store(sqlite_url)
    seed.seed_answers(store, the_answers(), NOW)

    said = {one.keyword: editing.look(store, one, against, NOW) for one in the_answers()}

    assert {name: found for name, found in said.items() if found} == {}
    store.close()


def test_an_alias_of_another_answer_is_refused_and_the_answer_named(
    either: Store, against: Against
) -> None:
    (found,) = told(either, against, aliases=(*FDA.aliases, KAP.keyword))

    assert (found.field, found.stops, found.keyword) == ("aliases", True, "KAP")
    assert found.what == "KAP already leads to KAP."


@pytest.mark.parametrize("word", ["STOP", "988", "MORE", "HOME"])
def test_a_reserved_word_is_refused(either: Store, against: Against, word: str) -> None:
    found = about(told(either, against, aliases=(*FDA.aliases, word)), "aliases")

    assert found
    assert all(one.stops for one in found)


def test_a_question_of_another_answer_is_refused_and_the_answer_named(
    either: Store, against: Against
) -> None:
    theirs = KAP.questions[0]

    found = about(
        told(either, against, questions=(*FDA.questions, f"{theirs.upper()}?!")), "questions"
    )

    assert [(one.stops, one.keyword) for one in found] == [(True, "KAP")]


def test_a_question_that_leads_elsewhere_today_is_shown_with_the_score(
    store: Store, against: Against
) -> None:
    question = "so what are the dangers of ketamine then"

    (found,) = told(store, against, questions=(*FDA.questions, question))

    assert (found.field, found.stops, found.keyword) == ("questions", False, "RISKS")
    assert "as sure as 0." in found.what


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"short": "Take 50 mg twice a day."}, "short", "an amount of a drug"),
        ({"short": "It’s approved."}, "short", "not GSM-7"),
        ({"long": "Text NOSUCHWORD."}, "long", "NOSUCHWORD"),
        ({"short": "Hello {name}."}, "short", "{name}"),
        ({"claims": ()}, "claims", "names no claim"),
        ({"claims": ("C999",)}, "claims", "C999"),
        ({"sources": ()}, "sources", "no source"),
        ({"sources": (replace(FDA.sources[0], url="bit.ly/x"),)}, "sources", "no web address"),
        ({"review_by": NOW.date().replace(year=2025)}, "review_by", "was due"),
        ({"stub": "Over."}, "stub", "no day"),
        ({"loose": frozenset({"NOTHERE"})}, "loose", "NOTHERE"),
    ],
)
def test_the_check_speaks_at_the_field_it_is_about(
    store: Store, against: Against, changes: dict[str, Any], field: str, words: str
) -> None:
    found = about(told(store, against, **changes), field)

    assert any(words in one.what and one.stops for one in found), found
    assert "`" not in "".join(one.what for one in found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Buy now.", "carriers take for selling"),
        ("See https://elsewhere.example.com/a", "no site of our sources"),
    ],
)
def test_risky_words_and_unknown_sites_are_warned_of_only(
    store: Store, against: Against, text: str, words: str
) -> None:
    found = told(store, against, long=f"{FDA.long} {text}"[-600:])

    assert [one.stops for one in found if words in one.what] == [False]


def test_a_missing_sister_is_to_follow_and_stops_nothing(store: Store, against: Against) -> None:
    found = told(
        store, against, keyword="PARKING", aliases=(), loose=frozenset(), questions=("where",)
    )

    assert [one.stops for one in found if "no answer in 'es'" in one.what] == [False]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"aliases": ("KAP",)},
        {"aliases": ("STOP",)},
        {"questions": (KAP.questions[3],)},
        {"questions": ("a brand new one nobody has",)},
        {"short": "Take 50 mg."},
        {"short": "Buy now."},
        {"long": "Text NOSUCHWORD."},
        {"claims": ()},
        {"expires_on": NOW.date()},
    ],
    ids=str,
)
def test_the_editor_stops_what_sending_to_review_would(
    store: Store, against: Against, changes: dict[str, Any]
) -> None:
    changed = replace(FDA, **changes)
    check = editorial.check(store, changed, against.basis.claims, NOW)

    found = told(store, against, changed)

    assert any(one.stops for one in found) is bool(check.faults)


def test_the_draft_of_the_other_language_counts_as_its_sister(
    store: Store, against: Against
) -> None:
    a_draft(store, "FDA", Lang.ES, aliases=("NUEVO",))

    found = told(store, against, aliases=("NUEVO",))

    assert [one.stops for one in about(found, "aliases")] == [True]


def test_a_folder_without_its_files_has_no_claims_and_no_sites(tmp_path) -> None:
    assert basis(tmp_path).hosts == frozenset()
    assert not basis(tmp_path).claims.statuses
