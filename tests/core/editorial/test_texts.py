import pytest

from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.meter import meter
from smsbot.core.editorial.texts import KEPT_FREE, SHORT_SEGMENTS, text_faults
from smsbot.core.messages import Lang
from smsbot.core.text.segments import GSM7_JOINED
from tests.core.editorial.builders import an_answer, whats

NAMES = frozenset({"HEART", "RISKS", "FIND", "AYUDA", "HELP", "STOP"})


def faults_of(folder: str = "topics", **changes: object) -> list[Fault]:
    parsed = an_answer(folder, **changes)
    assert parsed.answer is not None, parsed.faults
    return list(text_faults(parsed, NAMES))


def words_of_length(length: int) -> str:
    return ("It is so. " * 2000)[: length - 1].rstrip().ljust(length - 1, "a") + "."


def test_a_sound_answer_has_no_fault() -> None:
    assert faults_of(long="Ask a doctor. " * 20) == []


def test_the_longest_short_text_leaves_room_for_what_the_bot_appends() -> None:
    longest = SHORT_SEGMENTS * GSM7_JOINED - KEPT_FREE

    assert faults_of(short=words_of_length(longest)) == []
    (fault,) = faults_of(short=words_of_length(longest + 1))
    assert fault.what.startswith("`short` takes 4 segments with the 40 units kept free")
    assert fault.cure == "Take out 1 characters."


def test_the_meter_says_of_the_length_what_the_check_says() -> None:
    for length in (418, 419, 420, 440):
        body = words_of_length(length)
        cures = [one.cure for one in faults_of(short=body)]

        over = meter(body, "short", Lang.EN).over

        assert cures == ([f"Take out {over} characters."] if over else [])


def test_the_longest_long_text_fills_eight_segments() -> None:
    assert faults_of(long=words_of_length(8 * GSM7_JOINED)) == []
    (fault,) = faults_of(long=words_of_length(8 * GSM7_JOINED + 1))
    assert fault.what == "`long` takes 9 segments; 8 are the most."


def test_placeholders_are_measured_as_long_as_they_may_become() -> None:
    body = "{program}: call 988. " + words_of_length(395)

    (fault,) = faults_of("compliance", keyword="STOP", group="reserved", short=body)

    assert "segments" in fault.what


def test_characters_outside_gsm7_are_named_with_a_lookalike() -> None:
    text = "It can raise your pulse.\nIt\u2019s common \u2014 ask a doctor. \U0001f600"
    parsed = an_answer(short=text)

    (fault,) = text_faults(parsed, NAMES)

    assert "'\u2019' (U+2019), '\u2014' (U+2014), '\U0001f600' (U+1F600)" in fault.what
    assert fault.cure == 'Write "\'-" for them.'


def test_hard_reading_is_refused_with_its_grade() -> None:
    hard = (
        "Pharmacological interventions necessitate multidisciplinary evaluation preceding "
        "administration, particularly considering cardiovascular contraindications."
    )

    (fault,) = faults_of(short=hard)

    assert fault.what.startswith("`short` reads at grade ")


def test_a_line_broken_in_mid_sentence_is_a_fault() -> None:
    (fault,) = faults_of(short="Ask a doctor to check\nyour heart first.")

    assert fault.what == "`short` breaks a line in mid-sentence, and phones show it so."
    assert faults_of(short="Ask a doctor.\n\nThey check.\nBasics: ask.") == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Most people take 50 mg.", "an amount of a drug: '50 mg'"),
        ("Most people take 0.5mg a day.", "an amount of a drug: '0.5mg'"),
        ("Put two tablets under the tongue.", "an amount of a drug: 'two tablets'"),
        ("Toma dos pastillas.", "an amount of a drug: 'dos pastillas'"),
        ("It is a few milligrams.", "an amount of a drug: 'milligrams'"),
        ("It is $300.", "a price: '$'"),
        ("It costs 300 a month.", "a price: 'costs 300'"),
        ("El precio es 300.", "a price: 'precio es 300'"),
        ("It is 300 dollars.", "a price: '300 dollars'"),
        ("This is the best clinic.", "that one is better than others: 'best clinic'"),
        ("It is better than the rest.", "that one is better than others: 'better than'"),
        ("A top-rated place.", "that one is better than others: 'top-rated'"),
        ("Es el mejor lugar.", "that one is better than others: 'el mejor'"),
        ("Yes, you qualify.", "that the reader is fit for it: 'you qualify'"),
        ("Usted califica.", "that the reader is fit for it: 'usted califica'"),
        ("See bit.ly/abc for it.", "a shortened link: 'bit.ly'"),
        ("See https://t.co/abc now.", "a shortened link: 't.co'"),
        ("See www.tinyurl.com/abc now.", "a shortened link: 'tinyurl.com'"),
        ("He committed suicide.", "something in words that hurt people at risk"),
        ("It is a miracle drug.", "a promise: 'miracle'"),
    ],
)
def test_what_no_answer_may_say(text: str, what: str) -> None:
    (fault,) = faults_of(short=text)

    assert f"`short` says {what}" in fault.what


@pytest.mark.parametrize(
    "text",
    [
        "They watch you for at least 2 hours after each dose.",
        "One dose can lift mood within hours in some people.",
        "Call 1-800-662-4357. It is free, 24/7.",
        "Studies of the nasal spray are the best we have.",
        "Read spravat.com or trust.company today.",
        "It is sold as a tablet or a lozenge.",
        "En 2023 la FDA dio una alerta.",
        "Pregunta si es adictivo. Ask if it is addictive.",
        "Two or more drugs did not help.",
    ],
)
def test_sound_sentences_are_let_through(text: str) -> None:
    assert faults_of(short=text) == []


@pytest.mark.parametrize("key", ["short", "long", "stub"])
def test_every_text_obeys_the_same_rules(key: str) -> None:
    (what,) = whats(faults_of(**{key: "Take 50 mg."}))

    assert what == f"`{key}` says an amount of a drug: '50 mg'."


@pytest.mark.parametrize("keyword", ["WARNING", "FDA", "ATHOME"])
@pytest.mark.parametrize(
    "words", ["a death", "some died", "were hospitalised", "hospital stays", "muertes", "falleció"]
)  # fmt: skip
def test_the_alert_is_told_without_deaths_and_hospital_stays(keyword: str, words: str) -> None:
    faults = faults_of(keyword=keyword, short=f"The FDA had {words}.".replace("ó", "o"))

    assert [fault.what for fault in faults if "alert does not say" in fault.what]


def test_an_answer_has_banned_words_of_its_own() -> None:
    (fault,) = faults_of(short="It is a Wonder drug.", banned=["wonder", "magic"])

    assert fault.what == "`short` has 'wonder', which `banned` rules out."


@pytest.mark.parametrize("words", ["a gun", "pills", "un puente", "antifreeze", "jumping"])
def test_helplines_name_no_means(words: str) -> None:
    short = f"In crisis? Call or text 988. Not {words}."

    (fault,) = faults_of("crisis", keyword="LINES", group="safety", short=short)

    assert "says a means of self-harm" in fault.what


def test_helplines_begin_with_the_lifeline() -> None:
    late = "This is a long beginning about many things. Then call 988."

    (fault,) = faults_of("crisis", keyword="LINES", group="safety", short=late)

    assert fault.what == "`short` has no 988 in its first 40 characters."


@pytest.mark.parametrize("keyword", ["STOP", "START", "HELP"])
def test_reserved_answers_carry_the_lifeline(keyword: str) -> None:
    faults = faults_of("compliance", keyword=keyword, group="reserved", short="You are out. Bye.")

    assert "`short` has no 988." in whats(faults)


def test_help_names_program_contact_stop_and_rates() -> None:
    whole = "988 in a crisis. {program}. Ask {contact}. Msg rates may apply. STOP to end."
    kept = {"keyword": "HELP", "group": "reserved", "aliases": [], "loose": []}

    assert faults_of("compliance", **kept, short=whole) == []
    missing = whats(faults_of("compliance", **kept, short="988 in a crisis."))
    assert [what.removeprefix("HELP doesn't say ") for what in missing] == [
        "the program's name.", "a way to reach a person.", "how to stop.", "that rates may apply.",
    ]  # fmt: skip


@pytest.mark.parametrize("keyword", ["STEPS", "THERAPY"])
def test_answers_to_people_in_low_mood_carry_the_lifeline(keyword: str) -> None:
    assert whats(faults_of(keyword=keyword)) == ["`short` has no 988."]


def test_placeholders_are_for_compliance_texts_only() -> None:
    assert whats(faults_of(short="Ask {contact}.")) == ["`short` has '{contact}'."]
    kept = {"keyword": "STOP", "group": "reserved"}
    assert whats(faults_of("compliance", **kept, short="988. Ask {boss}.")) == [
        "`short` has the placeholder '{boss}'."
    ]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Text KIDNEYS for it.", "KIDNEYS"),
        ("Text MORE for it.", "MORE"),
        ("Text HOME for it.", "HOME"),
        ("Envia PELIGRO.", "PELIGRO"),
    ],
)
def test_a_word_in_capitals_must_lead_somewhere(text: str, word: str) -> None:
    (fault,) = faults_of(short=text)

    assert f"`short` has {word} in capitals" in fault.what


@pytest.mark.parametrize(
    "text",
    [
        "Text RISKS or FIND.",
        "Text HOME to 741741. HOME is their word.",
        "Envia AYUDA al 988.",
        "The FDA and the DEA say so in the U.S. too.",
        "A I O",
        "See https://example.org/ABC today.",
    ],
)
def test_keywords_helplines_and_abbreviations_may_stand_in_capitals(text: str) -> None:
    assert faults_of(short=text) == []


def test_a_fault_points_at_the_line_of_the_text() -> None:
    parsed = an_answer(short="HERE")

    (fault,) = text_faults(parsed, NAMES)

    assert parsed.lines.text[fault.line - 1] == 'short = "HERE"'


def test_a_huge_text_is_one_fault_and_takes_no_time() -> None:
    (fault,) = faults_of(short="a.a-" * 10_000)

    assert fault.what == "`short` has 40,000 characters."
