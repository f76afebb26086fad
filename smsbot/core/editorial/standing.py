"""Where an answer stands: who signed it, and whether its dates still hold."""

from dataclasses import dataclass
from datetime import date

from smsbot.core.answers import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one answer in one language stands on a day."""

    signed_by: str | None
    """The clinician; None says that it waits for a signature."""
    signed_on: date | None
    review_by: date
    is_overdue: bool
    """The day by which somebody was to read it again has passed."""
    expires_on: date | None
    is_expired: bool
    """Its stub is said instead of its text."""

    @property
    def waits(self) -> bool:
        """Whether no clinician has signed it."""
        return self.signed_by is None


def standing(answer: Answer, today: date) -> Standing:
    """Where the answer stands today."""
    return Standing(
        signed_by=answer.reviewer or None,
        signed_on=answer.reviewed_on,
        review_by=answer.review_by,
        is_overdue=today > answer.review_by,
        expires_on=answer.expires_on,
        is_expired=answer.expires_on is not None and today > answer.expires_on,
    )
