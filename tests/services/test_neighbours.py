from collections.abc import Iterator
from dataclasses import replace

import pytest

from smsbot.core.answers import Answer
from smsbot.core.editorial.lint import lint
from smsbot.core.messages import Lang
from smsbot.db.store import Store
from smsbot.services import editorial, editorial_desk
from smsbot.services.neighbours import Neighbours
from tests.builders import NOW, a_store
from tests.editorial_builders import claims, plant, publish, retire, some_answers

KEYWORDS = ("FDA", "KAP", "RISKS", "CRISIS", "STOP", "START", "HELP", "MENU")


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    store = a_store(sqlite_url)
    plant(store, *KEYWORDS)
    yield store
    store.close()


def near(store: Store, neighbours: Neighbours, answer: Answer) -> set[str]:
    with store.read() as tx:
        found = {f"{one.keyword}.{one.lang.value}" for one in neighbours.of(tx, answer)}
    # It has the keyword, so it is always near.
    return found - {f"{answer.keyword}.{answer.lang.other.value}"}


def live(store: Store, keyword: str) -> Answer:
    with store.read() as tx:
        (found,) = editorial_desk.answers.some(tx, [(keyword, Lang.EN)])
    return found


def test_one_answer_is_held_against_the_same_rules_as_all_of_them(store: Store) -> None:
    everything = some_answers(*KEYWORDS)
    changes: tuple[dict[str, object], ...] = (
        {},
        {"aliases": ("APPROVED", "STOP", "FDA", "ODD")},
        {"questions": (live(store, "KAP").questions[0].upper() + "!", "what is new")},
        {"short": "Text NOWHERE or MORE or KAP.", "long": None},
        {"sources": (), "claims": ("C99",)},
    )
    for keyword in ("FDA", "RISKS", "CRISIS", "HELP"):
        for lang in Lang:
            for change in changes:
                one = next(a for a in everything if (a.keyword, a.lang) == (keyword, lang))
                changed = replace(one, **change)
                others = [a for a in everything if a is not one]
                # Last, as the one that is being written.
                files = [editorial_desk.as_file(a) for a in (*others, changed)]
                whole = {
                    (fault.what, fault.cure)
                    for fault in lint(files, claims(), NOW.date())
                    if fault.file == files[-1].file
                }

                found = editorial.check(store, changed, claims(), NOW)

                said = {(one.what, one.cure) for one in (*found.faults, *found.warnings)}
                assert said == whole, (keyword, lang, change)


def test_answers_that_share_a_name_or_a_question_are_found(store: Store) -> None:
    neighbours, fda, kap = Neighbours(), live(store, "FDA"), live(store, "KAP")

    assert near(store, neighbours, fda) == set()
    taken = replace(fda, aliases=(*fda.aliases, kap.aliases[0]))
    assert near(store, neighbours, taken) == {"KAP.en"}
    asked = replace(fda, questions=(*fda.questions, f" {kap.questions[0].upper()}?"))
    assert near(store, neighbours, asked) == {"KAP.en"}


def test_what_is_published_or_taken_away_later_is_known_at_once(store: Store) -> None:
    neighbours, fda = Neighbours(), live(store, "FDA")
    asking = replace(fda, questions=("how blue is it",))
    assert near(store, neighbours, asking) == set()

    publish(store, "KAP", questions=("How BLUE is it?",), short="Words.")
    assert near(store, neighbours, asking) == {"KAP.en"}
    publish(store, "KAP", questions=("something else",), short="Words.")
    assert near(store, neighbours, asking) == set()
    publish(store, "KAP", questions=("how blue is it",), short="Words.")
    retire(store, "KAP")
    assert near(store, neighbours, asking) == set()
