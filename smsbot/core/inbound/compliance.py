"""Step 2 of 4: STOP, START and HELP, in the words people use for them.

The law counts any reasonable wording as an opt-out, so this reads sentences, not only the words
the carriers reserve. It never sees a text before the crisis screen has.

Sources (read 2026-11-23): 47 CFR 64.1200(a)(10)-(12), FCC 24-24,
https://www.govinfo.gov/content/pkg/FR-2024-03-05/html/2024-04587.htm; reserved words,
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
"""

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from smsbot.core.inbound.compliance_pairs import pair
from smsbot.core.inbound.compliance_return import asks_back_in
from smsbot.core.inbound.compliance_spanish import opts_out_in_spanish
from smsbot.core.inbound.compliance_words import (
    AGAIN,
    CLAUSE_START,
    DELETE,
    ENOUGH,
    FILLERS,
    GIVE_US,
    HALT,
    INSTRUCTS,
    LONGEST_PLAIN_WISH,
    NEGATION,
    OFF,
    ONLY_STOP,
    REACH,
    REMOVE,
    SAYINGS,
    SLIPS_OF_STOP,
    STOP_CORE,
    STOP_WORDS,
    SUBJECT,
    SUCH_TEXTS,
    TEXTS,
    THIS_LINE,
    VERB_TO_US,
    WORDS,
    Kind,
)
from smsbot.core.messages import InboundMessage, Lang, OptOutType
from smsbot.core.text.normalise import squeeze, tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A compliance request found in a text."""

    kind: Kind
    rule: str
    lang: Lang | None
    provider_answered: bool = False
    """Twilio's Advanced Opt-Out has replied already: we record it and say nothing."""


__all__ = ["Kind", "Request", "check", "opts_out_beside"]

_REPEATED = re.compile(r"(.)\1+")
_SENTENCE_END = re.compile(r"[.?!;\n]+")
_LEADING = re.compile(r"^\W*(\w+)\W*[.!,;:\n-]")


def check(message: InboundMessage) -> Request | None:
    """The compliance request in this message, or None.

    `provider_answered` is set when Twilio has already acted and replied (OptOutType present).
    """
    if message.opt_out_type is not None:
        kind = Kind(OptOutType(message.opt_out_type).value)
        return Request(kind=kind, rule="provider", lang=None, provider_answered=True)
    word = squeeze(message.body)
    if word in WORDS:
        kind, lang = WORDS[word]
        return Request(kind=kind, rule=f"word.{word}", lang=lang)
    if word in SAYINGS:
        kind, lang = SAYINGS[word]
        return Request(kind=kind, rule=f"saying.{word}", lang=lang)
    if word in SLIPS_OF_STOP or _REPEATED.sub(r"\1", word) == "STOP":
        return Request(kind=Kind.STOP, rule="word.slip", lang=Lang.EN)
    rule, kind = _opt_out_in(message.body), Kind.STOP
    if rule is None:
        rule, kind = asks_back_in(tokens(message.body)), Kind.START
    if rule is None:
        return None
    return Request(kind=kind, rule=rule, lang=Lang.ES if rule.endswith(".es") else Lang.EN)


def opts_out_beside(body: str) -> bool:
    """Whether a crisis text also asks us to stop: "STOP i want to die", not "stop the pain".

    Only asked once the crisis screen has fired; the opt-out then comes on top of the 988 reply.
    """
    words = tokens(body)
    if _opt_out_in(body) is not None:
        return True
    if not words or words[0] not in STOP_WORDS:
        return False
    leading = _LEADING.match(body)
    return leading is not None or len(words) == 1 or words[1] in CLAUSE_START


def _opt_out_in(body: str) -> str | None:
    """The rule by which a text asks us to stop, read sentence by sentence; or None.

    "Should I stop the meds? Text me" halts nothing of ours.
    """
    whole = tokens(body)
    if not whole or _is_footer(whole):
        return None
    sentences = [said for said in _SENTENCE_END.split(body) if tokens(said)]
    if len(sentences) > 1 and squeeze(sentences[-1]) in {"STOP", "PLEASESTOP", "UNSUBSCRIBE"}:
        return "words.ends_in_stop"
    for said in sentences:
        if (
            len(sentences) > 1
            and squeeze(said) in SAYINGS
            and SAYINGS[squeeze(said)][0] is Kind.STOP
        ):
            return f"saying.{squeeze(said)}"
        rule = _opt_out_in_words(tokens(said))
        if rule is not None:
            return rule
    return "words.wrong_number" if _wrong_number(whole) else None


def _wrong_number(words: tuple[str, ...]) -> bool:
    # "wrong number remove me", "numero equivocado, ya no escriban"
    begins = words[:2] in {("wrong", "number"), ("numero", "equivocado")}
    return begins and len(words) <= LONGEST_PLAIN_WISH


def _opt_out_in_words(words: tuple[str, ...]) -> str | None:
    if len(words) <= 8 and ONLY_STOP.issuperset(words) and not STOP_CORE.isdisjoint(words):
        return "words.only_stop"
    if _unsubscribes(words):
        return "words.unsubscribe"
    if _stop_texting(words):
        return "words.stop_texting"
    if _do_not_text(words):
        return "words.do_not_text"
    if _off_the_list(words):
        return "words.off_the_list"
    return opts_out_in_spanish(words)


def _unsubscribes(words: tuple[str, ...]) -> bool:
    # "i want to opt out", "i revoke my consent"; "i didnt mean to unsubscribe" wants back in.
    if pair(words, frozenset({"mean"}), frozenset({"unsubscribe", "opt"}), 2):
        return False
    return (
        any(map(_is_unsubscribe, words))
        or pair(words, frozenset({"opt"}), frozenset({"out"}), 2)
        or pair(words, frozenset({"revoke", "withdraw"}), frozenset({"consent"}), 2)
    )


def _is_unsubscribe(word: str) -> bool:
    # "unsubscibe", "unsuscribe"; whoever has "unsubscribed" may want back in.
    if not word.startswith("un") or word == "unsubscribed":
        return False
    return OSA.distance(word, "unsubscribe", score_cutoff=2) <= 2


def _stop_texting(words: tuple[str, ...]) -> bool:
    # "stop texting me", "quit sending these messages"; not "how do i stop" or "stop my meds".
    if _asks_how(words) or words[0] in {"does", "did", "is", "are", "what"}:
        return False
    if pair(words, OFF, frozenset({"off"}), 4) and not TEXTS.isdisjoint(words):
        return True
    if pair(words, ENOUGH, frozenset({"with", "of"}), 1) and pair(words, ENOUGH, TEXTS, 3):
        return True
    return pair(words, HALT, TEXTS, REACH) or (
        pair(words, HALT, frozenset({"sending", "calling"}), 1) and "me" in words
    )


def _do_not_text(words: tuple[str, ...]) -> bool:
    # "dont text me again", "do not ever message this number", "no more texts", "i dont want your
    # texts"; not "why dont you text me", "my doctor does not send me to a clinic".
    if _asks_how(words):
        return False
    if pair(words, frozenset({"no"}), SUCH_TEXTS, 1) and len(words) <= 4:
        return True
    if pair(words, frozenset({"no"}), frozenset({"more", "longer"}), 1):
        return pair(words, frozenset({"more"}), TEXTS, 2) or (
            pair(words, frozenset({"longer"}), frozenset({"receive", "want", "get"}), 3)
            and not SUCH_TEXTS.isdisjoint(words)
        )
    if pair(words, frozenset({"leave"}), frozenset({"alone"}), 2) and len(words) <= 6:
        return True
    if _negated(words, GIVE_US):
        return pair(words, GIVE_US, SUCH_TEXTS, 5) and len(words) <= LONGEST_PLAIN_WISH
    if not _negated(words, VERB_TO_US):
        return False
    ours = pair(words, frozenset({"this"}), THIS_LINE, 1) or "number" in words
    return ours or "me" in words or not AGAIN.isdisjoint(words)


def _negated(words: tuple[str, ...], verbs: frozenset[str]) -> bool:
    """Whether one of these verbs is what the text says no to."""
    for at, word in enumerate(words):
        if word in NEGATION:
            for follower in words[at + 1 : at + 4]:
                if follower in verbs:
                    return True
                if follower not in FILLERS:
                    break
    return False


def _off_the_list(words: tuple[str, ...]) -> bool:
    # "take me off this list", "remove my number", "delete me from your messages".
    for at, word in enumerate(words[:-1]):
        if word not in REMOVE or words[at + 1] not in {"me", "my", "us", "this"}:
            continue
        ours = words[at + 1] in {"my", "this"} and not THIS_LINE.isdisjoint(words[at + 2 : at + 3])
        if ours and (word in DELETE or words[at + 3 : at + 4] == ("off",)):
            return True
        if {"off", "from"} & {*words[at + 2 : at + 4]} and SUBJECT & {*words[at + 3 : at + 8]}:
            return True
    return False


def _is_footer(words: tuple[str, ...]) -> bool:
    """Whether another sender's bulk text came to us, with its own way out at its end.

    "... 2 stop texts txt STOP to 80062" asks nothing of us.
    """
    if len(words) <= LONGEST_PLAIN_WISH:
        return False
    instructs = pair(words, INSTRUCTS, HALT | {"out"}, 3) or pair(
        words, frozenset({"to", "2"}), HALT | {"opt"}, 1
    )
    return instructs or any(len(word) >= 5 and word.isdigit() for word in words)


def _asks_how(words: tuple[str, ...]) -> bool:
    return words[0] in {"how", "why", "when", "should"}
