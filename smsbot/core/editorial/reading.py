"""How many years of school a text asks of its reader.

English: the Flesch-Kincaid grade, 0.39 x words per sentence + 11.8 x syllables per word - 15.59.
Source: Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas for Navy
enlisted personnel" (1975); https://en.wikipedia.org/wiki/Flesch-Kincaid_readability_tests
(read 2026-11-23).

Spanish: the Fernández-Huerta score (1959), 206.84 - 0.60 x syllables per 100 words - 1.02 x words
per sentence, and the school grades published with it. Many copies have the second term wrong; this
is the form corrected by Gwillim Law (2011).
Source: https://legible.es/blog/lecturabilidad-fernandez-huerta/ (read 2026-11-23).

Names a plain text can't avoid count as an easy word of two syllables: drugs and clinical terms,
words in capitals (what to text back, FDA), numbers, phone numbers and addresses. A list of words
to text back is a table, not a sentence, and counts as one such word.
"""

import re
import unicodedata
from functools import cache

import pyphen

from smsbot.core.messages import Lang
from smsbot.core.text.sentences import sentence_ends

HIGHEST_GRADE = 8.0
"""NIH's limit for health texts; the AMA asks for 6. Source: PMC3049622 (read 2026-11-23)."""

LEAST_WORDS = 10
"""Both formulas are made for samples of 100 words; on a line or two they say nothing."""

CLINICAL_NAMES = frozenset((
    "ketamine", "ketamine's", "esketamine", "racemic", "spravato", "thrivetalk", "psychiatrist",
    "psychiatrists", "psychologist", "psychologists", "antidepressant", "antidepressants",
    "benzodiazepine", "benzodiazepines", "opioid", "opioids", "anesthesia", "anesthetic",
    "schizophrenia", "psychosis", "dissociation", "psychotherapy", "lozenge", "lozenges",
    "ketamina", "esketamina", "racemica", "psiquiatra", "psiquiatras", "psicologo", "psicologa",
    "psicologos", "antidepresivo", "antidepresivos", "benzodiacepina", "benzodiacepinas",
    "opioide", "opioides", "anestesia", "anestesico", "esquizofrenia", "psicosis", "disociacion",
    "psicoterapia",
))  # fmt: skip
"""Folded: lower case, no accents."""

_EASY_SYLLABLES = 2
_BANDS = ((90.0, 4.0), (80.0, 5.0), (70.0, 6.0), (60.0, 8.0), (50.0, 12.0), (30.0, 13.0))
_HARDEST = 16.0

_ADDRESS = re.compile(
    r"https?://\S*[\w/]|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|gov|net|edu)\b(?:[\w/.-]*[\w/])?"
)
_NUMBER = re.compile(r"[#$]?\d(?:[\d(),./:-]*\d)?(?:st|nd|rd|th)?%?")
_PLACEHOLDER = re.compile(r"\{[a-z]*\}")
_CAPITALS = r"[A-Z0-9]{2,}"
_KEYWORD_LIST = re.compile(
    rf"\b{_CAPITALS}(?:(?:, (?:or |o |and |y )?|/| or | o | y ){_CAPITALS})+\b"
)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_APOSTROPHE = re.compile("['\u2019]")
_SAID_NOT = re.compile("(?<=[^aeiou])n['\u2019]t$")  # "didn't" has two syllables, "don't" one
_INITIALS = re.compile(r"\b(?:[A-Za-z]{1,2}\.){2,}")
_LAST_INITIALS = re.compile(_INITIALS.pattern + r"(?=\s+[A-Z\u00bf\u00a1]|\s*$)")
_HAS_VOWEL = re.compile(r"[aeiouy]")
_VOWELS = re.compile(r"[aeiouy]+")
# "care", "cares", "used", "safety", "lifeline": an e that is written and not said.
_SILENT = re.compile(
    r"(?<=[aeiouy][^aeiouy])e(?:$|s$(?<![cgsxz]es)(?<![cs]hes)|d$(?<![td]ed))"
    r"|(?<=[aeiouy][^aeiouy]{2})(?:(?<!l)e$|e(?=d$)(?<![td]e))"
    r"|(?<=[aeiou][fmrt])e(?=ty|ly|ment|ful|less|line|where)"
)
# "idea", "media", "anxiety", "various", "being", "suicide", "science": two vowels, two syllables.
_TWO_SOUNDS = re.compile(
    r"(?<![cgst])i(?=a(?!l|ge|$)|o(?!n|us))|i(?=et)|ei(?=ng)|[uy]i(?=ng)|(?<=su)i(?=ci)"
    r"|creat(?!ure)|(?<=id)e(?=a)|ia(?=$|ls?$)(?<![ct]ia)|(?<=val)u(?=at)|(?<=d)e(?=os?$)|(?<=r)e(?=as?$)"
)
_LONGEST_WORD = 40
_STRONG = frozenset("aeoáéóíú")
_SPANISH_VOWELS = re.compile(r"[aeiouáéíóúü]+")


def grade(text: str, lang: Lang) -> float:
    """The school grade (years) a text asks for; 0 when it has no words."""
    plain = _with_easy_words(text)
    sentences = [words for words in map(_WORD.findall, _sentences(plain, lang)) if words]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    per_sentence = len(words) / len(sentences)
    per_word = sum(syllables(word, lang) for word in words) / len(words)
    if lang == Lang.EN:
        return max(0.0, 0.39 * per_sentence + 11.8 * per_word - 15.59)
    score = 206.84 - 60.0 * per_word - 1.02 * per_sentence
    return next((school for lowest, school in _BANDS if score >= lowest), _HARDEST)


def syllables(word: str, lang: Lang) -> int:
    """How many syllables a word has; an easy word's two for names and words in capitals."""
    if (len(word) > 1 and word.isupper()) or _folded(word) in CLINICAL_NAMES:
        return _EASY_SYLLABLES
    whole = _APOSTROPHE.sub("", _SAID_NOT.sub("net", word.lower()))
    parts = [part for part in whole.split("-") if part]
    count = _english if lang == Lang.EN else _spanish
    return max(1, sum(count(part) for part in parts))


def _with_easy_words(text: str) -> str:
    """The text with lists of keywords, addresses, numbers and placeholders as one word each."""
    text = _LAST_INITIALS.sub(" OK. ", text)
    for pattern in (_ADDRESS, _PLACEHOLDER, _INITIALS, _KEYWORD_LIST, _NUMBER):
        text = pattern.sub(" OK ", text)
    return text


def _sentences(text: str, lang: Lang) -> list[str]:
    """The sentences; Fernández-Huerta parts them at semicolons too."""
    ends = sentence_ends(text)
    pieces = [text[first:last] for first, last in zip([0, *ends], [*ends, len(text)], strict=True)]
    if lang == Lang.ES:
        return [part for piece in pieces for part in piece.split(";")]
    return pieces


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@cache
def _hyphens() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")


def _english(word: str) -> int:
    """Vowel groups, less silent ones, more where two sounds meet; or the hyphenator's higher count.

    Right for 98 of 100 words of health texts, by a pronouncing dictionary of 126,000 words.
    """
    if not _HAS_VOWEL.search(word):
        return 1
    count = len(_VOWELS.findall(word)) - len(_SILENT.findall(word)) + len(_TWO_SOUNDS.findall(word))
    hyphens = len(_hyphens().positions(word)) if len(word) <= _LONGEST_WORD else 0
    return max(1, count, hyphens + 1)


def _spanish(word: str) -> int:
    """One for each vowel group, and one more where two strong vowels meet."""
    word = re.sub(r"([gq])u([eiéí])", r"\1\2", word)
    if word.endswith("y"):
        word = word[:-1] + "i"
    count = 0
    for group in _SPANISH_VOWELS.findall(word):
        count += max(1, sum(char in _STRONG for char in group))
    return count
