from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.inbound.compliance import Kind, check, opts_out_beside
from smsbot.core.messages import E164, InboundMessage, Lang, MessageSid, OptOutType

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def a_text(body: str, opt_out_type: OptOutType | None = None) -> InboundMessage:
    return InboundMessage(
        sid=MessageSid("SM" + "a" * 32),
        sender=E164("+15005550001"),
        recipient=E164("+15005550006"),
        body=body,
        received_at=NOW,
        opt_out_type=opt_out_type,
    )


@pytest.mark.parametrize(
    "body",
    [
        "STOP", "stop", " Stop. ", "S T O P", "STOP!!!", "stopall", "Unsubscribe", "CANCEL", "end",
        "Quit", "revoke", "opt out", "OPT-OUT", "alto", "Parar", "BAJA", "cancelar", "stop please",
        "please stop", "STOP STOP STOP", "pls stop texting me", "stop sending me these messages",
        "please stop texting me", "quit texting this number", "do not text me again",
        "dont message me anymore", "no more texts", "take me off this list", "remove my number",
        "remove me from your list", "delete my number please", "i want to opt out",
        "unsubscribe me", "leave me alone", "no me escriban mas", "no me manden mas mensajes",
        "ya no quiero mensajes",
        "dejen de mandarme mensajes", "quítenme de la lista", "no más mensajes",
        "borren mi numero", "ya no me escriban", "quiero darme de baja", "remove me", "take me off",
        "no more", "wrong number", "you have the wrong number", "go away", "fuck off", "stpo",
        "unsub", "i dont want your texts", "please dont send me any more messages",
        "no texts please",
        "never text this number again", "stop sending me stuff", "stop bothering me",
        "i revoke my consent", "delete me from your system", "take this number off", "no mas",
        "i no longer wish to receive messages", "dejenme en paz", "quitenme de su lista",
        "no quiero recibir mensajes", "número equivocado", "para de mandarme mensajes",
        "stopp", "sotp", "STOOOP", "stpp", "stop it", "unsubscibe", "unsuscribe me", "un subscribe",
        "wrong number remove me", "dont msg this phone agan", "remove me. i never asked for these",
        "who gave you this? take me off your list", "turn off these alerts",
        "enough with the texts",
        "lose this number", "Kindly cease sending messages to this telephone", "opt me out",
        "you keep texting me. please stop", "wrong number, no ketamine here", "basta",
        "quiero que me den de baja", "número equivocado, ya no escriban",
        "no me interesa. sáquenme", "no quiero volver a recibir mensajes",
        "saqueme de su lista por favor", "deje de escribirme", "ya no me escriba",
        "no me escriban mas en ingles", "deje de mandarme mensajes",
        "sotp texting me", "done with these messages", "shut off the texts please",
    ],
)  # fmt: skip
def test_it_reads_any_reasonable_wording_as_an_opt_out(body: str) -> None:
    found = check(a_text(body))

    assert found is not None
    assert found.kind is Kind.STOP


@pytest.mark.parametrize(
    "body",
    [
        "i want to stop taking ketamine", "how do i stop", "stop the pain", "can i stop my meds",
        "when can i stop treatment", "does it stop working", "how do i end a session early",
        "should i cancel my zoloft", "quiero dejar de tomar ketamina", "puedo parar el tratamiento",
        "no more depression", "is it a dead end", "i dont want to text my doctor about it",
        "FDA", "risks", "what happens if i stop going", "do you have a list of side effects",
        "sorry no english, me puedes escribir en español", "no me escriban en ingles",
        "ya deje de tomar la pastilla, me escriben", "no se si me mande el doctor",
        "no me gusta la clinica", "no quiero pastillas", "baja la presion?", "más",
        "my doctor said no more ketamine", "take it off label", "alto riesgo?", "end of treatment",
        "how did you get my number", "i quit smoking, is there a number to call",
        "i want to stop my meds, what number do i call", "my doctor will not send me to a clinic",
        "they dont write prescriptions for me", "why dont you text me back",
        "does it end with a text message", "i am not sure text me the list",
        "take my number and call me", "how do i cancel my appointment", "delete my messages",
        "no me dieron un numero de telefono", "no quiero dar mi numero",
        "quiero que borren mis mensajes", "para que es este numero de ayuda",
        "para que son los mensajes", "sirve para mandar textos",
        "shop", "step", "steps", "top", "should i stop the meds? text me back", "underscribed",
        "can i stop ketamine", "is it safe to quit klonopin", "how do I stop taking it",
        "is there a wrong number of sessions", "did you turn off the light",
        "is enough known about this", "i am done with zoloft", "what if i lose my number",
        "i was told to drop my meds and take this, is that ok", "does the drip stop the pain",
    ],
)  # fmt: skip
def test_it_leaves_questions_about_stopping_alone(body: str) -> None:
    assert check(a_text(body)) is None


@pytest.mark.parametrize(
    ("body", "kind", "lang"),
    [
        ("START", Kind.START, Lang.EN),
        ("yes", Kind.START, Lang.EN),
        ("unstop", Kind.START, Lang.EN),
        ("Iniciar", Kind.START, Lang.ES),
        ("sign me back up", Kind.START, Lang.EN),
        ("activen los mensajes", Kind.START, Lang.ES),
        ("HELP", Kind.HELP, Lang.EN),
        ("info", Kind.HELP, Lang.EN),
        ("AYUDA", Kind.HELP, Lang.ES),
        ("help me", Kind.HELP, Lang.EN),
        ("i need help", Kind.HELP, Lang.EN),
        ("ayúdame", Kind.HELP, Lang.ES),
        ("necesito ayuda", Kind.HELP, Lang.ES),
    ],
)
def test_it_knows_start_and_help_in_both_languages(body: str, kind: Kind, lang: Lang) -> None:
    found = check(a_text(body))

    assert found is not None
    assert (found.kind, found.lang, found.provider_answered) == (kind, lang, False)


@pytest.mark.parametrize(
    "body",
    [
        "turn the messages back on", "sign me back up for the texts please", "ok i want back in",
        "i opted out by accident can you sign me back up for texts", "resume texts",
        "i wanna get ur texts again", "resubscribe me", "start texting me again",
        "I cancelled last month, how do I get your messages again", "opt me back in",
        "i didnt mean to unsubscribe", "changed my mind, turn the alerts back on",
        "quiero volver a recibir los mensajes", "reactiven mis mensajes porfa",
        "activen los mensajes de nuevo", "me di de baja sin querer, activenme otra vez",
        "quiero suscribirme de nuevo a los textos", "denme de alta otra vez",
        "mandenme los mensajes otra vez", "i opted out by accident, turn it back on",
        "unsubscribed by mistake", "me di de baja sin querer",
    ],
)  # fmt: skip
def test_it_reads_a_wish_to_come_back(body: str) -> None:
    found = check(a_text(body))

    assert found is not None
    assert found.kind is Kind.START


@pytest.mark.parametrize(
    "body",
    [
        "why am i getting these texts again", "stop sending texts again", "dont sign me back up",
        "do not turn the texts back on", "who signed me back up", "sign me up for ketamine",
        "how do i get back on my feet", "put me back on zoloft?", "can i resume treatment",
        "my depression is back again", "will it start again when i stop", "i want my life back",
        "no me activen los mensajes", "se activa otra vez la depresion",
        "quiero volver a vivir bien",
        "puedo volver a tomar ketamina", "why do i get a text again", "can i start ketamine again",
        "me mandaron la receta otra vez", "reactivar mi seguro cuesta", "what do i get back",
        "no quiero volver a recibir mensajes", "accidentally opted out of therapy",
        "me dio de baja la presion por error",
    ],
)  # fmt: skip
def test_nobody_is_signed_up_again_by_a_guess(body: str) -> None:
    found = check(a_text(body))

    assert found is None or found.kind is not Kind.START


_ASKING = ("how do i", "can i", "should i", "is it safe to", "when do i", "what happens if i",
           "my doctor says to", "i want to", "puedo", "tengo que", "quiero", "cómo")  # fmt: skip
_HALTING = ("stop", "quit", "end", "cancel", "halt", "drop", "dejar", "parar", "suspender")
_THINGS = ("ketamine", "taking it", "my meds", "klonopin", "treatment", "the sessions", "the pain",
           "crying", "my appointment", "la ketamina", "de tomarla", "mis pastillas",
           "el dolor", "it early", "smoking", "the pills cold turkey")  # fmt: skip
_AFTER = ("", "?", " all at once", " for good", " por favor", " please", " ok?", " y qué pasa")


@given(
    asking=st.sampled_from(_ASKING),
    halting=st.sampled_from(_HALTING),
    thing=st.sampled_from(_THINGS),
    after=st.sampled_from(_AFTER),
)
def test_no_question_about_stopping_a_treatment_is_an_opt_out(
    asking: str, halting: str, thing: str, after: str
) -> None:
    assert check(a_text(f"{asking} {halting} {thing}{after}")) is None


@given(letters=st.tuples(*[st.integers(1, 4)] * 4))
def test_stop_with_letters_held_down_is_stop(letters: tuple[int, ...]) -> None:
    body = "".join(letter * times for letter, times in zip("stop", letters, strict=True))

    found = check(a_text(body))

    assert found is not None
    assert found.kind is Kind.STOP


@pytest.mark.parametrize("kind", list(OptOutType))
def test_it_says_that_the_provider_has_answered(kind: OptOutType) -> None:
    found = check(a_text("whatever", opt_out_type=kind))

    assert found is not None
    assert (found.kind.value, found.provider_answered) == (kind.value, True)


@pytest.mark.parametrize(
    "body",
    [
        "STOP i want to die",
        "stop. i cant do this anymore",
        "Stop\nquiero morir",
        "stop texting me i want to die",
    ],
)
def test_a_crisis_text_may_also_opt_out(body: str) -> None:
    assert opts_out_beside(body)


@pytest.mark.parametrize(
    "body",
    ["stop the pain, i want to die", "make it stop", "i cant stop crying", "", "end my life"],
)
def test_a_crisis_text_about_stopping_the_pain_is_no_opt_out(body: str) -> None:
    assert not opts_out_beside(body)


@pytest.mark.parametrize(
    "body",
    [
        "Free ring tones all week, call 09999999999 now, 18 plus. 2 stop texts txt STOP to 80999",
        "Your voucher is ready for you at the shop. To unsubscribe from our alerts reply STOP.",
        "sorry i meant as an apology from me for texting you to get me a ride last night",
    ],
)
def test_another_senders_footer_is_no_opt_out(body: str) -> None:
    assert check(a_text(body)) is None


def test_a_long_complaint_is_still_an_opt_out() -> None:
    body = "i have asked you people twice already this week so please stop texting me right now ok"

    found = check(a_text(body))

    assert found is not None
    assert found.kind is Kind.STOP
