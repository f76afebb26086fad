"""Asking back instead of guessing: "Did you mean RISKS or FDA? Reply 1 or 2", and what each is.

The few words on each topic are those of the menu's long text, so that whoever edits the menu edits
them here too. The question takes one segment, whatever it takes to leave out.
"""

import re

from smsbot.core.inbound.phrases import PHRASES
from smsbot.core.inbound.reply import Answers, listed
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure

MOST_ASKED = 3
"""Topics in one question; more is a menu."""

_LONGEST_GIST = 40
_ENTRY = re.compile(r"(?<![\w:])([A-ZÑ][A-Z0-9Ñ]+): ([^.:?]+)[.?]")


def did_you_mean(keywords: tuple[str, ...], lang: Lang, answers: Answers) -> str:
    """One segment that asks which of these topics was meant; at most MOST_ASKED are named."""
    return _shortest(PHRASES[lang].did_you_mean, keywords[:MOST_ASKED], lang, answers)


def guessed_at(keyword: str, lang: Lang, answers: Answers) -> str:
    """One segment that asks whether this topic was meant, where a wrong guess could harm."""
    template = f"{PHRASES[lang].not_sure} {PHRASES[lang].did_you_mean}"
    return _shortest(template, (keyword,), lang, answers)


def which_one(keywords: tuple[str, ...], lang: Lang, answers: Answers) -> str:
    """The choices once more, to somebody who agreed to several or chose none there is."""
    return _shortest(PHRASES[lang].which_one, keywords, lang, answers)


def gist(keyword: str, lang: Lang, answers: Answers) -> str:
    """A few words on a topic in this language; empty when the menu has none."""
    menu, answer = answers.by_name.get(("MENU", lang)), answers.by_name.get((keyword, lang))
    if menu is None or not menu.long or answer is None:
        return ""
    names = {keyword, *answer.aliases}
    for name, words in _ENTRY.findall(menu.long):
        found: str = words.strip(" ¿¡!")
        if name in names and len(found) <= _LONGEST_GIST:
            return found
    return ""


def _shortest(template: str, keywords: tuple[str, ...], lang: Lang, answers: Answers) -> str:
    names = [answers.call_it(keyword, lang) for keyword in keywords]
    about = [gist(keyword, lang, answers) for keyword in keywords]
    explained = [
        f"{name} ({words})" if words else name for name, words in zip(names, about, strict=True)
    ]
    text = ""
    for choices in (explained, names, names[:MOST_ASKED]):
        text = template.replace("{choices}", listed(choices, lang)).replace(
            "{numbers}", listed([str(place) for place in range(1, len(choices) + 1)], lang)
        )
        if measure(text).segments == 1:
            break
    return text
