"""Step 1 of 4: does this text speak of suicide, danger or despair? Then 988 comes first.

Never asks anybody: no network, no database, no clock, no model that writes. Never holds or returns
the text. Whoever calls it treats an exception as a text that fired; it is written to raise none.
What it looks for is data (content/crisis/lexicon); what it does by tier is docs/crisis.md.
"""

from collections.abc import Mapping

from smsbot.core.errors import ScreenFault
from smsbot.core.inbound.crisis_lexicon import Lexicon, Rule, compile_lexicon
from smsbot.core.inbound.crisis_match import BREAK, Match
from smsbot.core.inbound.crisis_model import Model
from smsbot.core.inbound.crisis_self_test import MUST_FIND, MUST_LEAVE
from smsbot.core.inbound.crisis_words import Reader
from smsbot.core.inbound.decision import Finding, Tier

_URGENCY: dict[Tier, int] = {tier: place for place, tier in enumerate(Tier)}
# An idiom around a phrase ("laughing so hard i could die") takes it down one step, never two.
_LOWERED: dict[Tier, Tier | None] = {
    Tier.EMERGENCY: Tier.ACTIVE,
    Tier.ACTIVE: Tier.PASSIVE,
    Tier.PASSIVE: Tier.SOFT,
    Tier.THIRD_PARTY: Tier.SOFT,
    Tier.VIOLENCE: Tier.SOFT,
    Tier.BEREAVEMENT: Tier.INFORMATION,
    Tier.SOFT: None,
    Tier.INFORMATION: None,
}
# "my friend wants to die" holds "wants to die"; "my brother died by suicide" holds "suicide"; "he
# wants to kill me" holds "wants to kill". What is inside is told of, or done by, somebody else.
_ABOUT: dict[Tier | None, int] = {
    Tier.THIRD_PARTY: 1,
    Tier.BEREAVEMENT: 2,
    Tier.VIOLENCE: 3,
}
_TOLD_OF_OTHERS = frozenset(
    {Tier.ACTIVE, Tier.PASSIVE, Tier.THIRD_PARTY, Tier.SOFT, Tier.INFORMATION}
)
_MOST_ALONE = 5  # words of a text that may be one bare keyword


class Screen:
    """The crisis screen, ready to use by any number of threads."""

    def __init__(self, lexicon: Lexicon, model: Model | None = None) -> None:
        self._lexicon = lexicon
        self._model = model
        self._reader = Reader(lexicon.vocabulary, lexicon.pictures)

    def find(self, text: str) -> Finding | None:
        """The most urgent thing the text says; None when it says nothing of the kind.

        The whole text is read, whatever its length; one second's worth of work is not reached at
        any length a carrier delivers (1,600 characters).
        """
        words = self._reader.read(text)
        if len(words) <= _MOST_ALONE + 2:
            alone = " ".join(word.text or "?" for word in words if word is not BREAK)
            if bare := self._lexicon.alone.get(alone):
                return _finding(bare, bare.tier)
        matches = list(dict.fromkeys(self._lexicon.tree.matches(words)))
        found = self._most_urgent(matches) if matches else None
        return found or self._likeness(text)

    def _likeness(self, text: str) -> Finding | None:
        """The second layer: it may add 988 where the lexicon is silent, and never takes it away."""
        if self._model is None or not self._model.fires(text):
            return None
        return Finding(tier=Tier.PASSIVE, rule="model.likeness", lang=None)

    def _most_urgent(self, matches: list[Match]) -> Finding | None:
        rules = self._lexicon.rules
        guards = [m for m in matches if rules[m.owner].tier is None]
        about = [m for m in matches if rules[m.owner].tier in _ABOUT]
        best: tuple[int, Rule, Tier] | None = None
        for match in matches:
            rule = rules[match.owner]
            tier = rule.tier
            if tier is None or any(self._tells_more(other, match) for other in about):
                continue
            if any(map(match.touches, guards)):
                tier = _LOWERED[tier]
            if tier is not None and (best is None or _URGENCY[tier] < best[0]):
                best = (_URGENCY[tier], rule, tier)
        return _finding(best[1], best[2]) if best else None

    def _tells_more(self, other: Match, match: Match) -> bool:
        """Whether the other phrase says that this one, inside it, is about somebody else."""
        rules = self._lexicon.rules
        here, there = rules[match.owner].tier, rules[other.owner].tier
        return (
            here in _TOLD_OF_OTHERS
            and _ABOUT.get(there, 0) > _ABOUT.get(here, 0)
            and other.start <= match.start <= other.end
        )


def _finding(rule: Rule, tier: Tier | None) -> Finding:
    if tier is None:
        raise ScreenFault(f"crisis lexicon: {rule.name} stands alone without a tier")
    return Finding(tier=tier, rule=rule.name, lang=rule.lang, topics=rule.topics)


def build_screen(lexicon: Mapping[str, str], model: Model | None = None) -> Screen:
    """The screen from the lexicon's files: name -> TOML text; with the learned layer, if given.

    Raises:
        ScreenFault: The lexicon is missing, damaged or contradicts itself.
    """
    return Screen(compile_lexicon(lexicon), model)


def self_test(screen: Screen) -> None:
    """Hold the screen to what it must find and leave alone; each process does so before serving.

    Raises:
        ScreenFault: It fails one of them. Names the rule or tier found, never a text from outside.
    """
    for text, tiers in MUST_FIND:
        found = screen.find(text)
        if found is None or found.tier not in tiers:
            said = found.rule if found else "nothing"
            raise ScreenFault(
                f"crisis screen self-test: {text!r} gave {said}. Restore content/crisis/lexicon."
            )
    for text in MUST_LEAVE:
        if found := screen.find(text):
            raise ScreenFault(
                f"crisis screen self-test: {text!r} set off {found.rule}. Mend that rule."
            )
