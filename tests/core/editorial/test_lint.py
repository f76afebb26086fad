from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.editorial.lint import lint
from smsbot.core.editorial.parse import ParsedFile, parse_answer
from tests.core.editorial.builders import SOUND, TODAY, a_file, an_answer, some_claims, whats

PARTS = ["S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "F1", "F2", "F3", "F4", "F5", "F6"]
SPANISH = {
    "language": "es", "aliases": ["CORAZON"], "loose": [], "questions": ["sube la presion"],
    "short": "Puede subir tu presion. Pregunta primero a tu doctor.",
}  # fmt: skip


def a_whole_set(**changes: object) -> list[ParsedFile]:
    kept = {"seed": PARTS, **changes}
    return [an_answer(**kept), an_answer(**{**kept, **SPANISH})]


def test_a_sound_set_has_no_fault() -> None:
    assert lint(a_whole_set(), some_claims(), TODAY) == []


def test_every_part_of_the_explainer_must_be_reached_in_each_language() -> None:
    files = [an_answer(seed=[*PARTS[:4], *PARTS[5:]]), an_answer(**{**SPANISH, "seed": PARTS})]

    assert whats(lint(files, some_claims(), TODAY)) == [
        "Part S4 of the explainer is in no answer in 'en'."
    ]


def test_every_usable_claim_must_be_reached_and_its_line_is_named() -> None:
    claims = some_claims()
    files = a_whole_set(keyword="SOURCES", claims=[])

    faults = lint(files, claims, TODAY)

    assert whats(faults) == [
        "Claim C01 is in no answer in 'en'.", "Claim C01 is in no answer in 'es'.",
    ]  # fmt: skip
    assert {(fault.file, fault.line) for fault in faults} == {("content/claims.toml", 2)}


def test_all_faults_come_at_once_in_the_order_of_files_and_lines() -> None:
    english = an_answer(short="Take 50 mg.", review_by=TODAY.replace(year=2025), seed=PARTS)
    spanish = an_answer(**{**SPANISH, "aliases": "x", "seed": PARTS})

    faults = lint([english, spanish], some_claims(), TODAY)

    assert faults == sorted(faults)
    assert {
        "`short` says an amount of a drug: '50 mg'.", "The review was due by 2025-11-23.",
        "`aliases` is a text.",
    } <= set(whats(faults))  # fmt: skip
    assert str(faults[-1]).startswith(
        "content/topics/heart.es.toml:4: `aliases` is a text. Write a list"
    )


NASTY = st.one_of(
    st.text(),
    st.builds(
        lambda key, value: a_file(**{key: value}),
        st.sampled_from(sorted(SOUND)),
        st.text() | st.lists(st.text(max_size=8), max_size=4) | st.integers() | st.dates(),
    ),
)


@given(
    st.lists(
        st.tuples(st.sampled_from(["a.en.toml", "topics/heart.en.toml", ""]), NASTY), max_size=4
    )
)
def test_no_set_of_files_makes_it_crash(texts: list[tuple[str, str]]) -> None:
    files = [parse_answer(name, text) for name, text in texts]

    faults = lint(files, some_claims(), TODAY)

    assert faults
    assert all(str(fault).isprintable() and fault.cure for fault in faults)
