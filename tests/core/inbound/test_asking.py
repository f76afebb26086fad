from dataclasses import replace
from itertools import permutations

import pytest

from smsbot.core.answers import Group
from smsbot.core.inbound.asking import did_you_mean, gist, guessed_at, which_one
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure
from tests.builders import the_catalogue


def topics() -> list[str]:
    answers = the_catalogue().answers.by_name
    return sorted({k for (k, _), answer in answers.items() if answer.group is Group.CONTENT})


@pytest.mark.parametrize("lang", list(Lang))
def test_every_pair_of_topics_is_asked_about_in_one_segment(lang: Lang) -> None:
    answers = the_catalogue().answers
    for one, other in permutations(topics(), 2):
        text = did_you_mean((one, other), lang, answers)
        assert measure(text).segments == 1, text
        assert measure(text).offenders == (), text
        assert answers.call_it(one, lang) in text
        assert answers.call_it(other, lang) in text
        assert "MENU" in text


def test_the_question_says_what_each_is_about_and_how_to_answer() -> None:
    text = did_you_mean(("RISKS", "FDA"), Lang.EN, the_catalogue().answers)

    assert text == (
        "Did you mean RISKS (all risks) or FDA (what is approved)? Reply 1 or 2, or text MENU."
    )


def test_in_spanish_it_asks_with_spanish_names() -> None:
    text = did_you_mean(("RISKS", "HEART"), Lang.ES, the_catalogue().answers)

    assert text == ("¿Hablas de RIESGO (todos) o CORAZON (presion)? Responde 1 o 2, o envia MENU.")


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("many", [1, 2, 5, 9])
def test_however_many_were_offered_they_are_asked_about_in_one_segment(
    lang: Lang, many: int
) -> None:
    answers, all_topics = the_catalogue().answers, topics()

    for at in range(len(all_topics) - many):
        several = tuple(all_topics[at : at + many])
        assert measure(which_one(several, lang, answers)).segments == 1
        assert measure(guessed_at(several[0], lang, answers)).segments == 1


def test_without_a_menu_the_names_alone_are_asked_about() -> None:
    answers = the_catalogue().answers
    bare = replace(
        answers, by_name={name: one for name, one in answers.by_name.items() if name[0] != "MENU"}
    )

    assert gist("RISKS", Lang.EN, bare) == ""
    assert "Did you mean RISKS or FDA?" in did_you_mean(("RISKS", "FDA"), Lang.EN, bare)


@pytest.mark.parametrize("lang", list(Lang))
def test_every_topic_has_its_few_words_in_the_menu(lang: Lang) -> None:
    answers = the_catalogue().answers

    assert [k for k in topics() if not gist(k, lang, answers)] == []
