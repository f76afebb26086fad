"""How the words of a request to stop or start stand to one another. Part of step 2."""


def pair(words: tuple[str, ...], first: frozenset[str], second: frozenset[str], reach: int) -> bool:
    """Whether a word of `first` is followed by one of `second` within `reach` words."""
    for at, word in enumerate(words):
        if word in first and not second.isdisjoint(words[at + 1 : at + 1 + reach]):
            return True
    return False
