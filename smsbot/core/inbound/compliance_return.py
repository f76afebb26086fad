"""Part of step 2: people who left and want the texts again, in their own words.

Nobody is signed up again by a guess: what is asked for must be texts, and again.
"""

from smsbot.core.inbound.compliance_pairs import pair

_TEXTS = frozenset(
    "text texts texting txt txts message messages messaging msg msgs sms updates alerts".split()
)
_BACK_ON = frozenset("turn switch put start".split())
_SIGN_UP = frozenset("sign opt add let put get bring enroll count".split())
_ME = frozenset("me us".split())
_RESUME = frozenset("resume restart reactivate reenable renew reinstate unpause continue".split())
_RESUBSCRIBE = frozenset("resubscribe resub reenroll".split())
_GET = frozenset("get receive have want send sending start".split())
_WISH = frozenset("want wanna how can could like start please pls id".split())
_COMPLAINS = frozenset("why keep who what dont stop".split())
_LEFT = frozenset("opted unsubscribed unsubbed".split())
_BY_MISTAKE = frozenset("accident accidentally mistake mistakenly".split())
_NOT = frozenset("dont not never no stop quit nor without".split())

_MENSAJES = frozenset("mensaje mensajes texto textos sms mensajitos avisos".split())
_REACTIVAR = frozenset(
    "reactiven reactivar reactiva reactivenme reactivame reactivarme reactiveme".split()
)
_ACTIVAR = frozenset("activen activar activenme activame activeme".split())
_SUSCRIBIR = frozenset(
    "suscribirme suscribeme suscribanme suscribir subscribirme subscribanme inscribanme".split()
)
_ALTA = frozenset("denme dame deme darme".split())
_VOLVER = frozenset("volver vuelvan vuelva regresen".split())
_MANDAR = frozenset(
    "recibir recibirlos recibiendo mandar mandarme mandarlos manden mandenme enviar enviarme"
    " escribirme escribir escribanme activar activarme suscribirme".split()
)
_SIN_QUERER = frozenset("querer error accidente equivocacion".split())
_LONGEST = 18
"""Words; a longer text tells a story, and a story signs nobody up."""


def asks_back_in(words: tuple[str, ...]) -> str | None:
    """The rule by which these folded words ask for our texts again; None when they don't."""
    if not words or len(words) > _LONGEST:
        return None
    if _back_in(words):
        return "words.back_in"
    return "words.back_in.es" if _back_in_spanish(words) else None


def _back_in(words: tuple[str, ...]) -> bool:
    texts = not _TEXTS.isdisjoint(words)
    if _unwanted(words, _RESUME | _RESUBSCRIBE | _GET | _SIGN_UP | _BACK_ON):
        return False
    if not _RESUBSCRIBE.isdisjoint(words) or pair(words, _RESUME, _TEXTS, 4):
        # "resume texts"
        return True
    if texts and pair(words, _BACK_ON, frozenset({"on"}), 5) and _again(words):
        # "turn the messages back on"
        return True
    if _signs_back_up(words):
        return texts or words[-1] in {"up", "in", "on", "list", "please", "again"}
    if texts and _again(words) and pair(words, _GET, _TEXTS, 4):
        # "i wanna get ur texts again", "start texting me again"; not "why do i get texts again"
        return not _WISH.isdisjoint(words) and _COMPLAINS.isdisjoint(words)
    # "i opted out by accident", "unsubscribed by mistake, turn it back on"
    left = pair(words, _LEFT, _BY_MISTAKE, 4) or pair(words, _BY_MISTAKE, _LEFT, 2)
    if left and (texts or "of" not in words):
        return True
    # "i didnt mean to unsubscribe"
    return pair(words, frozenset({"mean"}), frozenset({"unsubscribe", "opt"}), 2)


def _signs_back_up(words: tuple[str, ...]) -> bool:
    # "sign me back up", "opt me back in", "i want back in"
    for at, word in enumerate(words[:-2]):
        if word in _SIGN_UP and words[at + 1] in _ME and words[at + 2] == "back":
            return words[at + 3 : at + 4] in {("up",), ("in",), ("on",)}
    return (
        pair(words, frozenset({"want"}), frozenset({"back"}), 1)
        and "in" in words[-3:] + (words[words.index("back") + 1 : words.index("back") + 2])
    )


def _again(words: tuple[str, ...]) -> bool:
    return not {"again", "back", "agan", "agian"}.isdisjoint(words)


def _unwanted(words: tuple[str, ...], verbs: frozenset[str]) -> bool:
    """Whether the text says no to what it names: "dont turn them back on"."""
    return pair(words, _NOT, verbs, 2)


def _back_in_spanish(words: tuple[str, ...]) -> bool:
    wishes = _REACTIVAR | _ACTIVAR | _SUSCRIBIR | _VOLVER | _ALTA
    if pair(words, frozenset({"no", "nunca"}), wishes, 2):
        return False
    again = pair(words, frozenset({"otra", "de"}), frozenset({"vez", "nuevo"}), 1)
    texts = not _MENSAJES.isdisjoint(words)
    if pair(words, frozenset({"di"}), frozenset({"baja"}), 2) and pair(
        words, frozenset({"baja"}), _SIN_QUERER, 4
    ):
        # "me di de baja sin querer"
        return True
    if not _REACTIVAR.isdisjoint(words) and (texts or again or len(words) <= 3):
        return True
    if not (_ACTIVAR | _SUSCRIBIR).isdisjoint(words) and (texts or again):
        return True
    if pair(words, _ALTA, frozenset({"alta"}), 2) and (texts or again):
        return True
    # "quiero volver a recibir los mensajes", "mandenme mensajes otra vez"
    return texts and (
        pair(words, _VOLVER, _MANDAR, 2)
        or (again and not _MANDAR.isdisjoint(words) and "no" not in words)
    )
