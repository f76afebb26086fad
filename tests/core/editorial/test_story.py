import pytest

from migrations import content_triggers
from smsbot.core.editorial import story
from smsbot.core.editorial.revisions import RevisionEvent
from tests.builders import NOW


def an_event(what: str, who: str = "Rae", note: str = "") -> RevisionEvent:
    return RevisionEvent(n=2, at=NOW, who=who, what=what, note=note)


@pytest.mark.parametrize(
    ("event", "sentence", "why"),
    [
        (an_event("approved", note="Read it."), "Rae approved it.", "Read it."),
        (an_event("published"), "Rae made it live.", ""),
        (an_event("published", story.BY_SCHEDULE), "It went live at its time.", ""),
        (an_event("scheduled", note=story.NOT_ANY_MORE), "Rae took it off the schedule.", ""),
        (
            an_event("scheduled", story.BY_SCHEDULE, "refused: FAKE already leads to FDA."),
            "It could not go live at its time.",
            "FAKE already leads to FDA.",
        ),
        (
            an_event("retired", note="replaced by revision 3"),
            "Revision 3 took its place.",
            "",
        ),
        (an_event("retired", note="Out of date."), "Rae took it away.", "Out of date."),
        (an_event("refused", note="Say when."), "Rae refused it.", "Say when."),
        (an_event("refused", note=story.TAKEN_BACK), "Rae took it back to change it.", ""),
        (an_event("submitted", story.BY_PROGRAM), "The program handed it in.", ""),
        (an_event("seed", story.BY_PROGRAM), "It came with the program.", ""),
        (
            an_event("approved", story.BY_PROGRAM),
            "The program passed it on. Nobody has signed it.",
            "",
        ),
    ],
)
def test_an_event_is_a_sentence(event: RevisionEvent, sentence: str, why: str) -> None:
    assert (story.in_words(event), story.why(event)) == (sentence, why)


def test_every_word_that_the_database_writes_is_known() -> None:
    written = "\n".join(content_triggers.sqlite())

    for what in story._DEEDS:
        if what not in {"seed", "import"}:  # these are the revision's origin
            assert f"'{what}'" in written
