"""Words no answer may say, as tables a nurse or a lawyer can read, and where a text says them.

A phrase is looked for as whole words in a folded text (lower case, no accents or apostrophes,
single spaces). `*` at the end stands for any ending, `#` for a number in digits or words.

Sources: the safety rules of the Action Alliance framework for messaging and of
https://reportingonsuicide.org (methods, "committed"); the carriers' list of forbidden content at
https://support.twilio.com/hc/en-us/articles/360045004974 (price, link shorteners), all read
2026-11-23; the editorial rules of this project for the rest.
"""

import re
from dataclasses import dataclass
from functools import cache

from smsbot.core.text.normalise import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Phrases that are banned for one reason. `what` follows "says ..."; `cure` is a sentence."""

    what: str
    cure: str
    phrases: tuple[str, ...]


DOSE = Rule(
    what="an amount of a drug",
    cure="Leave doses out: say that the prescriber decides.",
    phrases=(
        "# mg", "# mcg", "# ml", "mg", "#mg", "mcg", "#mcg", "ug", "#ug", "ml", "#ml", "#cc",
        "# cc", "# g", "#g", "# gram*", "milligram*", "microgram*", "milliliter*", "millilitre*",
        "miligramo*", "microgramo*", "mililitro*", "# tablet*", "# pill", "# pills", "# lozenge*",
        "# troche*",
        "# spray", "# sprays", "# drops", "# puffs", "# capsule*", "# vial*", "half a tablet",
        "half a pill", "half a lozenge", "# tableta*", "# pastilla*", "# comprimido*", "# gotas",
        "# capsula*", "# ampolla*", "media pastilla", "media tableta",
    ),
)  # fmt: skip
PRICE = Rule(
    what="a price",
    cure="Leave money out: say that this number has no prices.",
    phrases=(
        "$", "€", "£", "usd", "# dollar*", "# dolar*", "dollars", "dolares", "# bucks", "# cents",
        "price #", "price is #", "price of #", "price: #", "priced at", "costs #", "cost #",
        "costs about #", "costs around #", "cost is #", "cost: #", "# per session", "# a session",
        "precio #", "precio es #", "precio de #", "precio: #", "cuesta #", "cuestan #",
        "cuesta unos #", "cuesta como #", "# por sesion", "discount*", "descuento*", "% off",
        "coupon*", "cupon", "cupones",
    ),
)  # fmt: skip
RANKING = Rule(
    what="that one is better than others",
    cure="Say what to check or ask, without ranking anyone.",
    phrases=(
        "best clinic*", "best provider*", "best doctor*", "best service*", "best company",
        "best companies", "best brand*", "better than", "top-rated", "top rated", "highest rated",
        "number one", "leading clinic*", "leading provider*", "most trusted", "we recommend",
        "el mejor", "los mejores", "la mejor clinica", "la mejor opcion", "la mejor compañia",
        "la mejor empresa", "las mejores", "mejor que otr*", "mejores que", "mejor clinica",
        "mejor valorad*", "numero uno", "recomendamos",
    ),
)  # fmt: skip
VERDICT = Rule(
    what="that the reader is fit for it",
    cure="Say that only a prescriber can decide that.",
    phrases=(
        "you qualify", "you would qualify", "you are eligible", "youre eligible",
        "you are a candidate", "you are a good candidate", "youre a candidate",
        "youre a good candidate", "usted califica", "tu calificas", "ya calificas",
        "usted es candidat*", "eres candidat*", "eres un buen candidat*", "es usted candidat*",
        "eres elegible", "usted es elegible",
    ),
)  # fmt: skip
PROMISE = Rule(
    what="a promise",
    cure="Say what studies found, in some people, and what is not known.",
    phrases=(
        "guarantee*", "will cure", "is a cure", "cures depression", "cures your", "miracle*",
        "risk-free", "risk free", "garantiza*", "cura la depresion", "va a curar*", "milagro*",
        "sin riesgo", "sin riesgos", "prevents suicide", "previene el suicidio",
    ),
)  # fmt: skip
SHORTENED_LINK = Rule(
    what="a shortened link",
    cure="Write the full address of the page.",
    phrases=(
        "bit.ly", "tinyurl.com", "tinyurl", "goo.gl", "t.co", "ow.ly", "is.gd", "buff.ly",
        "rb.gy", "cutt.ly", "lnkd.in", "shorturl.at", "t.ly", "tiny.cc", "rebrand.ly", "bl.ink",
        "v.gd", "s.id", "soo.gd", "adf.ly", "fb.me", "youtu.be", "amzn.to", "wa.me", "trib.al",
        "dlvr.it",
    ),
)  # fmt: skip
UNSAFE_WORDS = Rule(
    what="something in words that hurt people at risk",
    cure='Write "died by suicide" or "suicide attempt"; for people, "person with ...".',
    phrases=(
        "committed suicide", "commit suicide", "commits suicide", "failed attempt",
        "successful suicide", "failed suicide", "cometio suicidio", "cometer suicidio",
        "suicidio fallido", "suicidio exitoso", "addict", "addicts", "junkie*", "drogadicto*",
        "adicto", "adictos",
    ),
)  # fmt: skip
METHODS = Rule(
    what="a means of self-harm",
    cure="Name no means or place: say who can help now.",
    phrases=(
        "hang", "hanging", "hanged", "noose", "rope", "gun", "guns", "firearm*", "pistol*",
        "bullet*", "shoot*", "jump*", "bridge", "bridges", "rooftop", "blade*", "razor*", "knife",
        "knives", "cut", "cuts", "cutting", "wrist*", "bleach", "antifreeze", "tylenol",
        "acetaminophen", "pill", "pills", "carbon monoxide", "suffocat*", "drown*",
        "train tracks", "ahorca*", "soga", "pistola*", "arma", "armas", "bala", "balas",
        "dispara*", "saltar", "puente", "puentes", "navaja*", "cuchillo*", "cortar*", "cortarse",
        "muñeca*", "cloro", "lejia", "paracetamol", "pastilla", "pastillas", "asfixia*",
        "ahogar*", "vias del tren",
    ),
)  # fmt: skip
DEATHS = Rule(
    what="something the FDA's alert does not say",
    cure="The alert has one report of slowed breathing and no count of deaths or hospital stays.",
    phrases=(
        "death*", "died", "dies", "dead", "fatal*", "kill*", "hospitali*", "hospital stay*",
        "muert*", "muere*", "murio", "fallec*", "mortal*", "internad*",
    ),
)  # fmt: skip

EVERYWHERE = (DOSE, PRICE, RANKING, VERDICT, PROMISE, SHORTENED_LINK, UNSAFE_WORDS)
"""For every answer."""
IN_SAFETY = (METHODS,)
"""For helplines besides."""
ABOUT_THE_ALERT = frozenset({"WARNING", "FDA", "ATHOME"})
"""The answers on the FDA's alert of October 2023, to which DEATHS applies: claims C26 and C62."""

_AMOUNTS = (
    r"\d(?:[\d.,/]*\d)?", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "half", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez",
    "media", "medio",
)  # fmt: skip
_BEGINS = r"(?<!\w)"
_AMOUNT = f"(?:{'|'.join(_AMOUNTS)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A banned phrase in a text, as it stands there (folded)."""

    rule: Rule
    words: str


def sayings(text: str, rules: tuple[Rule, ...]) -> list[Saying]:
    """What the text says against the rules: the first place of each rule."""
    folded = fold(text)
    found = ((rule, _pattern(rule).search(folded)) for rule in rules)
    return [Saying(rule=rule, words=match[0].strip()) for rule, match in found if match]


def banned_in(text: str, banned: tuple[str, ...]) -> tuple[str, ...]:
    """Those of an answer's own banned strings that its text has, anywhere, in any case."""
    folded = fold(text)
    return tuple(words for words in banned if fold(words) and fold(words) in folded)


@cache
def _pattern(rule: Rule) -> re.Pattern[str]:
    """One pattern for all phrases of a rule, over folded text."""
    patterns = [_phrase(phrase) for phrase in rule.phrases]
    # Whether a word begins is asked once a place, not once a phrase: a third of the time.
    words = [one.removeprefix(_BEGINS) for one in patterns if one.startswith(_BEGINS)]
    others = [one for one in patterns if not one.startswith(_BEGINS)]
    # An address comes before the word it begins with: "tinyurl.com" is named, not "tinyurl".
    return re.compile("|".join(others + [f"{_BEGINS}(?:{'|'.join(words)})"] * bool(words)))


def _phrase(phrase: str) -> str:
    """The pattern of one phrase: whole words, or a sign wherever it stands."""
    words = fold(phrase.removesuffix("*"))
    body = re.escape(words).replace(r"\#", _AMOUNT)
    starts_a_word = words[0].isalnum() or words[0] == "#"
    ends_a_word = words[-1].isalnum() or words[-1] == "#"
    if phrase.endswith("*"):
        body, ends_a_word = body + r"\w*", False
    if "." in words:  # an address: no longer one, but any page of it
        return rf"(?:(?<![\w.-])|(?<=www\.)){body}(?![\w.-]*\w)"
    return (_BEGINS if starts_a_word else "") + body + (r"(?!\w)" if ends_a_word else "")
