"""What staff read in place of the program's words: languages, groups, states of a revision."""

from smsbot.core.answers import Group
from smsbot.core.editorial.revisions import RevisionState
from smsbot.core.messages import Lang

LANGUAGES = {Lang.EN: "English", Lang.ES: "Spanish"}
MORE = {Lang.EN: "MORE", Lang.ES: "MAS"}
GROUPS = {
    Group.CONTENT: "Health information",
    Group.SAFETY: "Helplines",
    Group.SYSTEM: "About the bot",
    Group.RESERVED: "STOP, START, HELP",
    Group.FALLBACK: "Outside what we answer",
}
REVISION_STATES = {
    RevisionState.DRAFT: "Draft",
    RevisionState.IN_REVIEW: "In review",
    RevisionState.APPROVED: "Approved",
    RevisionState.PUBLISHED: "Live",
    RevisionState.RETIRED: "Retired",
}
