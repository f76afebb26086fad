"""The list of answers: what stands where, found by words and by choice, page by page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from smsbot.core.messages import Lang
from smsbot.db.store import Store
from smsbot.db.tables_reports import day_count
from smsbot.services import answer_list, editing, editorial, editorial_publish
from smsbot.services.answer_list import Only, Page, Wanted
from smsbot.services.answer_search import AnswerSearch
from tests.builders import NOW, a_store
from tests.editorial_builders import a_draft, approved, plant, publish, retire, someone, submitted

ALL = ("CRISIS", "FDA", "HELP", "KAP", "START", "STOP")
TODAY = NOW.date()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    plant(store)
    yield store
    store.close()


def listed(store: Store, size: int = 50, search: AnswerSearch | None = None, **wanted) -> Page:
    return answer_list.page(store, search or AnswerSearch(), Wanted(**wanted), TODAY, size)


def keywords(page: Page) -> tuple[str, ...]:
    return tuple(one.keyword for one in page.shown)


def test_pages_follow_each_other_and_lose_nothing(store: Store) -> None:
    first = listed(store, 4)
    second = listed(store, 4, after=first.after or "")

    assert keywords(first) + keywords(second) == ALL
    assert (first.fitting, first.number, first.after, second.after) == (6, 6, "KAP", None)


def test_what_is_live_and_what_is_written_stand_side_by_side(store: Store) -> None:
    a_draft(store, "KAP", Lang.ES, short="Nuevo.")

    kap = listed(store).shown[3]

    english, spanish = kap.sides
    assert (english.lang, english.open) == (Lang.EN, None)
    assert spanish.live is not None
    assert spanish.open is not None
    assert (spanish.open.state.value, spanish.open.author) == ("draft", "Ann Author")


def test_each_choice_shows_what_it_says(store: Store) -> None:
    a_draft(store, "FDA")
    submitted(store, "KAP", short="Words.")
    one = approved(store, "HELP", short="{program}. {contact}. STOP. Rates. 988.")
    blank = editing.blank("PARKING", Lang.EN, listed(store).shown[1].group, TODAY)
    editing.create(store, someone(store), blank, NOW)

    assert keywords(listed(store, only=Only.DRAFT)) == ("FDA", "PARKING")
    assert keywords(listed(store, only=Only.IN_REVIEW)) == ("KAP",)
    assert keywords(listed(store, only=Only.APPROVED)) == ("HELP",)
    assert keywords(listed(store, only=Only.LIVE)) == ALL
    assert keywords(listed(store, only=Only.SCHEDULED)) == ()
    pat = someone(store, "Pat Publisher")
    editorial_publish.schedule(store, pat, one.id, NOW, at=NOW + timedelta(days=1))
    assert keywords(listed(store, only=Only.SCHEDULED)) == ("HELP",)


def test_signature_review_and_gaps_are_found(store: Store) -> None:
    publish(store, "FDA", short="Words.", review_by=date(2026, 11, 22))
    retire(store, "KAP", Lang.ES)

    assert keywords(listed(store, only=Only.OVERDUE)) == ("FDA",)
    assert keywords(listed(store, only=Only.GAP)) == ("KAP",)
    assert keywords(listed(store, only=Only.WAITING)) == ALL
    publish(store, "FDA", Lang.ES, short="Palabras.")
    assert "FDA" not in keywords(listed(store, only=Only.WAITING))


def test_an_owner_is_found_by_name(store: Store) -> None:
    one = a_draft(store, "FDA")
    with_owner = replace(one, owner="Ben Author")
    editorial.save(store, someone(store), with_owner, NOW, answer=one.answer, why="")

    found = listed(store, owner="Ben Author")

    assert keywords(found) == ("FDA",)
    assert found.shown[0].owners == ("Ben Author",)
    assert keywords(listed(store, owner="Nobody")) == ()


def test_words_are_found_however_they_are_accented_and_kept_up_with(store: Store) -> None:
    search = AnswerSearch()
    assert keywords(listed(store, search=search, words="APROBACIÓN")) == ("FDA",)
    assert keywords(listed(store, search=search, words="zebra")) == ()

    publish(store, "KAP", short="A zébra's words.")
    assert keywords(listed(store, search=search, words="words zebras")) == ("KAP",)
    one = a_draft(store, "FDA", short="Giraffe.")
    assert keywords(listed(store, search=search, words="giraffe")) == ("FDA",)
    editorial.discard(store, someone(store), one.id, NOW)
    assert keywords(listed(store, search=search, words="giraffe")) == ()
    publish(store, "KAP", short="Plain.")
    assert keywords(listed(store, search=search, words="zebra")) == ()
    assert keywords(listed(store, search=search, words="😀")) == ()
    assert keywords(listed(store, search=search, words="spravato", only=Only.DRAFT)) == ()


def test_use_is_the_texts_of_the_days_that_are_over(store: Store) -> None:
    common = {"subject": "topic", "item": "FDA"}
    days = {0: 100, 1: 5, 30: 7, 31: 100}
    with store.begin() as tx:
        tx.execute(
            insert(day_count),
            [
                {**common, "lang": lang, "day": TODAY - timedelta(days=ago), "number": number}
                for ago, number in days.items()
                for lang in ("en", "es")
            ],
        )

    assert listed(store).uses == {"FDA": 24}


def test_one_keyword_comes_with_its_texts_and_what_is_only_a_draft_without(store: Store) -> None:
    blank = editing.blank("PARKING", Lang.EN, listed(store).shown[1].group, TODAY)
    editing.create(store, someone(store), blank, NOW)

    fda, texts = answer_list.one_keyword(store, "FDA")
    parking, none = answer_list.one_keyword(store, "PARKING")

    assert [one.lang for one in texts] == [Lang.EN, Lang.ES]
    assert fda is not None
    assert parking is not None
    assert parking.sides[0].open is not None
    assert (none, answer_list.one_keyword(store, "NOPE")) == ((), (None, ()))
