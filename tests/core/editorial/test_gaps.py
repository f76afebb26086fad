import random
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.editorial.gaps import FEWEST_PEOPLE, Missed, grouped, key_of, shown, words_of

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
KNOWN = frozenset("ketamine dog infection help clinic cost".split())


def asked(text: str, person: int) -> Missed:
    words = words_of(text)
    return Missed(person=person, words=words, key=key_of(words), lang="en", kind="unknown", at=AT)


def test_figures_addresses_and_money_never_come_in() -> None:
    text = "Call me at (202) 555-0137, $500 or 500 dollars, 50mg, see https://x.test/a or a@b.test"

    assert words_of(text) == ("call", "me", "at", "or", "see", "or")


def test_texts_that_ask_alike_are_one_group_and_the_most_asked_comes_first() -> None:
    texts = [
        asked("can ketamine help my dog with an ear infection", 1),
        asked("ketamine for dogs ear infection?", 2),
        asked("is there a clinic on the moon", 3),
    ]

    first, second = grouped(texts)

    assert (len(first.texts), first.people) == (2, 2)
    assert (second.people, second.is_one_persons) == (1, True)


def test_one_persons_words_are_shown_loose_and_only_those_the_answers_have() -> None:
    (gap,) = grouped([asked("my cousin Wanda got a dog infection at the clinic", 1)])

    assert shown(gap, KNOWN) == "clinic, dog, infection"


def test_in_a_group_of_two_a_word_only_one_of_them_used_is_left_out() -> None:
    (gap,) = grouped(
        [
            asked("ketamine for dogs named Barnaby", 1),
            asked("is ketamine ok for dogs named Rufus please tell me now", 2),
        ]
    )

    text = shown(gap, frozenset())

    assert "dogs named" in text
    assert "barnaby" not in text
    assert "rufus" not in text
    assert "…" in text


def test_the_same_person_twice_is_still_one_person() -> None:
    (gap,) = grouped([asked("zebra unicorn", 1), asked("unicorn zebra", 1)])

    assert gap.is_one_persons
    assert shown(gap, frozenset()) == ""


words = st.sampled_from(
    "dog cat ear moon clinic wanda barnaby infection help ketamine the is".split()
)
texts = st.lists(st.tuples(st.lists(words, min_size=1, max_size=6), st.integers(1, 4)), max_size=25)


@given(texts, st.randoms(use_true_random=False))
def test_every_text_is_in_one_group_whatever_their_order(
    given_texts: list[tuple[list[str], int]], chance: random.Random
) -> None:
    found = [one for said, who in given_texts if (one := asked(" ".join(said), who)).key]
    mixed = found.copy()
    chance.shuffle(mixed)

    groups, again = grouped(found), grouped(mixed)

    assert sum(len(gap.texts) for gap in groups) == len(found)
    assert [(gap.key, gap.people) for gap in groups] == [(gap.key, gap.people) for gap in again]


@given(texts)
def test_no_word_of_one_person_alone_is_ever_shown(
    given_texts: list[tuple[list[str], int]],
) -> None:
    found = [one for said, who in given_texts if (one := asked(" ".join(said), who)).key]
    unknown = {"wanda", "barnaby", "moon", "cat"}

    for gap in grouped(found):
        for word in unknown & set(shown(gap, KNOWN).replace(",", "").split()):
            people = {one.person for one in gap.texts if word in one.words}
            assert len(people) >= FEWEST_PEOPLE
