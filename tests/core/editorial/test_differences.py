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


def test_a_word_with_a_hyphen_or_an_apostrophe_is_one_word() -> None:
    assert word_diff("a hard-to-treat one", "a treatment-resistant one") == (
        (Piece.KEPT, "a "), (Piece.TAKEN_OUT, "hard-to-treat"),
        (Piece.PUT_IN, "treatment-resistant"), (Piece.KEPT, " one"),
    )  # fmt: skip
    assert word_diff("it doesn't", "it does")[1] == (Piece.TAKEN_OUT, "doesn't")


@given(st.lists(st.sampled_from("abcde"), unique=True), st.lists(st.sampled_from("abcde")))
def test_of_a_list_whole_items_come_and_go(before: list[str], after: list[str]) -> None:
    after = list(dict.fromkeys(after))
    fda = the_catalogue().answers.by_name["FDA", Lang.EN]
    old, new = (replace(fda, questions=tuple(items)) for items in (before, after))

    for found in changes(old, new):
        assert found.is_list
        assert found.taken_out == tuple(one for one in before if one not in after)
        assert found.put_in == tuple(one for one in after if one not in before)
        assert found.kept == len(set(before) & set(after))
    assert bool(changes(old, new)) is (before != after)


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
