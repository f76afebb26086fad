"""Words cut to what carries their meaning, so that "lozenges" finds "lozenge". English, Spanish."""

_ENDINGS = ("iendo", "ando", "ing", "ies", "ed", "es", "s")
_KEEP = 4
"""The fewest letters an ending may leave behind."""


def stem(word: str) -> str:
    """The stem of a folded word: endings of number, gender and tense cut off.

    Not linguistics: the same cut on both sides of a comparison, never shown to anyone.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _KEEP:
            word = word[: -len(ending)]
            break
    if len(word) > _KEEP and word[-1] in "aeo":
        word = word[:-1]
    if len(word) > _KEEP and word[-1] == word[-2]:
        word = word[:-1]
    return word
