"""What a person in danger reads: constants, vetted, the same words every time.

Each is one GSM-7 segment (at most 160 units) with 988 in its first 40 characters; where life is at
risk 911 stands in the same segment. Nothing here names a method, repeats what the person wrote or
asks a question. A test pins their hash: a change needs two people (docs/crisis.md).

Facts and their sources, read 2026-11-23: 988 by call and text, press 2 or AYUDA for Spanish, also
for a loss and for worry about somebody else https://988lifeline.org/get-help/what-to-expect;
Poison Help 1-800-222-1222 https://poisonhelp.hrsa.gov; National Domestic Violence Hotline
1-800-799-7233 https://ovc.ojp.gov/news/grantee-news/
national-domestic-violence-hotline-answers-6-million-contacts
"""

from smsbot.core.inbound.decision import Tier
from smsbot.core.messages import Lang

_EN = {
    Tier.EMERGENCY: "Life at risk: call 911 now. Or call 988, any time. Took too much or the wrong"
    " thing, and awake? Poison Help 1-800-222-1222. All free, 24/7.",
    Tier.ACTIVE: "Call or text 988 now: a real person, free, 24/7. If you are hurt, took something"
    " or are in danger, call 911. You matter, and help is there.",
    Tier.PASSIVE: "Call or text 988: a real person will listen, free, 24/7. In danger, call 911."
    " I'm an automated line, but you can keep texting me.",
    Tier.THIRD_PARTY: "You can call or text 988 for someone else too: free, 24/7. If it may happen"
    " now, call 911 and stay with them if it is safe for you.",
    Tier.VIOLENCE: "In danger now? 911. Call or text 988 to talk. Abuse hotline 1-800-799-7233,"
    " 24/7. Delete this text if your phone is not safe.",
    Tier.BEREAVEMENT: "I'm so sorry. Call or text 988 any time: it is there for people who lost"
    " someone too, free, 24/7.",
    Tier.SOFT: "That sounds heavy. Call or text 988 any time, free, 24/7: a real person will"
    " listen. In danger, call 911.",
    Tier.INFORMATION: "Call or text 988 if this is about you or someone close: free, 24/7."
    " In danger, call 911.",
}
_ES = {
    Tier.EMERGENCY: "Hay peligro: llama al 911. O al 988 (oprime 2). ¿Tomaste de mas y"
    " sigues despierto? 1-800-222-1222. Todos gratis, 24/7.",
    Tier.ACTIVE: "Llama al 988 ahora (oprime 2) o manda AYUDA al 988: una persona real, gratis,"
    " 24/7. Si tomaste algo o hay peligro, llama al 911.",
    Tier.PASSIVE: "Llama al 988 (oprime 2) o manda AYUDA al 988: una persona te escucha, gratis,"
    " 24/7. En peligro, 911. Puedes seguir escribiendo.",
    Tier.THIRD_PARTY: "El 988 (oprime 2) es para ayudar a otra persona, gratis, 24/7."
    " Si puede pasar ahora, llama al 911 y no la dejes sola si no corres peligro.",
    Tier.VIOLENCE: "¿En peligro ahora? 911. Para hablar, 988 (oprime 2). Abuso en casa:"
    " 1-800-799-7233, 24/7. Borra este texto si tu celular no es seguro.",
    Tier.BEREAVEMENT: "Siento tu perdida. Llama al 988 (oprime 2) a toda hora: es para quien"
    " perdio a alguien, gratis, 24/7.",
    Tier.SOFT: "Suena muy duro. Llama al 988 (oprime 2) a toda hora, gratis: una persona real te"
    " escucha. En peligro, llama al 911.",
    Tier.INFORMATION: "Llama al 988 (oprime 2) si se trata de ti o de alguien cercano: gratis,"
    " 24/7. En peligro, llama al 911.",
}
_REPLIES = {Lang.EN: _EN, Lang.ES: _ES}

_REPEATED = {
    Lang.EN: "Call or text 988, any time. In danger, call 911.",
    Lang.ES: "Llama al 988 (oprime 2), a toda hora. En peligro, 911.",
}
_REPEATED_VIOLENCE = {
    Lang.EN: "In danger: 911. To talk: 988. Abuse hotline: 1-800-799-7233.",
    Lang.ES: "En peligro: 911. Para hablar: 988. Abuso en casa: 1-800-799-7233.",
}
_LINES = {
    Lang.EN: "If anyone is at risk: call or text 988, free, 24/7.",
    Lang.ES: "Si alguien corre peligro: llama al 988 (oprime 2), gratis, 24/7.",
}
_LOSS = {
    Lang.EN: "I'm so sorry. Call or text 988 any time.",
    Lang.ES: "Siento tu perdida. Llama al 988 (oprime 2) a toda hora.",
}

LAST_RESORT = (
    "In crisis? Call or text 988 (US), free, 24/7. In danger: 911."
    " Llama al 988, oprime 2. This line has a problem: try again soon."
)
"""Both languages in one segment, for when nothing else can be said."""


def crisis_reply(tier: Tier, lang: Lang, *, repeated: bool = False) -> str:
    """The reply to a crisis text; `repeated`: a shorter one, soon after another. Never empty."""
    if not repeated or tier is Tier.EMERGENCY:
        return _REPLIES[lang][tier]
    return _REPEATED_VIOLENCE[lang] if tier is Tier.VIOLENCE else _REPEATED[lang]


def safety_line(tier: Tier, lang: Lang) -> str:
    """The short line that stands before an answer, for the tiers that get one."""
    return _LOSS[lang] if tier is Tier.BEREAVEMENT else _LINES[lang]
