from datetime import timedelta

import pytest

from smsbot.core.contacts import Contact, Place
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.paging import Command, command, place
from smsbot.core.messages import Lang
from tests.builders import NOW, an_inbound, the_catalogue


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("MORE", Command.MORE), ("more!", Command.MORE), ("Tell me more", Command.MORE),
        ("más", Command.MORE), ("MAS", Command.MORE), ("back", Command.BACK),
        ("atrás", Command.BACK), ("Otra vez", Command.BACK), ("sources?", Command.SOURCES),
        ("fuentes", Command.SOURCES), ("next", None), ("more about spravato", None),
        ("is there more", None), ("", None), ("no mas", None),
    ],
)  # fmt: skip
def test_only_whole_messages_are_commands(body: str, meant: Command | None) -> None:
    assert command(body) is meant


def a_place(keyword: str = "RISKS", part: int = 0, hours: float = 1) -> Place:
    return Place(keyword=keyword, lang=Lang.EN, part=part, expires_at=NOW + timedelta(hours=hours))


def test_a_place_is_forgotten_at_its_hour() -> None:
    assert place(Contact(place=a_place()), NOW) == a_place()
    assert place(Contact(place=a_place(hours=0)), NOW) is None
    assert place(Contact(), NOW) is None


@pytest.mark.parametrize("body", ["MORE", "BACK", "SOURCES", "mas", "atras", "fuentes", "español"])
def test_a_place_in_an_answer_that_is_gone_is_no_place(body: str) -> None:
    contact = Contact(greeted=True, place=a_place("GONE", part=1))

    decision = decide(an_inbound(body), contact, the_catalogue(), NOW)

    assert len(decision.messages) == 1
    assert decision.later == ()


def test_more_follows_the_language_the_contact_has_changed_to() -> None:
    contact = Contact(greeted=True, lang=Lang.ES, lang_chosen=True, place=a_place())

    decision = decide(an_inbound("MORE"), contact, the_catalogue(), NOW)

    spanish = the_catalogue().answers.get("RISKS", Lang.ES)
    assert spanish is not None
    assert spanish.long is not None
    assert decision.messages[0][4:40] == spanish.long[:36]


def test_back_from_the_long_answer_repeats_it_from_its_first_part() -> None:
    contact = Contact(greeted=True, lang=Lang.EN, place=a_place(part=1))

    decision = decide(an_inbound("BACK"), contact, the_catalogue(), NOW)

    assert decision.messages[0].startswith("1/")
    assert decision.later
