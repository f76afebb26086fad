import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.inbound import compliance
from smsbot.core.inbound.choosing import Wish, choice, named_in
from smsbot.core.inbound.conversation_words import BOTH, GO_ON, NO, SAYS_WHO, WHY, YES
from tests.builders import an_inbound


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        ("1", (1,)), ("2", (2,)), ("2.", (2,)), ("#2", (2,)), ("2)", (2,)), ("one", (1,)),
        ("uno", (1,)), ("Two!", (2,)), ("first", (1,)), ("the first one", (1,)), ("2nd", (2,)),
        ("the second one please", (2,)), ("option 2", (2,)), ("no. 2", ()), ("number 3", (3,)),
        ("la primera", (1,)), ("el segundo", (2,)), ("quiero la 2 por favor", (2,)),
        ("opción dos", (2,)), ("the last one", (0,)), ("la última", (0,)), ("1 and 2", (1, 2)),
        ("i meant 2", (2,)), ("first and third", (1, 3)),
        ("0", ()), ("10", ()), ("988", ()), ("911", ()), ("one second", ()), ("wait a second", ()),
        ("2 meds failed", ()), ("no one", ()), ("", ()), ("the", ()), ("i took 2", ()),
        ("my first time", ()), ("can i take 2", ()),
    ],
)  # fmt: skip
def test_a_number_is_read_only_when_it_is_the_whole_message(
    body: str, numbers: tuple[int, ...]
) -> None:
    found = choice(body)

    assert (found.numbers if found else ()) == numbers


@pytest.mark.parametrize(
    ("body", "wish"),
    [
        ("ok sure", Wish.YES), ("Sí", Wish.YES), ("yeah", Wish.YES), ("yes please", Wish.YES),
        ("claro", Wish.YES), ("no", Wish.NO), ("Neither", Wish.NO), ("ninguno", Wish.NO),
        ("no gracias", Wish.NO), ("both", Wish.BOTH), ("los dos", Wish.BOTH),
    ],
)  # fmt: skip
def test_agreeing_and_declining_are_whole_messages_too(body: str, wish: Wish) -> None:
    found = choice(body)

    assert found is not None
    assert found.wish is wish


@pytest.mark.parametrize("body", ["ok", "thanks", "yes i want to know about the risks", "no idea"])
def test_what_only_begins_like_a_choice_is_none(body: str) -> None:
    assert choice(body) is None


@given(st.text(max_size=60))
def test_any_text_is_a_choice_or_not_and_numbers_are_digits(body: str) -> None:
    found = choice(body)

    assert found is None or all(0 <= number <= 9 for number in found.numbers)


@pytest.mark.parametrize("table", [YES, NO, BOTH, WHY, GO_ON, SAYS_WHO], ids=range(6))
def test_no_word_of_a_conversation_is_one_that_the_carriers_have_a_meaning_for(
    table: frozenset[str],
) -> None:
    taken = {word for word in table if compliance.check(an_inbound(word)) is not None}

    assert taken == set()
    assert all(word.isalnum() and word.isupper() for word in table)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ask first. Text FDA, VS or RISKS.", ["FDA", "VS", "RISKS"]),
        ("Manda CORAZON o NOPARA. Puedes enviar MEDICINAS.", ["CORAZON", "NOPARA", "MEDICINAS"]),
        ("cut off (DISSOCIATION). It raises (HEART) it.", ["DISSOCIATION", "HEART"]),
        ("text HOME to 741741 or manda AYUDA al 988", []),
        ("The FDA has approved it.", []),
        ("Ask.\nBasics: WHAT, FDA.\nPara ti: QUIEN.", ["WHAT", "FDA", "QUIEN"]),
        ("Text FIND. You can also text FIND or KAP.", ["FIND", "KAP"]),
    ],
)
def test_what_a_reply_asks_to_text_back_is_read_in_its_order(text: str, names: list[str]) -> None:
    assert list(named_in(text)) == names
