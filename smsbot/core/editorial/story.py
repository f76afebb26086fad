"""The history of a revision in words that anybody on the staff understands."""

from smsbot.core.editorial.revisions import RevisionEvent

BY_SCHEDULE = "schedule"
"""Who the history names for what went live at its time."""
BY_PROGRAM = "content seed"
"""Who the history names for the answers that come with the program."""
NOT_ANY_MORE = "not any more"
"""The note in the history when a time is taken off again."""
REFUSED = "refused: "
"""How the note begins when something could not go live at its time; the reason follows."""
TAKEN_BACK = "taken back"
"""The note when it became a draft again because its author wanted it so: nobody refused it."""
REPLACED = "replaced by revision"
"""How the database's note begins when the next text took over."""

_DEEDS = {
    "drafted": "{who} began the draft.",
    "seed": "It came with the program.",
    "import": "{who} imported it.",
    "submitted": "{who} sent it to review.",
    "refused": "{who} refused it.",
    "approved": "{who} approved it.",
    "approved too": "{who} approved it as the second person.",
    "scheduled": "{who} set a time for it to go live.",
    "published": "{who} made it live.",
    "rolled back": "{who} brought it back.",
    "retired": "{who} took it away.",
    "discarded": "{who} gave the draft up.",
    "taken back": "{who} took it back to change it.",
}
_PROGRAM_DEEDS = {
    "submitted": "The program handed it in.",
    "approved": "The program passed it on. Nobody has signed it.",
    "published": "It went live with the program.",
}


def is_refusal(event: RevisionEvent) -> bool:
    """Whether a reviewer sent it back; the database writes the same word for one taken back."""
    return event.what == "refused" and event.note != TAKEN_BACK


def in_words(event: RevisionEvent) -> str:
    """What happened, as a sentence."""
    match event.what, event.who, event.note:
        case "published", str(who), _ if who == BY_SCHEDULE:
            return "It went live at its time."
        case "scheduled", _, str(note) if note == NOT_ANY_MORE:
            return f"{event.who} took it off the schedule."
        case "scheduled", _, str(note) if note.startswith(REFUSED):
            return "It could not go live at its time."
        case "retired", _, str(note) if note.startswith(REPLACED):
            return f"Revision{note.removeprefix(REPLACED)} took its place."
        case "refused", _, str(note) if note == TAKEN_BACK:
            return _DEEDS[TAKEN_BACK].replace("{who}", event.who)
    if event.who == BY_PROGRAM and event.what in _PROGRAM_DEEDS:
        return _PROGRAM_DEEDS[event.what]
    sentence = _DEEDS.get(event.what, "{who}: {what}.")
    return sentence.replace("{who}", event.who).replace("{what}", event.what)


def why(event: RevisionEvent) -> str:
    """What the person wrote about it; "" where the sentence has said it already."""
    if event.note in {NOT_ANY_MORE, TAKEN_BACK} or event.note.startswith(REPLACED):
        return ""
    return event.note.removeprefix(REFUSED)
