"""The staff pages over a real database, with a person of every role; for tests of the pages."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from smsbot.core.answers import Answer
from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.db import staff
from smsbot.db.store import Store
from smsbot.services.check_content import read_content
from smsbot.services.passwords import hash_password
from smsbot.services.seed import seed_answers
from smsbot.web import create_app
from smsbot.web.admin.access import StaffUser
from tests.builders import CONTENT, NOW, a_store
from tests.web.fake_system import FakeSystem, some_settings

PASSWORD = "four quiet words here"

SAMPLES: dict[str, object] = {
    "code": "K7",
    "form": "pdf",
    "sheet": "poster",
    "account_id": 1,
    "address": "nothing/here",
    "audience_id": 1,
    "campaign_id": 1,
    "contact_id": 1,
    "deed": "disable",
    "filename": "admin.css",
    "gap_id": "0" * 64,
    "keyword": "FDA",
    "kind": ".csv",
    "lang": "en",
    "message_id": 1,
    "number": 1,
    "revision_id": 1,
    "token": "0" * 32,
    "upload_id": 1,
}
"""Every argument in the address of a staff page, with a value it can have."""


def sample(rule: Rule) -> dict[str, object]:
    """The arguments that an address of this kind is made with; add new ones to `SAMPLES`."""
    return {name: SAMPLES[name] for name in rule.arguments}


@functools.cache
def the_hash() -> str:
    return hash_password(PASSWORD)


@functools.cache
def the_answers(folder: Path = CONTENT) -> tuple[Answer, ...]:
    return read_content(folder).answers


@dataclass
class StaffSite:
    """The app, its database, and a clock that tests may turn."""

    store: Store
    app: Flask
    now: list[datetime] = field(default_factory=lambda: [NOW])

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def account(self, name: str) -> StaffAccount:
        with self.store.begin() as tx:
            found = staff.find(tx, name)
        assert found is not None
        return found.account

    def signed_in(self, role: Role) -> FlaskClient:
        """A browser in which the person of this role has just signed in."""
        client = self.client()
        with client.session_transaction() as session:
            session["_user_id"] = StaffUser(self.account(role.value)).get_id()
            session["began"] = session["seen"] = int(self.now[0].timestamp())
        return client

    def seed(self, these: Iterable[Answer]) -> None:
        seed_answers(self.store, these, NOW)


def build_site(url: str, **settings: object) -> StaffSite:
    """A site with one person per role, named like the role, and no answers."""
    store = a_store(url)
    with store.begin() as tx:
        for role in Role:
            account = StaffAccount(
                id=0, name=role.value, role=role, created_at=NOW, disabled_at=None, session_epoch=0
            )
            staff.add(tx, account, the_hash())
    system = FakeSystem(settings=some_settings(**settings), store=store)
    now = [NOW]
    return StaffSite(store=store, app=create_app(system, clock=lambda: now[0]), now=now)


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **form: str):
    """Fill in the sign-in form as a person does."""
    page = client.get("/admin/sign-in")
    return client.post(
        "/admin/sign-in",
        data={"name": name, "password": password, "csrf_token": token_in(page.text), **form},
    )


def token_in(page: str) -> str:
    """The form's token."""
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
