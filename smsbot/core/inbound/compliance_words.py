"""The words in which people ask to stop, to start and for help: tables a lawyer can read.

Whole messages are squeezed, the rest are folded words (core/text/normalise.py); what is made of
them stands in compliance.py.
"""

from enum import StrEnum

from smsbot.core.messages import Lang


class Kind(StrEnum):
    """What the contact wants of the number itself; the values are the catalogue's keywords."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


WORDS: dict[str, tuple[Kind, Lang]] = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
        (Kind.STOP, Lang.EN),
    ),
    **dict.fromkeys(("ALTO", "PARAR", "BAJA", "CANCELAR"), (Kind.STOP, Lang.ES)),
    **dict.fromkeys(("START", "YES", "UNSTOP"), (Kind.START, Lang.EN)),
    "INICIAR": (Kind.START, Lang.ES),
    **dict.fromkeys(("HELP", "INFO"), (Kind.HELP, Lang.EN)),
    "AYUDA": (Kind.HELP, Lang.ES),
}
RESERVED = frozenset(WORDS)
"""Squeezed words that mean STOP, START or HELP when they are the whole message."""

# Whole messages that carriers give no meaning, and people do.
SAYINGS: dict[str, tuple[Kind, Lang]] = {
    **dict.fromkeys(
        """REMOVEME PLEASEREMOVEME REMOVEMEPLEASE TAKEMEOFF TAKEMEOFFPLEASE DELETEME NOMOREPLEASE
        NOMORE WRONGNUMBER YOUHAVETHEWRONGNUMBER YOUHAVEWRONGNUMBER THISISTHEWRONGNUMBER GOAWAY
        FUCKOFF PISSOFF STFU NOTINTERESTED IMNOTINTERESTED LOSEMYNUMBER LOSETHISNUMBER
        CUTITOUT KNOCKITOFF
        GETMEOFFTHISTHING COUNTMEOUT IWANTOUT""".split(),
        (Kind.STOP, Lang.EN),
    ),
    **dict.fromkeys(
        """NOMAS NOMASPORFAVOR YANOMAS DEJENDEMOLESTAR DEJADEMOLESTAR DEJENMEENPAZ DEJAMEENPAZ
        NUMEROEQUIVOCADO ESNUMEROEQUIVOCADO NOMEINTERESA YANOMEINTERESA NOESTOYINTERESADO
        NOESTOYINTERESADA BASTA YABASTA BASTAYA YAESTUVO BORRENME SAQUENME QUITENME""".split(),
        (Kind.STOP, Lang.ES),
    ),
    **dict.fromkeys(
        """RESUBSCRIBE RESUBSCRIBEME SUBSCRIBE SUBSCRIBEME OPTIN OPTMEIN OPTMEBACKIN SIGNMEBACKUP
        YESSIGNMEBACKUP STARTAGAIN STARTTEXTING STARTTEXTINGMEAGAIN TEXTMEAGAIN RESUME
        TURNTEXTSBACKON""".split(),
        (Kind.START, Lang.EN),
    ),
    **dict.fromkeys(
        """SUSCRIBIR SUSCRIBIRME SUSCRIBEME ACTIVAR REACTIVAR ACTIVENLOSMENSAJES
        QUIEROVOLVER EMPEZAROTRAVEZ""".split(),
        (Kind.START, Lang.ES),
    ),
    **dict.fromkeys(
        """HELPME HELPPLEASE PLEASEHELP INEEDHELP NEEDHELP INEEDSOMEHELP CANYOUHELP CANYOUHELPME
        CANUHELPME""".split(),
        (Kind.HELP, Lang.EN),
    ),
    **dict.fromkeys(
        """AYUDAME AYUDENME AYUDAPORFAVOR AYUDAMEPORFAVOR NECESITOAYUDA MEPUEDESAYUDAR MEAYUDAS
        PUEDESAYUDARME""".split(),
        (Kind.HELP, Lang.ES),
    ),
}

SLIPS_OF_STOP = frozenset(
    """STPO SOTP TSOP STP STIP STOO STOL STOPL STOPE SROP SYOP SGOP DTOP XTOP ZTOP ATOP STTOP ST0P
    STPP STIOP STAHP STAP STOPIT STOPTHIS STOPNOW STOPTHESE STOPTHAT""".split()
)
"""STOP by a thumb that slipped, as the whole message. Repeated letters need no line here."""
STOP_WORDS = frozenset(w.lower() for w, (kind, _) in WORDS.items() if kind is Kind.STOP)

# A text made of nothing but these, with at least one of STOP_WORDS or a word like them, is STOP.
ONLY_STOP = STOP_WORDS | frozenset(
    "stopp stoppp stap stpo sotp stopit unsub unsuscribe unsubcribe please pls plz now thanks"
    " thank you all it this ok already just i said"
    " the por favor ya gracias basta paren pare opt out me messages texts text msgs now".split()
)
STOP_CORE = frozenset(
    "stop stopp stoppp stap stpo sotp stopit stopall unsubscribe unsub unsuscribe unsubcribe optout"
    " revoke basta paren".split()
)

SUBJECT = frozenset(
    "text texts texting txt txts txting message messages messaging msg msgs sms spam contact"
    " contacting update updates alerts notices list lists reminders campaign campaigns"
    " number spamming bothering harassing system database".split()
)
# "quit smoking, is there a number": a number is ours only where it is taken off a list.
TEXTS = SUBJECT - {"number", "contact", "list", "lists", "system", "database"}
SUCH_TEXTS = frozenset("texts txts messages msgs sms spam updates alerts notices reminders".split())
SUBJECT_ES = frozenset(
    "mensaje mensajes texto textos mensajitos sms lista escribir escriban escribas escribirme"
    " escribiendo escribiendome mandarme mandando mandandome mandes manden textear texteando"
    " texteen contacten contactarme molesten molestando enviarme enviando envien numero escriba"
    " moleste contacte textee".split()
)
TEXTS_ES = SUBJECT_ES - {"numero", "lista"}
OUR_LISTS_ES = frozenset({"lista", "numero"})
HALT = frozenset("stop stopp stpo sotp quit cancel end cease unsubscribe halt".split())
HALT_ES = frozenset(
    "deja dejen dejame dejenme dejar paren parenle parale parar alto basta cancela cancelen"
    " detengan".split()
)
NEGATION = frozenset("no not dont never".split())
AGAIN = frozenset("again agan agin agian agen anymore nomore more ever".split())
REMOVE = frozenset("remove take delete drop get cancel scratch".split())
THIS_LINE = frozenset("number numer phone telephone cell line".split())
OFF = frozenset("turn shut switch".split())
ENOUGH = frozenset("enough done".split())
DELETE = frozenset("remove delete drop".split())
REMOVE_ES = frozenset(
    "quitame quitenme saquenme sacame borrenme borrame eliminenme eliminen elimina borren borra"
    " quiten saquen quita saca quiteme saqueme borreme elimineme eliminenme eliminame".split()
)
VERB_TO_US = frozenset("text message msg txt contact sms spam".split())
GIVE_US = frozenset("send write want need get".split())
FILLERS = frozenset("ever you u please pls to want wanna any your these your more".split())

INSTRUCTS = frozenset("reply txt text send with sms word".split())
LONGEST_PLAIN_WISH = 12
"""Words; up to here a text that speaks of stopping is taken at its word."""

REACH = 5
"""How many words may stand between the verb and what it is about."""

CLAUSE_START = frozenset("i im id ive its no please pls plz yo ya me quiero estoy voy dont".split())
