"""People who write, review and publish, and texts that they take live; for tests of the answers."""

from dataclasses import replace
from typing import Any

from sqlalchemy import text

from migrations import content_triggers
from smsbot.core.answers import Answer
from smsbot.core.editorial.claims import Claims, parse_claims
from smsbot.core.editorial.revisions import Revision
from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.core.messages import Lang
from smsbot.db import revisions, staff
from smsbot.db.store import Store
from smsbot.services import editorial, editorial_publish, editorial_review, seed
from tests.builders import CONTENT, NOW, the_catalogue

PEOPLE = {
    "Ann Author": Role.AUTHOR, "Ben Author": Role.AUTHOR, "Rae Reviewer": Role.REVIEWER,
    "Rob Reviewer": Role.REVIEWER, "Pat Publisher": Role.PUBLISHER, "Sid Sender": Role.SENDER,
    "Aud Auditor": Role.AUDITOR, "Adi Admin": Role.ADMIN,
}  # fmt: skip
FEW = ("FDA", "KAP", "CRISIS", "STOP", "START", "HELP")


def someone(store: Store, name: str = "Ann Author", role: Role | None = None) -> StaffAccount:
    """The account of that name, made if need be."""
    with store.begin() as tx:
        if staff.find(tx, name) is None:
            account = StaffAccount(
                id=0, name=name, role=role or PEOPLE[name], created_at=NOW, disabled_at=None,
                session_epoch=0,
            )  # fmt: skip
            staff.add(tx, account, "a hash")
        found = staff.find(tx, name)
    assert found is not None
    return found.account


def some_answers(*keywords: str) -> tuple[Answer, ...]:
    """The repository's own answers to these keywords."""
    by_name = the_catalogue().answers.by_name
    return tuple(one for one in by_name.values() if one.keyword in (keywords or FEW))


def plant(store: Store, *keywords: str) -> None:
    """Seed the repository's own answers to these keywords, or a few."""
    seed.seed_answers(store, some_answers(*keywords), NOW)


def claims() -> Claims:
    path = CONTENT / "claims.toml"
    return parse_claims("claims.toml", path.read_text(encoding="utf-8"))


def a_draft(store: Store, keyword: str, lang: Lang = Lang.EN, **changes: Any) -> Revision:
    """A draft by the author, of the live answer with these changes."""
    ann = someone(store)
    one = editorial.begin(store, ann, (keyword, lang), NOW)
    changed = replace(one.answer, **changes)
    return editorial.save(store, ann, one, NOW, answer=changed, why="A test.")


def submitted(store: Store, keyword: str, lang: Lang = Lang.EN, **changes: Any) -> Revision:
    """A revision in review, whatever the content check would say of it."""
    one = a_draft(store, keyword, lang, **changes)
    with store.begin() as tx:
        tx.execute(text("UPDATE revision SET state = 'in_review' WHERE id = :id"), {"id": one.id})
    return editorial.revision(store, one.id)


def approved(store: Store, keyword: str, lang: Lang = Lang.EN, **changes: Any) -> Revision:
    """A revision that everybody has approved who must."""
    one = submitted(store, keyword, lang, **changes)
    editorial_review.approve(store, someone(store, "Rae Reviewer"), one.id, NOW)
    if one.needs_second:
        editorial_review.approve_second(store, someone(store, "Rob Reviewer"), one.id, NOW)
    return editorial.revision(store, one.id)


def publish(store: Store, keyword: str, lang: Lang = Lang.EN, **changes: Any) -> Revision:
    """Make a change live, by an author, a reviewer and a publisher."""
    one = approved(store, keyword, lang, **changes)
    return editorial_publish.publish(store, someone(store, "Pat Publisher"), one.id, NOW)


def retire(store: Store, keyword: str, lang: Lang = Lang.EN) -> None:
    """Take an answer away."""
    pat = someone(store, "Pat Publisher")
    editorial_publish.retire(store, pat, (keyword, lang), NOW, note="")


def without_rules(store: Store) -> None:
    """Take the triggers away, as somebody with all rights may have done."""
    drop = content_triggers.drop_sqlite if store.is_sqlite else content_triggers.drop_postgresql
    with store.begin() as tx:
        for statement in drop():
            tx.execute(text(statement))


def states(store: Store, keyword: str, lang: Lang = Lang.EN) -> list[str]:
    """The states of an answer's revisions, the newest first."""
    with store.begin() as tx:
        return [one.state.value for one in revisions.of_answer(tx, keyword, lang)]
