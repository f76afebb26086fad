import pytest

from smsbot.core.inbound.personal import is_personal
from smsbot.core.inbound.personal_words import (
    ASKS_FOR_ONESELF,
    NOT_OF_ONESELF,
    TELLS_OF_ONESELF,
)
from smsbot.core.text.normalise import tokens


@pytest.mark.parametrize(
    "body",
    [
        "would they take me",
        "i have schizophrenia is this ok for me",
        "Bp high, on klonopin, two meds failed. worth asking about spravato?",
        "should I try it?",
        "i'm pregnant, is it safe",
        "can my mom do it",
        "tengo presión alta, puedo tomarla?",
        "¿me conviene?",
        "would ketamine help someone like me",
        "i have a question, can i take it with xanax",
        "shud i do it w my meds",
        "im 8 weeks pregnant and so down",
        "mi hijo de 15 puede usarla?",
    ],
)
def test_who_asks_for_themselves_is_noticed(body: str) -> None:
    assert is_personal(tokens(body))


@pytest.mark.parametrize(
    "body",
    [
        "what are the risks",
        "who is it for",
        "i have a question about the fda",
        "is spravato safe",
        "tengo una pregunta",
        "que es la ketamina",
        "where can i find a psychiatrist",
        "",
    ],
)
def test_who_asks_in_general_is_not(body: str) -> None:
    assert not is_personal(tokens(body))


@pytest.mark.parametrize("phrases", [ASKS_FOR_ONESELF, TELLS_OF_ONESELF, NOT_OF_ONESELF])
def test_the_phrases_are_folded_words_and_stand_once(
    phrases: tuple[tuple[str, ...], ...],
) -> None:
    assert all(phrase == tokens(" ".join(phrase)) and phrase for phrase in phrases)
    assert len(set(phrases)) == len(phrases)
