"""Part of step 2: STOP in Spanish sentences."""

from smsbot.core.inbound.compliance_pairs import pair
from smsbot.core.inbound.compliance_words import HALT_ES, OUR_LISTS_ES, REMOVE_ES, TEXTS_ES

_DE = frozenset({"de"})
_WANTS_NONE = frozenset({"me", "mas", "quiero", "mandes", "manden"})
_NO = frozenset({"no"})
_LANGUAGES = frozenset({"espanol", "ingles", "castellano"})
_NO_MORE = frozenset({"mas", "nunca", "jamas"})
_HALTS_TO_US = frozenset({"deje", "pare"})
_WRITING_US = frozenset(
    "escribir escribirme escribirnos mandar mandarme mandarnos enviar enviarme enviarnos molestar"
    " molestarme textear textearme contactarme".split()
)
_GIVE = frozenset({"darme", "dame", "denme", "den", "deme"})


def opts_out_in_spanish(words: tuple[str, ...]) -> str | None:
    """The rule by which these folded words ask us to stop; None when they don't."""
    # "para de mandarme mensajes"; "para" alone is mostly "for".
    halts = pair(words, frozenset({"para"}), _DE, 1)
    if pair(words, HALT_ES, TEXTS_ES, 4) or (halts and pair(words, _DE, TEXTS_ES, 3)):
        return "words.stop_texting.es"
    # "deje de escribirme"; "ya deje de tomarla" is about the medicine.
    if pair(words, _HALTS_TO_US, _DE, 1) and pair(words, _DE, _WRITING_US, 1):
        return "words.stop_texting.es"
    if not _LANGUAGES.isdisjoint(words) and _NO_MORE.isdisjoint(words):
        # "sorry no english, me puedes escribir en español" asks for a language.
        return None
    # "no me escriban mas", "ya no quiero mensajes", "no mas mensajes"
    if pair(words, _NO, frozenset({"quiero"}), 1) and pair(
        words, frozenset({"quiero"}), TEXTS_ES, 4
    ):
        return "words.do_not_text.es"
    if pair(words, _NO, TEXTS_ES, 4) and not _WANTS_NONE.isdisjoint(words):
        return "words.do_not_text.es"
    if not REMOVE_ES.isdisjoint(words) and not OUR_LISTS_ES.isdisjoint(words):
        return "words.off_the_list.es"
    if pair(words, _GIVE, frozenset({"baja"}), 2):
        return "words.unsubscribe.es"
    return None
