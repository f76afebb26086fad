import pytest

from smsbot.core.messages import Lang
from smsbot.core.text.language import guess
from smsbot.core.text.normalise import tokens


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("what are the risks", Lang.EN),
        ("qué riesgos hay", Lang.ES),
        ("no hablo ingles", Lang.ES),
        ("FDA", None),
        ("2", None),
        ("", None),
    ],
)
def test_a_text_is_in_the_language_of_its_words(text: str, lang: Lang | None) -> None:
    assert guess(text, tokens(text)) is lang


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("cuales son los side effects", Lang.ES),
        ("los side effects de ketamine", Lang.ES),
        ("mi doctor dice spravato is safe?", Lang.ES),
        ("puedo manejar after treatment", Lang.ES),
        ("my mama toma xanax, is it safe?", Lang.EN),
        ("is it legal aqui", Lang.EN),
        ("can you tell me about los riesgos", Lang.EN),
    ],
)
def test_a_mixed_text_is_in_the_language_of_its_grammar(text: str, lang: Lang) -> None:
    assert guess(text, tokens(text)) is lang
