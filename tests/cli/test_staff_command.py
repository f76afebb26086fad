import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyotp import TOTP

from smsbot.cli import program
from smsbot.core.editorial.roles import Role
from smsbot.core.errors import SmsbotError
from smsbot.services import audit, second_factor, staff
from smsbot.services.audit import Sought
from smsbot.services.sign_in import SignIn
from tests.builders import NOW, a_store
from tests.test_config import PRODUCTION


@pytest.fixture
def database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    return sqlite_url


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["staff", *arguments])


def may_enter(url: str, name: str, password: str) -> bool:
    store = a_store(url)
    found = SignIn().attempt(store, name, password, "192.0.2.1", NOW)
    store.close()
    return found is not None


def test_an_added_account_can_sign_in_with_the_password_shown(database: str) -> None:
    added = run("add", "Ana Ruiz", "--role", "reviewer")

    assert added.exit_code == 0
    assert "Added Ana Ruiz (reviewer) to the staff." in added.output
    shown = added.output.split("shown only this once: ")[1].strip()
    assert may_enter(database, "ana ruiz", shown)


def test_a_password_from_a_file_is_never_printed(database: str, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("four quiet words here\nnot this line\n", encoding="utf-8")

    added = run("add", "Ana", "--role", "admin", "--password-file", str(file))

    assert added.exit_code == 0
    assert "quiet" not in added.output
    assert "Password" not in added.output
    assert may_enter(database, "Ana", "four quiet words here")


def test_a_short_password_is_refused_with_a_cure(database: str, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("too short", encoding="utf-8")

    refused = run("add", "Ana", "--role", "admin", "--password-file", str(file))

    assert isinstance(refused.exception, SmsbotError)
    assert "15 characters or more" in str(refused.exception)
    assert json.loads(run("list", "--json").output) == []


def test_a_file_that_is_not_text_is_said_in_words(database: str, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes(b"\xff\xfe" * 20)

    refused = run("add", "Ana", "--role", "admin", "--password-file", str(file))

    assert refused.exit_code == 1
    assert "can't be read as UTF-8 text" in refused.output


def test_the_list_names_everybody(database: str) -> None:
    assert "There are no accounts." in run("list").output
    run("add", "Ben", "--role", "author")
    run("add", "Ana", "--role", "admin")
    run("disable", "ben")

    found = json.loads(run("list", "--json").output)

    assert [(one["name"], one["role"], one["disabled_at"] is None) for one in found] == [
        ("Ana", "admin", True),
        ("Ben", "author", False),
    ]
    assert "disabled" in run("list").output


def test_a_new_password_takes_the_old_ones_place(database: str) -> None:
    first = run("add", "Ana", "--role", "author").output.split("once: ")[1].strip()

    second = run("password", "Ana").output.split("once: ")[1].strip()

    assert may_enter(database, "Ana", second)
    assert not may_enter(database, "Ana", first)


@pytest.mark.parametrize(
    "arguments", [("add", "Ana"), ("add", "Ana", "--role", "owner"), ("add",), ("disable",)]
)
def test_wrong_use_is_status_2(database: str, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_the_demo_has_a_login_for_each_role_and_never_in_production(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, again = run("demo"), run("demo")

    assert (made.exit_code, again.exit_code, again.output) == (0, 0, "")
    listed = json.loads(run("list", "--json").output)
    assert {one["role"] for one in listed} == set(Role)
    words = made.output.split()
    for one in listed:
        if one["name"] != "demo":
            assert may_enter(database, one["name"], words[words.index(one["name"]) + 1])
    assert may_enter(database, "demo", made.output.split("only this once: ")[1].split()[0])

    for name, value in (PRODUCTION | {"DATABASE_URL": database}).items():
        monkeypatch.setenv(name, value)
    refused = run("demo")
    assert refused.exit_code == 1
    assert "SMSBOT_ENV is production" in refused.output


def test_who_was_disabled_can_be_let_in_again(database: str, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("four quiet words here", encoding="utf-8")
    for name, role in (("Ana", "author"), ("Ben", "admin")):
        run("add", name, "--role", role, "--password-file", str(file))
    run("disable", "Ana")
    assert not may_enter(database, "Ana", "four quiet words here")

    assert run("enable", "Ana").exit_code == 0

    assert may_enter(database, "Ana", "four quiet words here")


def test_a_lost_phone_is_helped_in_the_shell_and_that_is_recorded(database: str) -> None:
    run("add", "Ana", "--role", "admin")
    store = a_store(database)
    second_factor.begin(store, staff.named(store, "Ana"))
    secret = second_factor.pending(store, staff.named(store, "Ana"))
    assert secret is not None
    second_factor.confirm(store, staff.named(store, "Ana"), TOTP(secret).at(NOW), NOW)

    assert "no second factor any more" in run("reset-second-factor", "Ana").output

    assert staff.named(store, "Ana").totp_since is None
    lines, _ = audit.page(store, Sought(who=staff.SHELL), 9)
    assert [line.deed.what for line in lines] == ["reset_second_factor", "add_staff"]
    store.close()
