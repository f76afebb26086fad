"""Words that are allowed and often a mistake: the editor warns of them, and a person decides.

What no answer may say is in `wording`. Source for what carriers take for selling:
https://support.twilio.com/hc/en-us/articles/360045004974 (read 2026-11-23); the rest are editorial
rules of this project.
"""

from smsbot.core.editorial.wording import Rule

SELLING = Rule(
    what="something that carriers take for selling",
    cure="Carriers may hold the text back: say it without offering anything.",
    phrases=(
        "buy now", "order now", "order online", "act now", "limited time offer*", "special offer*",
        "free trial", "free session*", "ships to", "we ship", "shipped to you", "sign up now",
        "click here", "compra ya", "compra ahora", "pide ya", "oferta especial", "sesion gratis",
        "prueba gratis", "enviamos a", "haz clic aqui", "por tiempo limitado",
    ),
)  # fmt: skip
CERTAIN = Rule(
    what="more than a study can know",
    cure="Say for whom and how often it was found, or that it is not known.",
    phrases=(
        "100%", "100 %", "always works", "never fails", "completely safe", "totally safe",
        "perfectly safe", "no side effects", "everyone who", "works for everyone",
        "siempre funciona", "nunca falla", "totalmente segur*", "completamente segur*",
        "sin efectos secundarios", "esta comprobado", "funciona para todos",
    ),
)  # fmt: skip
ADVICE = Rule(
    what="what only a person's own prescriber can",
    cure="Send the reader to their prescriber instead of telling them what to take or stop.",
    phrases=(
        "stop taking your", "you should take", "you should stop", "you must take",
        "skip your dose", "double your dose", "you dont need a doctor", "instead of your medic*",
        "deja de tomar", "debes tomar", "tienes que tomar", "no necesitas un doctor",
        "en vez de tu medicina",
    ),
)  # fmt: skip

RISKY = (SELLING, CERTAIN, ADVICE)
"""For every answer."""
