"""Step 1 of 4: does this text speak of suicide, danger or despair? Then 988 comes first.

Never asks anybody: no network, no database, no clock, no model that writes. Never holds or returns
the text. Whoever calls it treats an exception as a text that fired: it is written to raise one only
for a text that is too much work. What it looks for is data (content/crisis/lexicon); what it does
by tier is docs/crisis.md.
"""

from collections.abc import Mapping

from smsbot.core.errors import ScreenFault
from smsbot.core.inbound.crisis_lexicon import Lexicon, Rule, compile_lexicon
from smsbot.core.inbound.crisis_match import BREAK, MOST_STEPS, Match
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


LIKENESS = "model.likeness"
"""The rule that names the learned layer."""


class Screen:
    """The crisis screen, ready to use by any number of threads."""

    def __init__(
        self, lexicon: Lexicon, model: Model | None = None, *, most_steps: int = MOST_STEPS
    ) -> None:
        """`most_steps` is how much work one text may be."""
        self._lexicon = lexicon
        self._model = model
        self._most_steps = most_steps
        self._reader = Reader(lexicon.vocabulary, lexicon.pictures)

    def find(self, text: str) -> Finding | None:
        """The most urgent thing the text says; None when it says nothing of the kind.

        The whole text is read, whatever its length.

        Raises:
            ScreenFault: The text is more work than any text may be; it counts as found.
        """
        words = self._reader.read(text)
        if len(words) <= _MOST_ALONE + 2:
            alone = " ".join(word.text or "?" for word in words if word is not BREAK)
            if bare := self._lexicon.alone.get(alone):
                return _finding(bare, bare.tier)
        found_all = self._lexicon.tree.matches(words, most_steps=self._most_steps)
        matches = sorted(set(found_all), key=_place)
        found = self._most_urgent(matches) if matches else None
        return found or self._likeness(text)

    def _likeness(self, text: str) -> Finding | None:
        """The second layer: it may add 988 where the lexicon is silent, and never takes it away."""
        if self._model is None or not self._model.fires(text):
            return None
        return Finding(tier=Tier.PASSIVE, rule=LIKENESS, lang=None)

    def _most_urgent(self, matches: list[Match]) -> Finding | None:
        rules = self._lexicon.rules
        guarded = {at for m in matches if rules[m.owner].tier is None for at in m.words()}
        told = self._told_of_others(matches)
        best: tuple[int, Rule, Tier] | None = None
        for match in matches:
            rule = rules[match.owner]
            tier = rule.tier
            if tier is None:
                continue
            if tier in _TOLD_OF_OTHERS and told.get(match.start, 0) > _ABOUT.get(tier, 0):
                continue
            if not guarded.isdisjoint(match.words()):
                tier = _LOWERED[tier]
            if tier is not None and (best is None or _URGENCY[tier] < best[0]):
                best = (_URGENCY[tier], rule, tier)
        return _finding(best[1], best[2]) if best else None

    def _told_of_others(self, matches: list[Match]) -> dict[int, int]:
        """The words within phrases about somebody else, and how much those phrases tell."""
        told: dict[int, int] = {}
        for match in matches:
            if more := _ABOUT.get(self._lexicon.rules[match.owner].tier, 0):
                told.update((at, more) for at in match.words() if told.get(at, 0) < more)
        return told


def _place(match: Match) -> tuple[int, int, int]:
    """Of what is equally urgent the first to end is named, the shortest, the lexicon's first."""
    return match.end, -match.start, match.owner


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
