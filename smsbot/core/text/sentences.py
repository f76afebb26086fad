"""Where sentences end, in English and Spanish: for cutting long texts and for grading them."""

import re

# A mark that ends a sentence, closing quotes or brackets after it, then a space or the end.
_END = re.compile(r"(?<![.!?\u2026])[.!?\u2026]++[\"')\]\u201d\u2019\u00bb]*+(?=\s|$)")
_LINE_END = re.compile(r"\r?\n")
_NEXT = re.compile(r"\s*(\S)")
# Words that carry a full stop and seldom end a sentence, without it, in lower case.
_ABBREVIATIONS = frozenset(
    (
        "dr",
        "dra",
        "mr",
        "mrs",
        "ms",
        "sr",
        "sra",
        "st",
        "vs",
        "num",
        "approx",
        "aprox",
        "p.ej",
        "e.g",
        "i.e",
        "ee",
    )
)
# "U.S.", "EE.UU.": a sentence ends there only if the next word looks like the start of one.
_INITIALS = re.compile(r"(?:[A-Za-z]{1,2}\.)+[A-Za-z]{1,2}")
# The word a full stop follows; no word that matters here is longer.
_LAST_WORD = re.compile(r"[^\s(\"'\u00bf\u00a1]{1,24}$")


def sentence_ends(text: str) -> list[int]:
    """The places just after each sentence's last mark, ascending; a line's end counts as one.

    The end of the text itself is not among them unless a mark stands there.
    """
    ends = {match.end() for match in _END.finditer(text) if not _is_abbreviation(text, match)}
    ends.update(match.start() for match in _LINE_END.finditer(text) if match.start())
    return sorted(ends)


def _is_abbreviation(text: str, mark: re.Match[str]) -> bool:
    """Whether the full stop belongs to the word before it and not to a sentence."""
    if mark[0] != ".":
        return False
    word = _LAST_WORD.search(text, max(0, mark.start() - 24), mark.start())
    following = _NEXT.match(text, mark.end())
    if word is None or following is None:
        return False
    if word[0].lower() in _ABBREVIATIONS:
        return True
    return bool(_INITIALS.fullmatch(word[0])) and not following[1].isupper()
