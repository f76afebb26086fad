from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.editorial.differences import Piece, changes, one_line, word_diff
from smsbot.core.messages import Lang
from tests.builders import the_catalogue


@given(st.text(), st.text())
def test_both_texts_can_be_read_from_what_differs(before: str, after: str) -> None:
    pieces = word_diff(before, after)

    assert "".join(text for piece, text in pieces if piece is not Piece.PUT_IN) == before
    assert "".join(text for piece, text in pieces if piece is not Piece.TAKEN_OUT) == after
    assert all(text for _, text in pieces)


def test_whole_words_are_taken_out_and_put_in() -> None:
    assert word_diff("It is not approved.", "It is now approved.") == (
        (Piece.KEPT, "It is "), (Piece.TAKEN_OUT, "not"), (Piece.PUT_IN, "now"),
        (Piece.KEPT, " approved."),
    )  # fmt: skip


def test_only_the_fields_that_differ_are_told() -> None:
    fda = the_catalogue().answers.by_name["FDA", Lang.EN]
    changed = replace(fda, short=fda.short.replace("only", "single"), aliases=("APPROVED",))

    found = changes(fda, changed)

    assert [change.field for change in found] == ["short", "aliases"]
    assert found[0].before == fda.short
    assert found[0].after == changed.short
    assert "[-only-]{+single+}" in one_line(found[0])


def test_a_new_answer_is_all_new() -> None:
    fda = the_catalogue().answers.by_name["FDA", Lang.EN]

    found = changes(None, fda)

    assert {"short", "long", "aliases", "sources"} <= {change.field for change in found}
    assert all(change.before == "" for change in found)


def test_a_very_long_text_is_shown_whole_and_soon() -> None:
    before, after = "a " * 50_000, "b " * 50_000

    assert word_diff(before, after) == ((Piece.TAKEN_OUT, before), (Piece.PUT_IN, after))
