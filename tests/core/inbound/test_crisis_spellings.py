"""However a crisis text is spelt, masked, stretched, spaced or run together, it is found."""

# Tables of texts read best a row a line.
# ruff: noqa: E501

import random
import tomllib
from pathlib import Path

import pytest

from smsbot.core.inbound.crisis import build_screen

HERE = Path(__file__).parent
LEXICON = HERE.parents[2] / "content" / "crisis" / "lexicon"
SCREEN = build_screen({path.name: path.read_text("utf-8") for path in LEXICON.glob("*.toml")})
EXPLICIT = sorted(
    text
    for path in HERE.glob("crisis_fixtures*.toml")
    for text in tomllib.loads(path.read_text("utf-8"))["must_fire"].get("explicit", ())
)
LEMMAS = [
    "kill myself", "want to die", "suicide", "suicidal", "end my life", "hang myself", "hurt myself", "self harm",
    "overdose", "matarme", "morirme", "suicidarme", "quitarme la vida", "suicidio", "ahorcarme", "sobredosis",
]  # fmt: skip
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u061c\u180e\u202a\u202c\u2066\u2069\ufe0f\u0336\u0301\u3164"
LOOKALIKE = str.maketrans("aeiocpxys", "\u0430\u0435\u0456\u043e\u0441\u0440\u0445\u0443\u0455")
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
BOLD = {ord("a") + i: 0x1D41A + i for i in range(26)}
# The words that carry the meaning: what a person may misspell, mask or stretch.
KEYS = frozenset(
    """kill killing killed myself suicide suicidal suicida suicidas suicidio suicidarme suicidar
    matarme matar morir morirme muerto muerta muera die dying dead death life alive living live hang shoot drown slit jump overdose pills unalive quitarme
    vida vivir ahorcarme colgarme matandome dispararme tirarme pastillas suicidarse cortarme venas""".split()
)
VOWELS = "aeiou"


def finds(text):
    return SCREEN.find(text) is not None


def kept(change, seed=7):
    """The share of the explicit texts still found after a change, and those that are not."""
    chance = random.Random(seed)
    lost = [text for text in EXPLICIT if not finds(change(text, chance))]
    return 1 - len(lost) / len(EXPLICIT), lost


def in_keys(change):
    def changed(text, chance):
        return " ".join(
            change(word, chance) if word.lower().strip(".!?,") in KEYS else word
            for word in text.split()
        )

    return changed


@pytest.mark.parametrize("lemma", LEMMAS)
@pytest.mark.parametrize("mark", INVISIBLE, ids=lambda mark: f"U+{ord(mark):04X}")
def test_an_invisible_mark_at_any_place_hides_nothing(lemma, mark):
    for place in range(1, len(lemma)):
        assert finds(lemma[:place] + mark + lemma[place:]), place


SAME = {
    "upper case": lambda t, _: t.upper(),
    "zero-width": lambda t, _: "\u200b".join(t),
    "strike-through": lambda t, _: "".join(c + "\u0336" for c in t),
    "look-alikes": lambda t, _: t.translate(LOOKALIKE),
    "full width": lambda t, _: t.translate(WIDE),
    "math bold": lambda t, _: t.lower().translate(BOLD),
    "smart apostrophes": lambda t, _: t.replace("'", "\u2019"),
    "no apostrophes": lambda t, _: t.replace("'", ""),
    "last letter stretched": lambda t, _: " ".join(
        w + w[-1] * 3 if w.isalpha() and len(w) > 2 else w for w in t.split()
    ),
    "emoji between": lambda t, _: t.replace(" ", " \U0001f622 "),
    "underscores": lambda t, _: t.replace(" ", "_"),
    "new lines": lambda t, _: t.replace(" ", "\n"),
    "dots for spaces": lambda t, _: t.replace(" ", "."),
    "accents": lambda t, _: t.replace("i", "\u00ed").replace("o", "\u00f3"),
}


@pytest.mark.parametrize("name", SAME)
def test_what_a_reader_would_not_notice_changes_nothing(name):
    share, lost = kept(SAME[name])

    assert share == 1, lost


def slip(word, chance):
    place = chance.randrange(1, len(word)) if len(word) > 1 else 0
    other = chance.choice("abcdefghijklmnopqrstuvwxyz")
    match chance.choice(("drop", "swap", "change", "add")):
        case "drop":
            return word[:place] + word[place + 1 :]
        case "swap":
            return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
        case "change":
            return word[:place] + other + word[place + 1 :]
        case _:
            return word[:place] + other + word[place:]


def doubled(word, chance):
    place = chance.randrange(len(word))
    return word[:place] + word[place] * 2 + word[place + 1 :]


def masked(word, chance):
    place = chance.randrange(1, len(word))
    return word[:place] + "*" + word[place + 1 :]


def leet(word, chance):
    return "".join(
        {"i": "1", "e": "3", "o": "0", "a": "4", "s": "5"}.get(c, c) if chance.random() < 0.6 else c
        for c in word
    )


ALTERED = {
    "a slip in each key word of 4 letters on": (0.97, in_keys(lambda w, c: slip(w, c) if len(w) > 3 else w)),
    "a doubled letter in each key word": (0.99, in_keys(doubled)),
    "a mask in each key word": (0.99, in_keys(masked)),
    "vowels starred": (0.99, in_keys(lambda w, _: "".join("*" if c in VOWELS else c for c in w))),
    "vowels dropped": (0.97, in_keys(lambda w, _: w[0] + "".join(c for c in w[1:] if c not in VOWELS) if len(w) > 3 else w)),
    "leetspeak": (0.99, in_keys(leet)),
    "spaced letters": (0.99, in_keys(lambda w, _: " ".join(w))),
    "dotted letters": (0.99, in_keys(lambda w, _: ".".join(w))),
    "hyphenated letters": (0.99, in_keys(lambda w, _: "-".join(w))),
    "run together": (0.97, lambda t, _: t.replace(" ", "")),
}  # fmt: skip


@pytest.mark.parametrize("name", ALTERED)
def test_what_a_reader_would_still_understand_is_mostly_found(name):
    least, change = ALTERED[name]
    share, lost = kept(change)

    assert share >= least, (round(share, 3), lost)


SLIPPED = ALTERED["a slip in each key word of 4 letters on"][1]


@pytest.mark.parametrize("seed", range(1, 5))
def test_whichever_slips_chance_picks_hardly_any_is_lost(seed):
    share, lost = kept(SLIPPED, seed)

    assert share >= 0.97, lost


@pytest.mark.parametrize(
    "text",
    ["i want to due", "i just want to doe", "wanna dye", "kill mysrlf", "i will kilo mysel", "end my lie",
     "id be better off dea", "i wish i was deah", "no reason to livo", "why am i still alie", "quiero morri",
     "intente quitame la voda", "ikillmyslef", "iwnattodie", "kieromorri", "idontwantoliveanymore"],
)  # fmt: skip
def test_a_slip_into_another_word_counts_where_the_rest_is_plain(text):
    assert finds(text)


@pytest.mark.parametrize(
    "text",
    ["i want to dine", "i want to dive in", "i want to diet", "i wanna dye my hair", "i want to do it", "i want to tie it",
     "i have to will myself to get up", "i will fill myself up", "i want to be read to", "i want to be head of the team",
     "tired of giving", "tired of driving", "why am i alike", "no reason to drive", "no reason to lie", "how to end my lice",
     "im not good at selling myself", "i kid myself", "i want a life", "the end of my line", "quiero dormir",
     "quiero una visa", "me voy a mudar", "i dont want to be olive", "i feel like doing it", "i am better off at home"],
)  # fmt: skip
def test_a_real_word_that_says_something_else_is_no_slip(text):
    assert not finds(text)


@pytest.mark.parametrize(
    "text",
    ["2 mg", "call 555-988-1234", "12/25/2026", "$988", "ph: 917 555 0101", "skilled", "diet", "dice", "therapist", "assist",
     "i skied", "analyst", "bell", "my shelf", "i like it", "a b c", "u r gr8", "l8r", "w8 4 me", "k thx"],
)  # fmt: skip
def test_numbers_and_real_words_are_left_alone(text):
    assert not finds(text)


WHO = ["i", "i really", "sometimes i", "lately i just"]
TO = """want to;wanna;need to;hope to;would like to;would love to;plan to;am planning to;intend to;should;
    am ready to;am trying to;tried to;have decided to;deserve to;cant wait to;am about to;have the urge to;would rather;
    am tempted to;am determined to;have no choice but to;used to want to;still want to;never wanted to"""
OF = """am thinking of;think about;keep thinking about;feel like;dream about;fantasize about;have thoughts of;
    cant stop thinking about;have been thinking about;was thinking about"""
ACTS = """die/dying;kill myself/killing myself;end my life/ending my life;commit suicide/committing suicide;
    take my own life/taking my own life;end it all/ending it all;hang myself/hanging myself;be dead/being dead;
    overdose/overdosing;cut myself/cutting myself;hurt myself/hurting myself;never wake up/never waking up;
    shoot myself/shooting myself;drown myself/drowning myself;slit my wrists/slitting my wrists;
    jump off a bridge/jumping off a bridge;stop living/stopping living;not be alive/not being alive"""
QUIERO = """quiero;ya quiero;quisiera;deseo;me gustaria;tengo ganas de;me dan ganas de;voy a;estoy pensando en;pienso en;
    he pensado en;intente;prefiero;merezco;kiero;ganas de;a punto de;miedo de;decidi"""
ACTOS = """morir;morirme;matarme;suicidarme;quitarme la vida;acabar con mi vida;terminar con mi vida;ahorcarme;colgarme;
    dispararme;tirarme de un puente;aventarme al tren;cortarme las venas;cortarme;hacerme daño;lastimarme;
    desaparecer para siempre;dejar de vivir;dejar de existir;acabar con todo"""


def listed(words):
    return [part.strip() for part in words.split(";")]


def test_every_wish_goes_with_every_act_in_english():
    acts = [act.split("/") for act in listed(ACTS)]
    said = [f"{who} {to} {act}" for who in WHO for to in listed(TO) for act, _ in acts]
    said += [f"{who} {of} {acting}" for who in WHO for of in listed(OF) for _, acting in acts]

    assert [text for text in said if not finds(text)] == []


def test_every_wish_goes_with_every_act_in_spanish():
    said = [f"{wish} {act}" for wish in listed(QUIERO) for act in listed(ACTOS)]

    assert [text for text in said if not finds(text)] == []
