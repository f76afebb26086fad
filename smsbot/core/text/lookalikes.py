# ruff: noqa: RUF001
"""Characters that look like a Latin letter but are another character.

Picked by eye from the Greek, Cyrillic, Armenian, Cherokee and Latin blocks: what people paste from
"fancy text" pages, and what a phone's other keyboards put in. Currency signs are not here: they
stand before prices in ordinary texts.
"""

# Latin letter -> the characters that pass for it. Upper and lower case often differ (Greek nu).
_PAIRS: dict[str, str] = {
    "a": "аАαΑӑᎪ",
    "b": "вВьЬЪъβΒᏴ",
    "c": "сСϲᏟ",
    "d": "ԁժᎠᏧԀᗪ",
    "e": "еЕєЄεΕЁᎬҽԐ",
    "f": "ғҒϝք",
    "g": "ᏀԍԌց",
    "h": "һҺнНΗᎻհћ",
    "i": "іІιΙӀᎥ",
    "j": "јЈϳᎫյ",
    "k": "кКκΚᏦҚқҜҝӄ",
    "l": "ӏןᏞ",
    "m": "мМΜᎷ",
    "n": "пПиИηΝղոᏁͶ",
    "o": "оОοΟσօՕᎾΘθ०௦",
    "p": "рРρΡᏢ",
    "q": "ԛԚգզ",
    "r": "гГяЯᎡᏒ",
    "s": "ѕЅᏚՏ",
    "t": "тТτΤᎢ",
    "u": "υμսՍцЦԱ",
    "v": "νᏙѵѴ",
    "w": "ԝԜшШщЩωΩᎳᏔա",
    "x": "хХχΧҳҲ",
    "y": "уУүҮγΥᎩყ",
    "z": "ΖᏃ",
}

LOOKALIKES: dict[str, str] = {sign: letter for letter, signs in _PAIRS.items() for sign in signs}

# Typed and "smart" apostrophes, primes and accents standing alone.
APOSTROPHES = frozenset("'`´‘’‚‛ʹʻʼʽˈˊˋ′‵＇ꞌ՚׳ߴߵ᾽᾿`´῾")

# Letters of other trades (phonetics, old English, upside down) that decomposing leaves as they are.
OTHER_LETTERS: dict[str, str] = {
    "ð": "d",
    "Ð": "d",
    "þ": "p",
    "Þ": "p",
    "æ": "ae",
    "Æ": "ae",
    "œ": "oe",
    "Œ": "oe",
    "ı": "i",
    "ſ": "s",
    "ɩ": "i",
    "ƨ": "s",
    "ʍ": "m",
    "ɯ": "m",
    "ɐ": "a",
    "ɔ": "o",
    "ǝ": "e",
    "ə": "e",
    "ʇ": "t",
    "ʞ": "k",
    "ᴉ": "i",
    "ꙇ": "i",
}
