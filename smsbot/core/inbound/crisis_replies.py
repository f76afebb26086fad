"""What a person in crisis is told: constants of one GSM-7 segment, 988 in the first 40 characters.

No name, no drug, no method, none of the texter's words: a text shows on lock screens. Changing one
of them is changing a clinical instrument: a test holds their rules and their exact number.

Sources, read 2026-11-23: 988, call or text, Spanish by pressing 2 or by the word AYUDA,
https://988lifeline.org/get-help/what-to-expect; for the worried and the bereaved too,
https://988lifeline.org; call 911 rather than text it, https://www.fcc.gov/consumers/guides/
text-911-quick-facts-faqs; Poison Help, http://poisonhelp.hrsa.gov; domestic violence hotline,
https://ovc.ojp.gov/news/grantee-news/national-domestic-violence-hotline-answers-6-million-contacts.
"""

from smsbot.core.inbound.decision import Finding, Tier
from smsbot.core.messages import Lang

LAST_RESORT = (
    "Call or text 988 at any hour if you are in crisis; 911 if a life is at risk. "
    "En crisis: llama al 988 (oprime 2) o manda AYUDA al 988. Peligro: 911."
)
"""What is sent when nothing else can be worked out."""

_FULL: dict[Lang, dict[Tier, str]] = {
    Lang.EN: {
        Tier.EMERGENCY: (
            "Call or text 988, and call 911 now if a life is at risk: not breathing, can't wake, "
            "bleeding. Took too much but awake: Poison Help 1-800-222-1222."
        ),
        Tier.ACTIVE: (
            "Please call or text 988 now: a real person, free, 24/7. If you might act soon, or "
            "already have, call 911. You deserve help, and it is there tonight too."
        ),
        Tier.PASSIVE: (
            "Please call or text 988: a real person listens, free, 24/7. If you are in danger, "
            "call 911. I'm glad you said it. You don't have to carry this alone."
        ),
        Tier.THIRD_PARTY: (
            "Call or text 988, 24/7: they guide friends and family, and the person can use it too. "
            "Stay with them if it's safe. If they may act now, call 911."
        ),
        Tier.VIOLENCE: (
            "Danger now: 911. Call or text 988 too. Domestic violence hotline, 24/7: "
            "1-800-799-7233. It is not your fault. Delete this if your phone isn't private."
        ),
        Tier.BEREAVEMENT: (
            "I'm so sorry. Call or text 988, 24/7: they are there for grief and loss too, not only "
            "for crisis. If you feel unsafe yourself, call 911."
        ),
        Tier.SOFT: (
            "Please call or text 988 if it gets too heavy: a real person, free, 24/7. You don't "
            "need to be at the worst point to call. In danger: 911."
        ),
        Tier.INFORMATION: (
            "Call or text 988, free, 24/7, if suicide is on your mind or you worry for someone. "
            "An overdose or a life at risk: call 911."
        ),
    },
    Lang.ES: {
        Tier.EMERGENCY: (
            "Llama al 988 (oprime 2), y al 911 ya si hay peligro de muerte: no respira, no "
            "despierta, sangra. Si tomaste algo y puedes hablar: 1-800-222-1222."
        ),
        Tier.ACTIVE: (
            "Llama al 988 (oprime 2) o manda AYUDA al 988: una persona real, gratis, 24/7. Si "
            "puedes hacerte daño pronto, o ya lo hiciste, llama al 911."
        ),
        Tier.PASSIVE: (
            "Llama al 988 (oprime 2) o manda AYUDA al 988: alguien te escucha, gratis, 24/7. Si "
            "hay peligro, 911. Gracias por decirlo; no tienes que cargarlo a solas."
        ),
        Tier.THIRD_PARTY: (
            "Llama al 988 (oprime 2) o manda AYUDA al 988: orientan a familia y amigos. Si no hay "
            "riesgo para ti, no dejes sola a la persona. Si va a actuar, 911."
        ),
        Tier.VIOLENCE: (
            "Peligro ahora: 911. Llama al 988 (oprime 2). Violencia en casa, 24/7: "
            "1-800-799-7233. No es tu culpa. Borra este mensaje si alguien ve tu celular."
        ),
        Tier.BEREAVEMENT: (
            "Lo siento mucho. Llama al 988 (oprime 2) o manda AYUDA al 988, 24/7: ayudan "
            "en un duelo. Si corres peligro, 911."
        ),
        Tier.SOFT: (
            "Llama al 988 (oprime 2) o manda AYUDA al 988 si pesa demasiado: una persona real, "
            "gratis, 24/7. No hace falta estar al borde. En peligro: 911."
        ),
        Tier.INFORMATION: (
            "Llama al 988 (oprime 2) o manda AYUDA al 988 si piensas en el suicidio o te preocupa "
            "alguien. Sobredosis o peligro de muerte: 911."
        ),
    },
}

_AGAIN: dict[Lang, dict[Tier, str]] = {
    Lang.EN: {
        Tier.EMERGENCY: (
            "988 by call or text; 911 now if a life is at risk. Poison Help 1-800-222-1222."
        ),
        Tier.ACTIVE: "I'm still here, but 988 has people: call or text now. In danger: 911.",
        Tier.PASSIVE: "988 is there, by call or text, at any hour. In danger: 911.",
        Tier.THIRD_PARTY: "988 guides you too: call or text. If they may act now: 911.",
        Tier.VIOLENCE: "Danger: 911. Call or text 988. DV hotline: 1-800-799-7233.",
        Tier.BEREAVEMENT: "988 is there for loss too: call or text, 24/7.",
        Tier.SOFT: "988, call or text, at any hour. In danger: 911.",
        Tier.INFORMATION: "988, call or text, 24/7. Overdose or danger: 911.",
    },
    Lang.ES: {
        Tier.EMERGENCY: (
            "988 (oprime 2); 911 ya si hay peligro de muerte. Veneno o dosis: 1-800-222-1222."
        ),
        Tier.ACTIVE: "En el 988 hay personas: llama (oprime 2) o manda AYUDA al 988. Peligro: 911.",
        Tier.PASSIVE: "El 988 sigue contigo: llama (oprime 2) o manda AYUDA al 988. Peligro: 911.",
        Tier.THIRD_PARTY: "El 988 te orienta: llama (oprime 2) o manda AYUDA. Si va a actuar: 911.",
        Tier.VIOLENCE: "Peligro: 911. Llama al 988 (oprime 2). Violencia en casa: 1-800-799-7233.",
        Tier.BEREAVEMENT: "El 988 ayuda en un duelo: llama (oprime 2) o manda AYUDA al 988.",
        Tier.SOFT: "988: llama (oprime 2) o manda AYUDA al 988. En peligro: 911.",
        Tier.INFORMATION: "988: llama (oprime 2) o manda AYUDA al 988. Sobredosis o peligro: 911.",
    },
}

_LINE: dict[Lang, dict[Tier, str]] = {
    Lang.EN: {
        Tier.EMERGENCY: "Call or text 988; call 911 now if a life is at risk.",
        Tier.ACTIVE: "Please call or text 988 now, free, 24/7. In danger: 911.",
        Tier.PASSIVE: "Please call or text 988, free, 24/7: a real person listens. In danger: 911.",
        Tier.THIRD_PARTY: "Call or text 988, 24/7, for them and for you. If they may act now: 911.",
        Tier.VIOLENCE: "Danger now: 911. Call or text 988. DV hotline: 1-800-799-7233.",
        Tier.BEREAVEMENT: "I'm so sorry. Call or text 988, 24/7: they are there for loss too.",
        Tier.SOFT: (
            "If it gets too heavy, call or text 988, free, 24/7: a real person. In danger: 911."
        ),
        Tier.INFORMATION: (
            "Call or text 988, 24/7, for thoughts of suicide, yours or a friend's. Danger: 911."
        ),
    },
    Lang.ES: {
        Tier.EMERGENCY: "Llama al 988 (oprime 2); al 911 ya si hay peligro de muerte.",
        Tier.ACTIVE: "Llama ya al 988 (oprime 2) o manda AYUDA al 988, 24/7. Peligro: 911.",
        Tier.PASSIVE: (
            "Llama al 988 (oprime 2) o manda AYUDA al 988, gratis, 24/7. En peligro: 911."
        ),
        Tier.THIRD_PARTY: (
            "Llama al 988 (oprime 2), por ti y por esa persona, 24/7. Si va a actuar: 911."
        ),
        Tier.VIOLENCE: "Peligro: 911. Llama al 988 (oprime 2). Violencia en casa: 1-800-799-7233.",
        Tier.BEREAVEMENT: (
            "Lo siento mucho. El 988 ayuda en un duelo: llama (oprime 2) o manda AYUDA."
        ),
        Tier.SOFT: (
            "Si pesa demasiado, llama al 988 (oprime 2) o manda AYUDA al 988, 24/7. Peligro: 911."
        ),
        Tier.INFORMATION: (
            "Llama al 988 (oprime 2) o manda AYUDA al 988 si piensas en el suicidio. Peligro: 911."
        ),
    },
}


# The texter may hurt somebody: told without blame what to do, and not that it is not their fault.
_THREAT: dict[Lang, str] = {
    Lang.EN: (
        "Please call or text 988 now, free, 24/7: a real person, also for thoughts of hurting "
        "someone. If anyone is in danger, call 911. Take some distance for now."
    ),
    Lang.ES: (
        "Llama al 988 (oprime 2) o manda AYUDA al 988: te ayudan aunque pienses en lastimar a "
        "otros. Si alguien corre peligro, 911. Por ahora, toma distancia."
    ),
}
_THREAT_AGAIN: dict[Lang, str] = {
    Lang.EN: "988 can help before anyone is hurt: call or text now. Danger: 911.",
    Lang.ES: "El 988 ayuda antes de que haya heridos: llama (oprime 2) o manda AYUDA. Riesgo: 911.",
}


def crisis_reply(finding: Finding, lang: Lang, *, repeated: bool) -> str:
    """The text that answers a crisis text; shorter, never absent, when repeated.

    Of violence, who is in danger decides: the texter (DV leads the topics) or others (EMERGENCY).
    """
    if is_threat(finding):
        return (_THREAT_AGAIN if repeated else _THREAT)[lang]
    return (_AGAIN if repeated else _FULL)[lang][finding.tier]


def is_threat(finding: Finding) -> bool:
    """Whether the texter may hurt somebody else, rather than be hurt."""
    return finding.tier is Tier.VIOLENCE and finding.topics[:1] == ("EMERGENCY",)


def safety_line(tier: Tier, lang: Lang) -> str:
    """The short line (at most 110 units) that goes before an answer on a text of this tier."""
    return _LINE[lang][tier]
