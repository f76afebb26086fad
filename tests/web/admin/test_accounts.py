"""The pages about staff accounts: an admin adds, changes and ends them; everybody has their own."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from smsbot.core.editorial.roles import Role
from smsbot.services import audit, my_account, second_factor
from smsbot.services.audit import Sought
from smsbot.web.admin import access, confirming
from smsbot.web.admin.signing import CODE_REFUSED, TOO_LATE
from tests.staff_site import PASSWORD, StaffSite, build_site, sign_in, token_in

OTHER = "five other loud words"
MINUTES = timedelta(minutes=1)


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    built = build_site(sqlite_url)
    yield built
    built.store.close()


def at_work(site: StaffSite, role: Role = Role.ADMIN) -> FlaskClient:
    """Somebody who has just typed their password."""
    client = site.client()
    assert sign_in(client, role.value).status_code == 303
    return client


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    token = token_in(client.get("/admin/me").text)
    return client.post(f"/admin/{path}", data={"csrf_token": token, **form})


def path_of(site: StaffSite, name: str, deed: str = "") -> str:
    return f"staff/{site.account(name).id}" + (f"/{deed}" if deed else "")


def done(site: StaffSite) -> list[tuple[str, str, str]]:
    """What the audit log says but for who signed in: who, what, note."""
    lines, _ = audit.page(site.store, Sought(), 50)
    deeds = [line.deed for line in reversed(lines)]
    return [(one.who, one.what, one.note) for one in deeds if one.what != "sign_in"]


def enrol(site: StaffSite, name: str) -> pyotp.TOTP:
    second_factor.begin(site.store, site.account(name))
    secret = second_factor.pending(site.store, site.account(name))
    assert secret is not None
    totp = pyotp.TOTP(secret)
    second_factor.confirm(site.store, site.account(name), totp.at(site.now[0]), site.now[0])
    site.now[0] += 1 * MINUTES
    return totp


def test_a_person_is_added_with_a_password_that_is_good_for_choosing_another(
    site: StaffSite,
) -> None:
    page = post(at_work(site), "staff/new", name=" Ana  Ruiz ", role="author")
    password = re.search(r'class="secret">([^<]+)<', page.text)
    assert password is not None
    ana = site.client()
    assert sign_in(ana, "Ana Ruiz", password[1]).location == "/admin/"

    assert ana.get("/admin/").location == "/admin/me"
    assert access.CHOOSE_SENTENCE in ana.get("/admin/me").text
    wrong = post(
        ana, "me/password", old_password=password[1], new_password="short", repeated="short"
    )
    assert wrong.status_code == 422
    assert "too short" in wrong.text
    site.now[0] += 2 * MINUTES
    right = {"old_password": password[1], "new_password": OTHER, "repeated": OTHER}
    assert post(ana, "me/password", **right).status_code == 303

    assert ana.get("/admin/").status_code == 200
    assert sign_in(site.client(), "Ana Ruiz", OTHER).status_code == 303
    assert sign_in(site.client(), "Ana Ruiz", password[1]).status_code == 403
    assert done(site) == [
        ("admin", "add_staff", "Ana Ruiz, author"),
        ("Ana Ruiz", "change_password", ""),
    ]


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({"name": "AUTHOR", "role": "author"}, "name", "already an account"),
        ({"name": "", "role": "author"}, "name", "1 to 80"),
        ({"name": "The Shell", "role": "author"}, "name", "stands in records"),
        ({"name": "Schedule", "role": "publisher"}, "name", "stands in records"),
        ({"name": "content  seed", "role": "author"}, "name", "stands in records"),
        ({"name": "IMPORT", "role": "reviewer"}, "name", "stands in records"),
        ({"name": "Ana <b>", "role": "owner"}, "role", "Choose a role"),
    ],
)
def test_what_is_wrong_stands_at_the_field_and_nothing_typed_is_lost(
    site: StaffSite, form: dict[str, str], field: str, sentence: str
) -> None:
    page = post(at_work(site), "staff/new", **form)

    assert page.status_code == 422
    error = re.search(f'id="{field}-error">([^<]+)<', page.text)
    assert error is not None
    assert sentence in error[1]
    assert f'href="#{field}"' in page.text
    assert f'value="{form["name"].replace("<", "&lt;").replace(">", "&gt;")}"' in page.text
    assert done(site) == []


def test_an_admin_changes_roles_and_ends_and_mends_accounts(site: StaffSite) -> None:
    admin, author = at_work(site), at_work(site, Role.AUTHOR)
    enrol(site, "author")
    author = site.signed_in(Role.AUTHOR)

    assert post(admin, path_of(site, "author", "role"), role="sender").status_code == 303
    assert author.get("/admin/me").text.count("sender") > 0
    for deed in ("sessions", "disable", "enable", "second-factor"):
        assert post(admin, path_of(site, "author", deed)).status_code == 303
        assert author.get("/admin/").status_code == 303
        author = site.signed_in(Role.AUTHOR)
        assert author.get("/admin/").status_code == (303 if deed == "disable" else 200)
    page = post(admin, path_of(site, "author", "password"))

    assert "shown only now" in page.text
    assert sign_in(site.client(), "author").status_code == 403
    assert [what for who, what, _ in done(site) if who == "admin"] == [
        "change_role",
        "end_sessions",
        "disable_staff",
        "enable_staff",
        "reset_second_factor",
        "replace_password",
    ]
    assert ("admin", "change_role", "author: author to sender") in done(site)


@pytest.mark.parametrize(("deed", "form"), [("disable", {}), ("role", {"role": "author"})])
def test_the_last_admin_stays(site: StaffSite, deed: str, form: dict[str, str]) -> None:
    page = post(at_work(site), path_of(site, "admin", deed), **form)

    assert page.status_code == 422
    assert "last admin" in page.text
    assert site.account("admin").role is Role.ADMIN
    assert site.account("admin").is_active


@pytest.mark.parametrize("deed", ["disable", "password", "second-factor"])
def test_what_hurts_is_asked_first(site: StaffSite, deed: str) -> None:
    page = at_work(site).get(f"/admin/{path_of(site, 'author', 'ask/' + deed)}")

    assert "Change nothing" in page.text
    assert f'action="/admin/{path_of(site, "author", deed)}"' in page.text
    assert done(site) == []


@pytest.mark.parametrize("path", ["staff/99", "staff/99999999999999999999", "staff/1/ask/x"])
def test_who_is_not_there_is_said_in_words(site: StaffSite, path: str) -> None:
    assert at_work(site).get(f"/admin/{path}").status_code == 404


def test_after_ten_minutes_the_password_is_asked_again_and_the_form_goes_on(
    site: StaffSite,
) -> None:
    admin = at_work(site)
    site.now[0] += 11 * MINUTES
    asked = post(admin, "staff/new", name="Ana <i>", role="author")
    assert asked.status_code == 403
    assert "Confirm that it is you" in asked.text
    assert '<input type="hidden" name="name" value="Ana &lt;i&gt;">' in asked.text

    wrong = post(admin, "staff/new", name="Ana", role="author", confirm_password="not the password")
    assert wrong.status_code == 403
    assert confirming.WRONG in wrong.text
    assert done(site) == []
    right = post(admin, "staff/new", name="Ana", role="author", confirm_password=PASSWORD)

    assert "shown only now" in right.text
    assert PASSWORD not in right.text
    assert post(admin, path_of(site, "author", "sessions")).status_code == 303


@pytest.mark.parametrize("deed", ["begin", "codes"])
def test_a_session_left_open_is_not_enough_to_take_the_second_factor_over(
    site: StaffSite, deed: str
) -> None:
    author = at_work(site, Role.AUTHOR)
    site.now[0] += 11 * MINUTES

    assert "Confirm that it is you" in post(author, f"me/second-factor/{deed}").text

    assert second_factor.pending(site.store, site.account("author")) is None
    given = post(author, f"me/second-factor/{deed}", confirm_password=PASSWORD)
    assert given.status_code == 303


def test_changing_the_password_ends_the_other_sessions_and_not_this_one(site: StaffSite) -> None:
    here, there = at_work(site, Role.AUTHOR), at_work(site, Role.AUTHOR)

    for form, sentence in (
        ({"old_password": PASSWORD, "new_password": OTHER, "repeated": "x"}, "not the same"),
        ({"old_password": "wrong", "new_password": OTHER, "repeated": OTHER}, "present password"),
    ):
        refused = post(here, "me/password", **form)
        assert refused.status_code == 422
        assert sentence in refused.text
    form = {"old_password": PASSWORD, "new_password": OTHER, "repeated": OTHER}
    assert post(here, "me/password", **form).status_code == 303

    assert here.get("/admin/").status_code == 200
    assert there.get("/admin/").status_code == 303


def test_times_are_shown_in_the_zone_the_viewer_chose(site: StaffSite) -> None:
    admin = at_work(site)
    assert "23 Nov 2026, 15:00 UTC" in admin.get(f"/admin/{path_of(site, 'author')}").text

    assert post(admin, "me/time-zone", time_zone="America/New_York").status_code == 303

    assert "in the zone America/New York from now on" in admin.get("/admin/me").text
    page = admin.get(f"/admin/{path_of(site, 'author')}").text
    assert '<time datetime="2026-11-23T15:00:00+00:00">23 Nov 2026, 10:00 EST</time>' in page
    assert post(admin, "me/time-zone", time_zone="../etc/passwd").status_code == 422
    offered = my_account.zones()
    assert {"Asia/Kolkata", "America/New_York"} <= set(offered)
    assert not {"Asia/Calcutta", "America/Buenos_Aires"} & set(offered)
    auditor = at_work(site, Role.AUDITOR)
    assert "15:00 UTC" in auditor.get("/admin/audit").text


def set_up(client: FlaskClient, site: StaffSite) -> tuple[pyotp.TOTP, list[str]]:
    """The author's app and recovery codes, all of it through the pages."""
    assert client.get("/admin/me/second-factor/picture.svg").status_code == 404
    assert post(client, "me/second-factor/begin").status_code == 303
    page = client.get("/admin/me/second-factor").text
    found = re.search(r'class="secret">([^<]+)<', page)
    assert found is not None
    totp = pyotp.TOTP(found[1].replace(" ", ""))
    drawn = client.get("/admin/me/second-factor/picture.svg")
    assert drawn.content_type == "image/svg+xml"
    assert "no-store" in drawn.headers["Cache-Control"]
    assert post(client, "me/second-factor/confirm", code="123").status_code == 422
    codes_page = post(client, "me/second-factor/confirm", code=totp.at(site.now[0]))
    codes = re.findall(r"<li>((?:[a-z2-9]{4}-){3}[a-z2-9]{4})</li>", codes_page.text)
    assert len(codes) == second_factor.CODES
    return totp, codes


def second_step(client: FlaskClient, code: str) -> TestResponse:
    token = token_in(client.get("/admin/sign-in/code").text)
    return client.post("/admin/sign-in/code", data={"csrf_token": token, "code": code})


def test_the_second_factor_is_set_up_in_the_browser_and_then_asked_for(site: StaffSite) -> None:
    client = at_work(site, Role.AUTHOR)
    totp, codes = set_up(client, site)
    assert client.get("/admin/").status_code == 200, "this session goes on"

    site.now[0] += 2 * MINUTES
    again = site.client()
    half = sign_in(again, "author", next="/admin/answers")
    assert half.location == "/admin/sign-in/code"
    assert again.get("/admin/").location.startswith("/admin/sign-in"), "half is not in"
    refused = second_step(again, "000000")
    assert refused.status_code == 403
    assert CODE_REFUSED in refused.text
    code = totp.at(site.now[0])
    assert second_step(again, code).location == "/admin/answers"
    assert again.get("/admin/answers").status_code == 200

    thief = site.client()
    sign_in(thief, "author")
    assert second_step(thief, code).status_code == 403, "a code that was seen is worth nothing"
    assert second_step(thief, codes[0]).status_code == 303
    assert "9 of your recovery codes" in thief.get("/admin/me").text


def test_half_a_sign_in_does_not_last_and_ends_with_the_account(site: StaffSite) -> None:
    totp = enrol(site, "author")
    slow, disabled = site.client(), site.client()
    for client in (slow, disabled):
        assert sign_in(client, "author").location == "/admin/sign-in/code"
    token = token_in(slow.get("/admin/sign-in/code").text)
    site.now[0] += 6 * MINUTES
    form = {"csrf_token": token, "code": totp.at(site.now[0])}

    late = slow.post("/admin/sign-in/code", data=form, follow_redirects=True)
    assert TOO_LATE in late.text

    site.now[0] -= 5 * MINUTES
    post(at_work(site), path_of(site, "author", "disable"))
    assert disabled.get("/admin/sign-in/code").location == "/admin/sign-in"


def test_where_the_role_asks_for_a_second_factor_it_comes_first(sqlite_url: str) -> None:
    site = build_site(sqlite_url, totp_roles=(Role.ADMIN,))
    admin, author = at_work(site), at_work(site, Role.AUTHOR)

    assert author.get("/admin/").status_code == 200
    assert admin.get("/admin/").location == "/admin/me/second-factor"
    assert post(admin, "staff/new", name="Ana", role="author").location.endswith("second-factor")
    assert access.SET_UP_SENTENCE in admin.get("/admin/me/second-factor").text
    enrol(site, "admin")
    assert site.signed_in(Role.ADMIN).get("/admin/").status_code == 200
    site.store.close()


def test_production_asks_every_role_for_a_second_factor_unless_told_otherwise(
    sqlite_url: str,
) -> None:
    site = build_site(sqlite_url, environment="production")

    assert site.app.extensions
    with site.app.test_request_context():
        for role in Role:
            assert access.needs_second_factor(site.account(role.value))
    site.store.close()
