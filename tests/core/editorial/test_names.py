import pytest

from smsbot.core.editorial.names import name_faults
from smsbot.core.editorial.parse import ParsedFile
from tests.core.editorial.builders import an_answer, whats


def in_both_languages(folder: str = "topics", **changes: object) -> tuple[ParsedFile, ParsedFile]:
    spanish = {**changes, "language": "es", "aliases": [], "loose": [], "questions": []}
    return an_answer(folder, **changes), an_answer(folder, **spanish)


def test_a_sound_pair_has_no_fault() -> None:
    assert list(name_faults(in_both_languages())) == []


def test_each_keyword_needs_both_languages() -> None:
    (fault,) = name_faults([an_answer()])

    assert fault.what == "HEART has no answer in 'es'."
    assert fault.cure == "Write heart.es.toml."
    assert fault.line == 2


def test_a_file_that_cant_be_read_is_not_called_missing() -> None:
    broken = an_answer(language="es", aliases="none")

    assert broken.answer is None
    assert list(name_faults([an_answer(), broken])) == []


def test_one_keyword_has_one_file_a_language() -> None:
    files = [*in_both_languages(), an_answer("crisis")]

    assert "HEART has a second file in this language." in whats(name_faults(files))


def test_both_languages_are_of_one_group_and_expire_together() -> None:
    english = an_answer()
    spanish = an_answer(
        language="es", aliases=[], loose=[], group="system", expires_on="", stub="", questions=[]
    )
    dated = an_answer(language="es", aliases=[], loose=[], questions=[]).answer
    assert dated is not None

    assert whats(name_faults([english, spanish])) == [
        "content/topics/heart.en.toml has another group."
    ]


@pytest.mark.parametrize(
    ("aliases", "what"),
    [
        (["HEART"], "The alias HEART is the keyword itself."),
        (["PULSE", "PULSE"], "The alias PULSE stands twice here."),
        (["FDA"], "The alias FDA is the keyword of content/topics/fda.es.toml."),
        (["APPROVED"], "The alias APPROVED stands in content/topics/fda.en.toml too."),
    ],
)
def test_a_name_leads_to_one_answer(aliases: list[str], what: str) -> None:
    fda = in_both_languages(keyword="FDA", aliases=["APPROVED"], loose=[], questions=["approved"])
    heart = in_both_languages(aliases=aliases, loose=[])

    assert whats(name_faults([*fda, *heart])) == [what]


def test_an_alias_in_both_languages_of_one_answer_is_a_fault() -> None:
    spanish = an_answer(language="es", aliases=["BP"], loose=[], questions=[])

    (what,) = whats(name_faults([an_answer(), spanish]))

    assert what == "The alias BP stands in content/topics/heart.en.toml too."


@pytest.mark.parametrize(
    ("alias", "why"),
    [
        ("STOP", "reserved"), ("OPTOUT", "reserved"), ("ALTO", "reserved"), ("YES", "reserved"),
        ("988", "helpline"), ("SUICIDE", "helpline"), ("EMERGENCIA", "helpline"),
        ("HOME", "another helpline"), ("HOLA", "another helpline"), ("NEXT", "another helpline"),
        ("TALK", "another helpline"), ("AYUDA", "Only HELP"), ("PRIDE", "Only LINES"),
        ("MORE", "moves about"), ("MAS", "moves about"),
    ],
)  # fmt: skip
def test_words_with_a_meaning_of_their_own_are_not_for_topics(alias: str, why: str) -> None:
    files = in_both_languages(aliases=[alias], loose=[])

    (what,) = whats(name_faults(files))

    assert why in what


def test_helplines_and_reserved_answers_may_have_their_own_words() -> None:
    files = [
        *in_both_languages("crisis", keyword="LINES", group="safety", aliases=["PRIDE"], loose=[]),
        *in_both_languages("compliance", keyword="HELP", group="reserved", loose=[],
                           aliases=["INFO"], questions=[]),
        *in_both_languages("crisis", keyword="CRISIS", group="safety", aliases=["988", "SOS"],
                           loose=["SOS"], questions=[]),
    ]  # fmt: skip

    assert [what for what in whats(name_faults(files)) if "question" not in what] == []


def test_a_helpline_may_not_take_a_reserved_word() -> None:
    files = in_both_languages("crisis", keyword="LINES", group="safety", aliases=["END"], loose=[])

    assert whats(name_faults(files)) == ["END is reserved: carriers and the law give it a meaning."]


def test_everyday_words_are_among_the_names() -> None:
    (fault,) = name_faults(in_both_languages(loose=["PULSE"]))

    assert fault.what == "PULSE is in `loose` but is neither the keyword nor an alias."


@pytest.mark.parametrize(
    ("folder", "group", "right"),
    [
        ("topics", "safety", "crisis"), ("crisis", "content", "topics"),
        ("topics", "reserved", "compliance"),
    ],
)  # fmt: skip
def test_the_folder_fits_the_group(folder: str, group: str, right: str) -> None:
    faults = list(name_faults(in_both_languages(folder, group=group)))

    assert {fault.cure for fault in faults} == {f"Move the file to {right}/ or change the group."}


def test_a_question_leads_to_one_answer() -> None:
    heart = in_both_languages(questions=["Is it safe?"])
    risks = in_both_languages(keyword="RISKS", aliases=[], loose=[], questions=["is it SAFE"])
    risks_only = [
        risks[0],
        an_answer(keyword="RISKS", language="es", aliases=[], loose=[], questions=[]),
    ]

    (fault,) = name_faults([*heart, *risks_only])

    assert fault.what == "The question 'is it SAFE' is also in content/topics/heart.en.toml."
