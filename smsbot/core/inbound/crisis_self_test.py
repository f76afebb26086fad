"""What the crisis screen must find, and leave alone, before any process may start.

A few dozen texts are enough to notice a lexicon that is missing, cut short or edited into saying
nothing. They are in code, not beside the lexicon, so that losing one does not lose the other.
"""

from smsbot.core.inbound.decision import Tier

_SELF = frozenset({Tier.ACTIVE, Tier.PASSIVE})

MUST_FIND: tuple[tuple[str, frozenset[Tier]], ...] = (
    ("988", frozenset({Tier.ACTIVE})),
    ("SUICIDE", frozenset({Tier.ACTIVE})),
    ("crisis", frozenset({Tier.ACTIVE})),
    ("911", frozenset({Tier.EMERGENCY})),
    ("Overdose", frozenset({Tier.EMERGENCY})),
    ("sobredosis", frozenset({Tier.EMERGENCY})),
    ("i want to kill myself", frozenset({Tier.ACTIVE})),
    ("I\u2019m going to k\u200bill mys\u0435lf", frozenset({Tier.ACTIVE})),
    ("i wanna die", _SELF),
    ("im suicidal", _SELF),
    ("i want 2 end my life", _SELF),
    ("i dont want to live anymore", _SELF),
    ("everyone would be better off without me", _SELF),
    ("i keep cutting myself", _SELF),
    ("i took all my pills", frozenset({Tier.EMERGENCY})),
    ("she's not breathing", frozenset({Tier.EMERGENCY})),
    ("i took too much ketamine", frozenset({Tier.EMERGENCY})),
    ("my friend wants to die", frozenset({Tier.THIRD_PARTY})),
    ("my husband hits me", frozenset({Tier.VIOLENCE})),
    ("my brother died by suicide", frozenset({Tier.BEREAVEMENT})),
    ("can ketamine stop suicidal thoughts", frozenset({Tier.INFORMATION})),
    ("quiero matarme", _SELF),
    ("me quiero morir", _SELF),
    ("ya no quiero vivir", _SELF),
    ("quiero quitarme la vida", _SELF),
    ("me tom\u00e9 todas las pastillas", frozenset({Tier.EMERGENCY})),
    ("mi hermano se quiere matar", frozenset({Tier.THIRD_PARTY})),
    ("mi esposo me golpea", frozenset({Tier.VIOLENCE})),
    # What one file of the lexicon alone knows: losing that file must not go unnoticed.
    ("no quiero seguir viviendo", _SELF),
    ("voy a ahorcarme", _SELF),
    ("si esto no funciona me mato", _SELF),
    ("this is goodbye", _SELF),
    ("i scratched my arms until they bled", _SELF),
    ("my dad wishes he was dead", frozenset({Tier.THIRD_PARTY})),
    ("my wife is unconscious", frozenset({Tier.EMERGENCY})),
    ("i want to due", _SELF),
)

MUST_LEAVE: tuple[str, ...] = (
    "",
    "hi",
    "MENU",
    "STOP",
    "what are the side effects",
    "is ketamine fda approved",
    "took my pill this morning",
    "my phone died",
    "how do i kill a process",
    "can i take it with xanax",
    "2 mg",
    "que es la terapia de ketamina",
    "cuanto cuesta",
)
