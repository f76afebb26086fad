from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.answers import Answer, Group, Source
from smsbot.core.inbound.phrases import PHRASES
from smsbot.core.inbound.reply import (
    MAX_CHARACTERS,
    PART_SEGMENTS,
    Answers,
    citations,
    fit,
    join,
    long_reply,
    short_reply,
    shows_care,
)
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure

TODAY = date(2026, 11, 23)
SOURCE = Source(title="A page", url="https://example.org/a", read_on=TODAY)
AN_ANSWER = Answer(
    keyword="KAP",
    lang=Lang.EN,
    group=Group.CONTENT,
    aliases=("ASSISTED",),
    loose=frozenset(),
    questions=(),
    short="KAP is talk therapy around a session. Text TYPES.",
    long=None,
    claims=(),
    seed=(),
    sources=(SOURCE,),
    author="somebody",
    reviewer=None,
    reviewed_on=None,
    review_by=TODAY + timedelta(days=90),
)


def says(answer: Answer, *offers: str, before: str = "", after: str = "") -> str:
    return short_reply(answer, Lang.EN, TODAY, offers=offers, before=before, after=after)


def test_more_is_offered_only_where_there_is_more() -> None:
    assert says(AN_ANSWER) == AN_ANSWER.short
    assert says(replace(AN_ANSWER, long="Much more.")).endswith("Text MORE for details.")


def test_other_topics_are_offered_unless_the_answer_names_them_itself() -> None:
    assert "You can also text RISKS or FDA." in says(AN_ANSWER, "RISKS", "TYPES", "FDA")
    assert says(AN_ANSWER, "TYPES") == AN_ANSWER.short


def test_what_stands_before_and_after_is_set_apart() -> None:
    assert says(AN_ANSWER, before="988.", after="Line.") == f"988.\n\n{AN_ANSWER.short}\n\nLine."


def test_what_is_added_gives_way_before_the_answer_does() -> None:
    whole = "A sentence of some length here. " * 23
    text = says(replace(AN_ANSWER, short=whole.strip(), long="x"), "RISKS", after="The line.")

    assert text.startswith(whole.strip())
    assert measure(text).segments <= 5
    assert "RISKS" not in text


def test_after_its_last_day_the_stub_is_said_and_nothing_more() -> None:
    expired = replace(
        AN_ANSWER, long="Much more.", stub="Ask your doctor.", expires_on=TODAY - timedelta(days=1)
    )

    assert says(expired) == "Ask your doctor."
    assert says(replace(expired, expires_on=TODAY)).endswith("Text MORE for details.")


def test_a_long_answer_is_cut_into_marked_parts_that_hold_all_of_it() -> None:
    words = " ".join(f"Sentence number {n} says a thing." for n in range(30))

    parts = long_reply(replace(AN_ANSWER, long=words), TODAY)

    assert [part[:4] for part in parts] == [f"{n}/{len(parts)} " for n in range(1, len(parts) + 1)]
    assert " ".join(part[4:] for part in parts).split() == words.split()
    assert all(measure(part).segments <= PART_SEGMENTS for part in parts)


def test_a_long_answer_that_fits_one_message_bears_no_mark() -> None:
    assert long_reply(replace(AN_ANSWER, long="Just this."), TODAY) == ("Just this.",)


@pytest.mark.parametrize("lang", list(Lang))
def test_citations_name_title_address_and_day(lang: Lang) -> None:
    text = citations(AN_ANSWER, lang)

    assert "A page: https://example.org/a" in text
    assert "2026-11-23" in text
    assert citations(replace(AN_ANSWER, sources=()), lang) == PHRASES[lang].no_sources


def test_citations_never_outgrow_a_message() -> None:
    many = tuple(replace(SOURCE, title=f"Page {n} " + "x" * 100) for n in range(30))

    text = citations(replace(AN_ANSWER, sources=many), Lang.EN)

    assert 1000 < len(text) <= MAX_CHARACTERS
    assert text.endswith("(read 2026-11-23)")


def test_an_answer_in_the_other_language_is_better_than_none() -> None:
    answers = Answers(by_name={("KAP", Lang.EN): AN_ANSWER}, program="The Line")

    assert answers.get("KAP", Lang.ES) is AN_ANSWER
    assert answers.get("FDA", Lang.ES) is None
    assert answers.unsigned == 1


def test_in_spanish_a_keyword_is_called_by_its_spanish_name() -> None:
    spanish = replace(AN_ANSWER, lang=Lang.ES, aliases=("ASISTIDA", "OTRA"))
    answers = Answers(by_name={("KAP", Lang.ES): spanish}, program="The Line")

    assert answers.call_it("KAP", Lang.ES) == "ASISTIDA"
    assert answers.call_it("KAP", Lang.EN) == "KAP"
    assert answers.call_it("GONE", Lang.ES) == "GONE"


def test_safety_answers_and_those_with_988_show_care() -> None:
    assert not shows_care(AN_ANSWER)
    assert shows_care(replace(AN_ANSWER, group=Group.SAFETY))
    assert shows_care(replace(AN_ANSWER, short="Call 988."))


@given(text=st.text(max_size=1700), extras=st.lists(st.text(max_size=400), max_size=5))
def test_what_is_added_never_makes_a_reply_too_long(text: str, extras: list[str]) -> None:
    fitted = fit(text, extras)

    assert fitted.startswith(text)
    assert fitted == text or (len(fitted) <= MAX_CHARACTERS and measure(fitted).segments <= 5)


@given(st.lists(st.text(max_size=5)))
def test_empty_pieces_leave_no_gap(pieces: list[str]) -> None:
    assert join(*pieces, separator="|").count("|") >= max(sum(map(bool, pieces)) - 1, 0)
    assert join("", "a", "", "b") == "a\nb"
