import functools
from collections.abc import Iterator

import pytest
from sqlalchemy import delete, text, update

from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decide import build_catalogue
from smsbot.core.messages import Lang
from smsbot.db.store import Store
from smsbot.db.tables_answers import answer
from smsbot.services.load_catalogue import LiveCatalogue, fill
from smsbot.services.seed import seed_answers
from tests.builders import CONTACT, NOW, PROGRAM, a_store, the_catalogue
from tests.editorial_builders import publish, without_rules

FEW = {"FDA", "KAP", "STOP", "START", "HELP"}
"""A whole catalogue takes a second to compile, and says no more here."""


@functools.cache
def few() -> Catalogue:
    whole = the_catalogue()
    answers = [one for one in whole.answers.by_name.values() if one.keyword in FEW]
    return build_catalogue(whole.screen, answers, PROGRAM)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    seed_answers(store, few().answers.by_name.values(), NOW)
    yield store
    store.close()


@pytest.fixture
def live(store: Store) -> LiveCatalogue:
    live = LiveCatalogue(few(), store, PROGRAM, CONTACT)
    live.refresh()
    return live


def says(live: LiveCatalogue, keyword: str, lang: Lang = Lang.EN) -> str:
    found = live.current.answers.get(keyword, lang)
    assert found is not None
    return found.short


def break_row(store: Store, keyword: str, **values: object) -> None:
    without_rules(store)
    with store.begin() as tx:
        tx.execute(
            update(answer)
            .where(answer.c.keyword == keyword, answer.c.lang == "en")
            .values(**values)
        )


def test_the_seeded_database_says_what_the_files_say(live: LiveCatalogue) -> None:
    assert live.current.answers.by_name == few().answers.by_name
    assert live.version > 0


def test_it_looks_again_only_when_something_has_changed(live: LiveCatalogue, store: Store) -> None:
    assert live.refresh() is False

    publish(store, "FDA", short="Another text.")

    assert live.refresh() is True
    assert says(live, "FDA") == "Another text."
    assert live.refresh() is False


def test_a_new_alias_leads_to_its_answer(live: LiveCatalogue, store: Store) -> None:
    publish(store, "FDA", aliases=("APPROVED", "AGENCYXYZ"))

    live.refresh()

    assert live.current.index.names["AGENCYXYZ"].keyword == "FDA"


@pytest.mark.parametrize(
    "broken",
    [{"aliases": 5}, {"aliases": "FDA"}, {"questions": [1]}, {"sources": [{"title": "x"}]},
     {"short": "  "}, {"sources": [{"title": "x", "url": "y", "read_on": "never"}]}],
    ids=["number", "string", "no-strings", "half-a-source", "no-text", "no-date"],
)  # fmt: skip
def test_a_broken_row_is_kept_as_it_was_and_holds_up_no_other(
    live: LiveCatalogue, store: Store, broken: dict[str, object]
) -> None:
    before = says(live, "FDA")
    publish(store, "KAP", short="A later change.")
    break_row(store, "FDA", **broken)

    assert live.refresh() is True

    assert says(live, "FDA") == before
    assert says(live, "KAP") == "A later change."


def test_json_that_is_none_is_a_broken_row_too(live: LiveCatalogue, store: Store) -> None:
    if not store.is_sqlite:
        pytest.skip("PostgreSQL lets none in")
    before = says(live, "FDA")
    without_rules(store)
    with store.begin() as tx:
        tx.execute(text("UPDATE answer SET aliases = '[not json' WHERE keyword = 'FDA'"))

    assert live.refresh() is True

    assert says(live, "FDA") == before


def test_an_empty_table_is_not_a_wish_to_say_nothing(live: LiveCatalogue, store: Store) -> None:
    without_rules(store)
    with store.begin() as tx:
        tx.execute(delete(answer))

    assert live.refresh() is False
    assert "FDA" in says(live, "FDA")


def test_stop_start_and_help_are_answered_whatever_the_table_holds(
    live: LiveCatalogue, store: Store
) -> None:
    without_rules(store)
    with store.begin() as tx:
        tx.execute(delete(answer).where(answer.c.keyword.in_(["STOP", "START", "HELP", "KAP"])))

    live.refresh()

    for keyword in ("STOP", "START", "HELP"):
        assert "988" in says(live, keyword)
    assert live.current.answers.get("KAP", Lang.EN) is None


def test_the_programmes_name_and_contact_are_filled_in() -> None:
    raw = the_catalogue().answers.by_name["FDA", Lang.EN]

    (filled,) = fill((raw,), "The Line", "a@b.example")
    assert filled == raw
    for lang in Lang:
        words = the_catalogue().answers.by_name["HELP", lang].short
        assert PROGRAM in words
        assert CONTACT in words
        assert "{" not in words
