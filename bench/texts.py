"""The texts of the benchmarks: made up here, by the kind of work they give."""

import itertools
from collections.abc import Iterator

KEYWORDS = ("FDA", "RISKS", "FIND", "Therapy", "cost", "SIDE EFFECTS", "RIESGOS", "menu")
QUESTIONS = (
    "is ketamine fda approved for depression?",
    "can i take it with my antidepressant",
    "how much does a session cost without insurance",
    "what does it feel like the first time",
    "do they mail the pills to my house",
    "es seguro tomar ketamina en casa?",
    "whats the difference betwen ketamine and spravato",
    "how do i know if a clinic is legit",
)
UNKNOWN = ("did the game end yet", "my package never came", "ok so where were we")
SMALL_TALK = (
    "omg u wont believe what happend at work today, my boss left his mic on lol",
    "hey r u still comin 2nite? jen said she can drive us, leaving arnd 7:30",
    "k thx, ill txt u when im outside. dont forget the charger pls!!",
    "happy bday!!! hope ur day is amazing, cant wait 2 see u on saturday xx",
    "running late, traffic is nuts on the 5. order me the usual n ill pay u back",
    "did u see the game last nite?? that last shot was insane, im still yelling",
    "mom wants to know if ur bringing the kids on sunday, shes making lasagna",
    "no worries, it was only $20. zelle me whenever, no rush at all my guy",
)
CRISIS = ("i want to die", "i cant do this anymore i want to end my life", "quiero morir")

MIXED = (
    "two in five texts a keyword, two in five a question, one in twenty MORE, the rest unknown; "
    "besides, one in twenty-five from other people and a crisis"
)
KEYWORDS_ONLY = "every text a keyword: what is left is the plumbing"

_SENTENCE = (
    "i have been on three antidepressants and none of them helped so my doctor said to look at "
    "ketamine and i would like to know what it costs and whether insurance pays for it "
)


def everyday() -> Iterator[str]:
    """Texts without end, in the proportions of MIXED but for the crises."""
    kinds = {
        "k": itertools.cycle(KEYWORDS),
        "q": itertools.cycle(QUESTIONS),
        "u": itertools.cycle(UNKNOWN),
        "m": itertools.repeat("MORE"),
    }
    for kind in itertools.cycle("kqkqukqkqukqkqukqkqm"):
        yield next(kinds[kind])


def plain(length: int) -> str:
    """An ordinary long text of so many characters that asks and fires nothing."""
    return (_SENTENCE * (length // len(_SENTENCE) + 1))[:length]


def adversarial(length: int) -> dict[str, str]:
    """Texts of so many characters that are made to cost time, by what they try."""
    pieces = {
        "half a phrase, again and again": "i want to just really want to i ",
        "phrases inside phrases": "i want to want to feel like i want to be not be ",
        "one endless word": "a",
        "a stretched word": "dieeeeeee",
        "letters typed apart": "k i l l m y s e l ",
        "words run together": "iwanttoiwanttofeellikeiwantto",
        "misspelt words": "iwnat tto kiil mysefl tonihgt ",
        "stacked combining marks": "d\u0301\u0302\u0308\u0323\u0330",
        "zero-width characters": "d\u200bi\u200ce\u200d",
        "look-alike letters": "\u0456 w\u0430nt t\u043e di\u0435 ",  # Cyrillic
        "signs and masks": "k*ll m#s*lf @nd $o ",
        "clause ends": "i. want! to? ",
        "emoji": "\U0001f52b\U0001f48a\U0001f44d\U0001f3fd",
    }
    return {name: (piece * (length // len(piece) + 1))[:length] for name, piece in pieces.items()}
