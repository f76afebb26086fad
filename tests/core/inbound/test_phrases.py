from dataclasses import fields

import pytest

from smsbot.core.inbound.phrases import PHRASES, Phrases
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure

SENTENCES = [(lang, field.name) for lang in Lang for field in fields(Phrases)]


@pytest.mark.parametrize(("lang", "name"), SENTENCES)
def test_every_fixed_sentence_is_gsm_7_and_fits_two_segments(lang: Lang, name: str) -> None:
    found = measure(getattr(PHRASES[lang], name))

    assert found.offenders == ()
    assert found.segments <= 2


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", ["helpline_word", "in_care", "aftercare", "programme", "thanks"])
def test_these_name_988(lang: Lang, name: str) -> None:
    assert "988" in getattr(PHRASES[lang], name)


@pytest.mark.parametrize("lang", list(Lang))
def test_the_programme_line_says_all_that_carriers_ask_for(lang: Lang) -> None:
    line = PHRASES[lang].programme

    needed = {
        Lang.EN: ("{program}", "1 reply per text", "rates may apply", "HELP", "STOP"),
        Lang.ES: ("{program}", "1 respuesta por texto", "tarifas", "AYUDA", "ALTO"),
    }
    assert all(word in line for word in needed[lang])
