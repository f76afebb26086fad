from dataclasses import replace

import pytest

from smsbot.core.answers import Group
from smsbot.core.editorial import next_steps
from smsbot.core.editorial.revisions import Origin, Revision, RevisionState
from smsbot.core.editorial.roles import Role, StaffAccount
from tests.builders import NOW, the_catalogue

ANSWER = next(one for one in the_catalogue().answers.by_name.values() if one.keyword == "FDA")


def someone(name: str, role: Role) -> StaffAccount:
    return StaffAccount(
        id=1, name=name, role=role, created_at=NOW, disabled_at=None, session_epoch=0
    )


ANN, RAE = someone("Ann", Role.AUTHOR), someone("Rae", Role.REVIEWER)
WROTE = (" ann", "Lea")
ROB, PAT = someone("Rob", Role.REVIEWER), someone("Pat", Role.PUBLISHER)


def a_revision(state: RevisionState, *, crisis: bool = False, **changes: object) -> Revision:
    group = Group.SAFETY if crisis else Group.CONTENT
    one = Revision(
        id=7, n=2, answer=replace(ANSWER, author="Ann", group=group), state=state,
        origin=Origin.STAFF, owner=None, why="", approved_by=None, second_by=None, version=0,
        created_at=NOW, changed_at=NOW, submitted_at=None, publish_at=None, published_at=None,
    )  # fmt: skip
    return replace(one, **changes)


def test_another_person_of_the_right_role_reviews() -> None:
    one = a_revision(RevisionState.IN_REVIEW)

    ben = replace(ANN, name="B")

    assert next_steps.why_not_review(one, WROTE, ROB) is None
    assert "Your role is an author" in str(next_steps.why_not_review(one, WROTE, ben))
    for own in (ANN, someone("ANN", Role.REVIEWER)):
        sentence = next_steps.why_not_review(one, WROTE, own)
        assert sentence == "You wrote this revision, so another person must review it."


@pytest.mark.parametrize("name", ["Lea", "LEA"])
def test_who_wrote_before_the_author_did_reviews_nothing_of_it(name: str) -> None:
    lea = someone(name, Role.REVIEWER)
    waits = a_revision(RevisionState.IN_REVIEW)
    crisis = a_revision(RevisionState.APPROVED, crisis=True, approved_by="Rae")

    assert "You wrote some of" in str(next_steps.why_not_review(waits, WROTE, lea))
    assert "You wrote some of" in str(next_steps.why_not_second(crisis, WROTE, lea))


@pytest.mark.parametrize("state", set(RevisionState) - {RevisionState.IN_REVIEW})
def test_only_what_is_in_review_is_reviewed(state: RevisionState) -> None:
    assert "nothing to review" in str(next_steps.why_not_review(a_revision(state), WROTE, RAE))


def test_the_second_approver_is_a_third_person() -> None:
    one = a_revision(RevisionState.APPROVED, crisis=True, approved_by="Rae")

    ann = someone("ann", Role.PUBLISHER)

    assert next_steps.why_not_second(one, WROTE, ROB) is None
    assert next_steps.why_not_second(one, WROTE, PAT) is None
    assert "first approver" in str(next_steps.why_not_second(one, WROTE, RAE))
    assert "You wrote this" in str(next_steps.why_not_second(one, WROTE, ann))
    assert "second person" in str(next_steps.why_not_publish(one, PAT))
    done = replace(one, second_by="Rob")
    assert "No second approval" in str(next_steps.why_not_second(done, WROTE, PAT))
    assert next_steps.why_not_publish(done, PAT) is None


def test_a_publisher_brings_back_what_was_approved_and_live() -> None:
    one = a_revision(RevisionState.RETIRED, published_at=NOW, approved_by="Rae")

    assert next_steps.why_not_back(one, PAT) is None
    assert "A publisher" in str(next_steps.why_not_back(one, RAE))
    seed = replace(one, approved_by=None)
    assert "came with the program" in str(next_steps.why_not_back(seed, PAT))
    assert "was live before" in str(next_steps.why_not_back(replace(one, published_at=None), PAT))
