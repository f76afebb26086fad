"""What came of a poster is counted by day, in the transaction of the text, without any person."""

import functools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import inspect, select

from smsbot.core.campaigns.kit import Format, Kind
from smsbot.core.editorial.deeds import By
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decide import build_catalogue
from smsbot.core.messages import InboundMessage, Lang
from smsbot.db import contacts, topics
from smsbot.db.store import Store
from smsbot.db.tables_kit import entry_code, entry_day
from smsbot.printing.press import Press
from smsbot.providers.twilio.twiml import render
from smsbot.services import kit, kit_outcome
from smsbot.services.entry_codes import understood
from smsbot.services.kit import KitFault, Printer, Wanted
from smsbot.services.load_catalogue import LiveCatalogue
from smsbot.services.receive import receive_all
from smsbot.services.seed import seed_answers
from tests.builders import (
    CONTACT,
    CONTENT,
    NOW,
    OUR_NUMBER,
    PROGRAM,
    a_store,
    an_inbound,
    the_catalogue,
)

FEW = {"FDA", "RISKS", "FIND", "MENU", "LINES", "STOP", "START", "HELP"}
BY = By(name="sender", at=NOW - timedelta(days=9))
TOMORROW = (NOW + timedelta(days=1)).date()


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


def make_code(store: Store, word: str = "FDA", lang: Lang = Lang.EN) -> str:
    return kit.make(store, BY, Wanted(word=word, lang=lang, label="Library")).code


def receive(store: Store, *messages: InboundMessage) -> None:
    with store.read() as tx:
        codes = understood(tx, None).codes
        catalogue = replace(few(), entry_codes=codes, topics=topics.live(tx))
    for message in messages:
        with store.begin() as tx:
            receive_all(tx, store, [message], catalogue, render)


def counted(store: Store) -> dict[str, int]:
    with store.read() as tx:
        return {row.what: row.n for row in tx.execute(select(entry_day))}


def source_of(store: Store, number: str) -> str | None:
    with store.begin() as tx:
        (person,) = contacts.lock(tx, store.sealer, [number], NOW).values()
    return person.contact.source_code


def test_a_poster_brings_a_person_who_asks_on_joins_and_leaves(store: Store) -> None:
    code = make_code(store)
    texts = [f"FDA {code}", "RISKS", "find", "JOIN NEWS", "JOIN", f"fda {code}", "STOP", "STOP"]

    receive(store, *(an_inbound(body) for body in texts))

    assert counted(store) == {
        "texts": 2,
        "people": 1,
        "topic:RISKS": 1,
        "topic:FIND": 1,
        "joined:NEWS": 1,
        "opt_outs": 1,
    }
    assert source_of(store, "+12025550101") == code


def test_the_way_from_a_printed_card_to_the_count(store: Store, tmp_path: Path) -> None:
    code = make_code(store, "RIESGOS", Lang.ES)
    kept = kit.find(store, code)
    assert kept is not None
    printer = Printer(
        render=Press(CONTENT / "kit").make, folder=CONTENT, program=PROGRAM, number=OUR_NUMBER
    )
    path = tmp_path / "cards.png"
    path.write_bytes(kit.draw(store, kept, Kind.CARDS, Format.PNG, printer))
    link = zxingcpp.read_barcodes(Image.open(path))[7].text
    number, _, body = link.removeprefix("sms:").partition("?&body=")

    receive(store, an_inbound(unquote(body)))

    assert number == OUR_NUMBER
    assert counted(store) == {"texts": 1, "people": 1}


def test_who_was_here_before_is_not_brought_by_a_poster(store: Store) -> None:
    code = make_code(store)

    receive(store, an_inbound("RISKS"), an_inbound(f"FDA {code}"), an_inbound("FIND"))

    assert counted(store) == {"texts": 1}
    assert source_of(store, "+12025550101") is None


def test_nothing_is_counted_of_a_crisis_nor_of_help_lines(store: Store) -> None:
    code = make_code(store)

    receive(
        store,
        an_inbound(f"i want to kill myself {code}", sender="+12025550102"),
        an_inbound(f"FDA {code}", sender="+12025550103"),
        an_inbound("LINES", sender="+12025550103"),
        an_inbound("STOP i want to die", sender="+12025550103"),
    )

    assert counted(store) == {"texts": 1, "people": 1}
    assert source_of(store, "+12025550102") is None


def test_the_same_text_again_is_counted_once(store: Store) -> None:
    code = make_code(store)
    message = an_inbound(f"FDA {code}")

    receive(store, message, message)

    assert counted(store)["texts"] == 1


def test_the_numbers_hold_no_person(store: Store) -> None:
    names = {column["name"] for column in inspect(store.engine).get_columns("entry_day")}

    assert names == {"code", "day", "what", "n"}


def test_what_is_told_of_a_code_hides_small_numbers(store: Store) -> None:
    code = make_code(store)
    for n in range(6):
        sender = f"+1202555011{n}"
        receive(store, an_inbound(f"FDA {code}", sender=sender), an_inbound("RISKS", sender=sender))
    receive(store, an_inbound("FIND", sender="+12025550110"))

    told = kit_outcome.outcome(store, code, TOMORROW)

    assert told is not None
    assert str(told.texts) == str(told.people) == "6"
    assert told.asked_next == (("RISKS", 6),)
    assert told.opt_outs is None
    assert [(one.texts, one.people) for one in told.days][-2:] == [(None, None), (6, 6)]
    assert str(kit_outcome.everything(store, TOMORROW)[0].texts) == "6"
    assert str(kit_outcome.everything(store, NOW.date())[0].texts) == "fewer than 5"


def test_a_new_code_is_understood_without_a_restart(store: Store) -> None:
    live = LiveCatalogue(few(), store, PROGRAM, CONTACT)
    live.refresh()
    assert live.current.entry_codes == {}

    code = make_code(store, "RIESGOS", Lang.ES)
    live.refresh()

    assert live.current.entry_codes[code].word == "RIESGOS"
    assert live.current.topics


def test_an_old_poster_is_answered_after_its_code_is_retired(store: Store) -> None:
    code = make_code(store)
    kit.retire(store, BY, code)

    receive(store, an_inbound(f"FDA {code}"))

    assert counted(store) == {"texts": 1, "people": 1}


def test_many_who_make_codes_at_once_get_different_ones(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda _: make_code(store), range(8)))

    assert len(set(codes)) == 8
    with store.read() as tx:
        assert set(tx.scalars(select(entry_code.c.code))) == set(codes)


def test_a_word_that_nobody_answers_gets_no_code(store: Store) -> None:
    with pytest.raises(KitFault, match="word of the list"):
        make_code(store, "LINES")
    with pytest.raises(KitFault, match="no campaign 7"):
        kit.make(store, BY, Wanted(word="FDA", lang=Lang.EN, label="x", campaign_id=7))
