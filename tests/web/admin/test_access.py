"""Every staff page, for nobody and for each role: the table says who may, and it is so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Permission, Role, may
from smsbot.services import sign_in as signing
from smsbot.services import staff as accounts
from smsbot.web.admin import access, needs
from tests.staff_site import (
    PASSWORD,
    StaffSite,
    build_site,
    sample,
    sign_in,
    the_answers,
    token_in,
)

SIGN_IN = "/admin/sign-in"

PAGES = {
    "admin.dashboard": Permission.SEE_DASHBOARD,
    "admin.answers": Permission.SEE_ANSWERS,
    "admin.answer": Permission.SEE_ANSWERS,
    "admin.new_answer": Permission.WRITE_DRAFT,
    "admin.begin_draft": Permission.WRITE_DRAFT,
    "admin.editor": Permission.WRITE_DRAFT,
    "admin.save_draft": Permission.WRITE_DRAFT,
    "admin.check_draft": Permission.WRITE_DRAFT,
    "admin.stay_in_draft": Permission.WRITE_DRAFT,
    "admin.submit_draft": Permission.SUBMIT,
    "admin.text_draft": Permission.WRITE_DRAFT,
    "admin.discard_draft": Permission.WRITE_DRAFT,
    "admin.own_number": Permission.WRITE_DRAFT,
    "admin.enter_own_number": Permission.WRITE_DRAFT,
    "admin.confirm_own_number": Permission.WRITE_DRAFT,
    "admin.forget_own_number": Permission.WRITE_DRAFT,
    "admin.imports": Permission.WRITE_DRAFT,
    "admin.import_look": Permission.WRITE_DRAFT,
    "admin.import_plan": Permission.WRITE_DRAFT,
    "admin.import_take": Permission.WRITE_DRAFT,
    "admin.import_forget": Permission.WRITE_DRAFT,
    "admin.import_bad": Permission.WRITE_DRAFT,
    "admin.exports": Permission.SEE_ANSWERS,
    "admin.export_file": Permission.SEE_ANSWERS,
    "admin.consent": Permission.MANAGE_CONSENT,
    "admin.find_consent": Permission.MANAGE_CONSENT,
    "admin.record_opt_out": Permission.MANAGE_CONSENT,
    "admin.export_opt_outs": Permission.MANAGE_CONSENT,
    "admin.consent_person": Permission.MANAGE_CONSENT,
    "admin.undo_opt_out": Permission.MANAGE_CONSENT,
    "admin.leave_topic": Permission.MANAGE_CONSENT,
    "admin.export_consent": Permission.MANAGE_CONSENT,
    "admin.number_lists": Permission.MANAGE_CONSENT,
    "admin.check_list": Permission.MANAGE_CONSENT,
    "admin.number_list": Permission.MANAGE_CONSENT,
    "admin.mend_list": Permission.MANAGE_CONSENT,
    "admin.take_list": Permission.MANAGE_CONSENT,
    "admin.drop_list": Permission.MANAGE_CONSENT,
    "admin.bad_rows": Permission.MANAGE_CONSENT,
    "admin.tag_list": Permission.MANAGE_CONSENT,
    "admin.topics": Permission.MANAGE_CONSENT,
    "admin.new_topic": Permission.MANAGE_CONSENT,
    "admin.add_topic": Permission.MANAGE_CONSENT,
    "admin.topic": Permission.MANAGE_CONSENT,
    "admin.change_topic": Permission.MANAGE_CONSENT,
    "admin.ask_retire_topic": Permission.MANAGE_CONSENT,
    "admin.retire_topic": Permission.MANAGE_CONSENT,
    "admin.audiences": Permission.SEE_CAMPAIGNS,
    "admin.audience": Permission.SEE_CAMPAIGNS,
    "admin.new_audience": Permission.WRITE_CAMPAIGN,
    "admin.count_audience": Permission.WRITE_CAMPAIGN,
    "admin.save_audience": Permission.WRITE_CAMPAIGN,
    "admin.change_audience": Permission.WRITE_CAMPAIGN,
    "admin.retire_audience": Permission.WRITE_CAMPAIGN,
    "admin.accounts": Permission.MANAGE_STAFF,
    "admin.new_account": Permission.MANAGE_STAFF,
    "admin.add_account": Permission.MANAGE_STAFF,
    "admin.account": Permission.MANAGE_STAFF,
    "admin.ask_about_account": Permission.MANAGE_STAFF,
    "admin.change_role": Permission.MANAGE_STAFF,
    "admin.disable_account": Permission.MANAGE_STAFF,
    "admin.enable_account": Permission.MANAGE_STAFF,
    "admin.replace_password": Permission.MANAGE_STAFF,
    "admin.reset_second_factor": Permission.MANAGE_STAFF,
    "admin.end_sessions": Permission.MANAGE_STAFF,
    "admin.audit_log": Permission.SEE_AUDIT,
    "admin.audit_log_csv": Permission.SEE_AUDIT,
    "admin.settings": Permission.SEE_SETTINGS,
    "admin.review_queue": Permission.SEE_ANSWERS,
    "admin.revision": Permission.SEE_ANSWERS,
    "admin.approve": Permission.REVIEW,
    "admin.approve_second": Permission.APPROVE_SECOND,
    "admin.refuse": Permission.REVIEW,
    "admin.take_back": Permission.SUBMIT,
    "admin.publish": Permission.PUBLISH,
    "admin.schedule": Permission.PUBLISH,
    "admin.unschedule": Permission.PUBLISH,
    "admin.roll_back_page": Permission.PUBLISH,
    "admin.roll_back": Permission.PUBLISH,
    "admin.retire_page": Permission.RETIRE,
    "admin.retire": Permission.RETIRE,
    "admin.history": Permission.SEE_ANSWERS,
    "admin.compare": Permission.SEE_ANSWERS,
    "admin.crisis_texts": Permission.SEE_ANSWERS,
    "admin.inbox": Permission.SEE_MESSAGES,
    "admin.conversation": Permission.SEE_MESSAGES,
    "admin.contacts": Permission.SEE_CONTACTS,
    "admin.find_contact": Permission.SEE_CONTACTS,
    "admin.contact": Permission.SEE_CONTACTS,
    "admin.reveal_number": Permission.REVEAL_NUMBER,
    "admin.ask_forget": Permission.FORGET_CONTACT,
    "admin.forget_contact": Permission.FORGET_CONTACT,
    "admin.alerts": Permission.SEE_ALERTS,
    "admin.acknowledge_alert": Permission.ACKNOWLEDGE_ALERT,
    "admin.reopen_alert": Permission.ACKNOWLEDGE_ALERT,
    "admin.alert_conversation": Permission.SEE_MESSAGES,
    "admin.unanswered": Permission.SEE_MESSAGES,
    "admin.gap": Permission.SEE_MESSAGES,
    "admin.draft_from_gap": Permission.WRITE_DRAFT,
    "admin.dismiss_gap": Permission.WRITE_DRAFT,
    "admin.outbox": Permission.SEE_REPORTS,
    "admin.outbox_text": Permission.SEE_REPORTS,
    "admin.handle_outbox": Permission.HANDLE_OUTBOX,
    "admin.reports": Permission.SEE_REPORTS,
    "admin.reports_csv": Permission.SEE_REPORTS,
    "admin.kit": Permission.SEE_CAMPAIGNS,
    "admin.new_entry_code": Permission.WRITE_CAMPAIGN,
    "admin.make_entry_code": Permission.WRITE_CAMPAIGN,
    "admin.entry_code": Permission.SEE_CAMPAIGNS,
    "admin.kit_file": Permission.SEE_CAMPAIGNS,
    "admin.retire_entry_code": Permission.WRITE_CAMPAIGN,
    "admin.bring_back_entry_code": Permission.WRITE_CAMPAIGN,
    "admin.campaigns": Permission.SEE_CAMPAIGNS,
    "admin.campaign": Permission.SEE_CAMPAIGNS,
    "admin.campaign_progress": Permission.SEE_CAMPAIGNS,
    "admin.campaign_people": Permission.SEE_CAMPAIGNS,
    "admin.campaign_csv": Permission.SEE_CAMPAIGNS,
    "admin.campaign_messages": Permission.SEE_CAMPAIGNS,
    "admin.write_campaign_message": Permission.WRITE_CAMPAIGN,
    "admin.approve_campaign_message": Permission.APPROVE_CAMPAIGN,
    "admin.retire_campaign_message": Permission.WRITE_CAMPAIGN,
    "admin.new_campaign": Permission.WRITE_CAMPAIGN,
    "admin.draft_campaign": Permission.WRITE_CAMPAIGN,
    "admin.edit_campaign": Permission.WRITE_CAMPAIGN,
    "admin.change_campaign": Permission.WRITE_CAMPAIGN,
    "admin.check_campaign": Permission.WRITE_CAMPAIGN,
    "admin.take_back_campaign": Permission.WRITE_CAMPAIGN,
    "admin.approve_campaign": Permission.APPROVE_CAMPAIGN,
    "admin.start_campaign": Permission.RUN_CAMPAIGN,
    "admin.pause_campaign": Permission.RUN_CAMPAIGN,
    "admin.resume_campaign": Permission.RUN_CAMPAIGN,
    "admin.ask_cancel_campaign": Permission.RUN_CAMPAIGN,
    "admin.cancel_campaign": Permission.RUN_CAMPAIGN,
}
"""Written down a second time: who changes the table must mean it."""


MINE = {
    "admin.nothing",
    "admin.sign_out",
    "admin.me",
    "admin.set_time_zone",
    "admin.change_password",
    "admin.second_factor",
    "admin.second_factor_picture",
    "admin.begin_second_factor",
    "admin.confirm_second_factor",
    "admin.new_recovery_codes",
}
"""What everybody who has signed in may do with their own account."""


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    built = build_site(sqlite_url)
    built.seed(the_answers()[:2])
    yield built
    built.store.close()


def routes(site: StaffSite) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of every route under /admin/."""
    with site.app.test_request_context():
        return [
            (rule.endpoint, method, site.app.url_for(rule.endpoint, **sample(rule)))
            for rule in site.app.url_map.iter_rules()
            if rule.rule.startswith("/admin")
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
        ]


def outcome(client: FlaskClient, method: str, address: str) -> str:
    page = client.open(address, method=method, buffered=True)
    assert page.status_code < 500, address
    if page.status_code == 303 and page.location.startswith(SIGN_IN):
        return "sent to sign in"
    return {403: "refused", 400: "no token"}.get(page.status_code, "let in")


def expected(endpoint: str, method: str, role: Role | None) -> str:
    if (endpoint, method) == ("admin.second_step", "GET"):
        return "sent to sign in"
    if endpoint == "admin.static" or (endpoint, method) == ("admin.sign_in", "GET"):
        return "let in"
    if role is None and endpoint not in needs.OPEN:
        return "sent to sign in"
    if method != "GET":
        return "no token"
    assert role is not None
    if endpoint in needs.FOR_ALL_STAFF:
        return "let in"
    return "let in" if may(role, PAGES[endpoint]) else "refused"


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "nobody")
def test_every_route_matches_the_table_for_everybody(site: StaffSite, role: Role | None) -> None:
    client = site.client() if role is None else site.signed_in(role)

    found = {(e, m): outcome(client, m, address) for e, m, address in routes(site)}

    assert found == {(e, m): expected(e, m, role) for e, m in found}


def test_every_route_is_in_the_table(site: StaffSite) -> None:
    endpoints = {endpoint for endpoint, _, _ in routes(site)}

    assert endpoints == needs.OPEN | needs.FOR_ALL_STAFF | set(PAGES)
    assert {"admin.static", "admin.sign_in", "admin.second_step"} == needs.OPEN
    assert MINE == needs.FOR_ALL_STAFF
    assert needs.NEEDS == PAGES


@pytest.mark.parametrize("role", Role)
def test_what_is_not_in_the_table_is_denied(site: StaffSite, role: Role) -> None:
    account = site.account(role.value)

    assert not access.is_allowed("admin.new_page", account)
    assert not access.is_allowed(None, account)
    assert not access.is_allowed("admin.sign_out", None)


def test_a_page_added_without_a_word_in_the_table_is_refused(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(needs.NEEDS, "admin.answers")
    site = build_site(sqlite_url)

    assert site.signed_in(Role.ADMIN).get("/admin/answers").status_code == 403
    site.store.close()


def test_signing_in_leads_to_the_page_that_was_wanted(site: StaffSite) -> None:
    client = site.client()
    sent = client.get("/admin/answers")
    assert sent.location == f"{SIGN_IN}?next=/admin/answers"
    wanted = client.get(sent.location).text.split('name="next" value="', 1)[1].split('"')[0]

    done = sign_in(client, "Author", next=wanted)

    assert (done.status_code, done.location) == (303, "/admin/answers")
    assert client.get("/admin/answers").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/admin/../x", "/admin/\\evil", ""]
)
def test_signing_in_never_leads_away(site: StaffSite, elsewhere: str) -> None:
    done = sign_in(site.client(), "author", next=elsewhere)

    assert (done.status_code, done.location) == (303, "/admin/")


def test_a_part_of_a_page_never_swallows_the_sign_in_page(site: StaffSite) -> None:
    client = site.signed_in(Role.SENDER)
    site.now[0] = site.now[0] + timedelta(minutes=31)
    asks = {"HX-Request": "true"}

    asked = client.get("/admin/campaigns/1/progress", headers=asks)
    sent = client.post("/admin/audiences/count", headers=asks)

    for answer in (asked, sent):
        assert (answer.status_code, answer.headers["HX-Refresh"]) == (401, "true")
        assert answer.data == b""
    page = client.get("/admin/campaigns/1", follow_redirects=True)
    assert "You were signed out, because you had been away" in page.text


def test_a_nul_in_an_address_reaches_no_database(database_url: str) -> None:
    site = build_site(database_url)
    client = site.signed_in(Role.AUDITOR)

    for page in ("answers?q=a%00b", "answers?after=%00", "inbox?topic=%00", "audit?who=%00"):
        assert client.get(f"/admin/{page}").status_code == 200
    assert client.get("/admin/review?show=due&after=2026-11-23~%00~en").status_code == 200
    for page in ("answers/x%00", "answers/x%00/history", "answers/FDA/en%00/compare"):
        assert client.get(f"/admin/{page}").status_code == 404
    site.store.close()


def test_a_number_that_no_row_can_have_is_no_page(site: StaffSite) -> None:
    rules = [
        rule
        for rule in site.app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.") and "<int:" in rule.rule and "GET" in rule.methods
    ]
    adapter = site.app.url_map.bind("localhost")
    clients = {role: site.signed_in(role) for role in Role}

    assert len(rules) > 10
    for rule in rules:
        numbers = {name: 2**63 for name, kind in sample(rule).items() if isinstance(kind, int)}
        address = adapter.build(rule.endpoint, sample(rule) | numbers, method="GET")
        codes = {client.get(address).status_code for client in clients.values()}
        assert codes <= {403, 404}, address


@pytest.mark.parametrize("name", ["author", "nobody at all", "<b>bold</b>"])
def test_a_wrong_sign_in_says_the_same_of_every_name(site: StaffSite, name: str) -> None:
    client = site.client()

    page = sign_in(client, name, "not the password")

    assert page.status_code == 403
    assert "Name and password do not fit." in page.text
    assert "<b>bold" not in page.text
    assert client.get("/admin/").status_code == 303


def test_a_form_without_its_token_is_refused_in_words(site: StaffSite) -> None:
    refused = site.client().post(SIGN_IN, data={"name": "author", "password": PASSWORD})

    assert refused.status_code == 400
    assert "This form is too old" in refused.text


def test_the_token_of_another_session_is_no_use(site: StaffSite) -> None:
    stolen = token_in(site.client().get(SIGN_IN).text)
    client = site.client()
    client.get(SIGN_IN)

    refused = client.post(
        SIGN_IN, data={"name": "author", "password": PASSWORD, "csrf_token": stolen}
    )

    assert refused.status_code == 400


def test_signing_in_makes_a_new_cookie(site: StaffSite) -> None:
    client = site.client()
    before = client.get(SIGN_IN)
    planted = token_in(before.text)
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"

    done = sign_in(client, "author")

    assert "HttpOnly" in done.headers["Set-Cookie"]
    assert "SameSite=Lax" in done.headers["Set-Cookie"]
    with client.session_transaction() as session:
        assert "planted" not in session
    refused = client.post("/admin/sign-out", data={"csrf_token": planted})
    assert refused.status_code == 400


def test_signing_out_ends_the_session_for_copies_of_the_cookie_too(site: StaffSite) -> None:
    client = site.signed_in(Role.AUTHOR)
    token = token_in(client.get("/admin/").text)
    copied = client.get_cookie("smsbot")
    assert copied is not None

    done = client.post("/admin/sign-out", data={"csrf_token": token}, follow_redirects=True)

    assert "signed out, on every device" in done.text
    thief = site.client()
    thief.set_cookie("smsbot", copied.value)
    assert thief.get("/admin/").status_code == 303


@pytest.mark.parametrize(
    ("minutes", "stays"), [((29, 29, 29), True), ((31,), False), ((29,) * 25, False)]
)
def test_a_session_ends_when_it_idles_and_after_half_a_day(
    site: StaffSite, minutes: tuple[int, ...], *, stays: bool
) -> None:
    client = site.signed_in(Role.AUTHOR)
    status = 0
    for pause in minutes:
        site.now[0] += timedelta(minutes=pause)
        status = client.get("/admin/").status_code

    assert status == (200 if stays else 303)


def test_an_idle_person_is_told_why(site: StaffSite) -> None:
    client = site.signed_in(Role.AUTHOR)
    site.now[0] += timedelta(minutes=31)

    page = client.get("/admin/answers", follow_redirects=True)

    assert access.IDLE_SENTENCE in page.text
    assert access.IDLE_SENTENCE not in client.get(SIGN_IN).text


@pytest.mark.parametrize("change", ["disabled", "new password"])
def test_a_change_of_the_account_ends_its_sessions_at_once(site: StaffSite, change: str) -> None:
    client = site.signed_in(Role.AUTHOR)
    assert client.get("/admin/").status_code == 200

    if change == "disabled":
        accounts.disable(site.store, By(name="admin", at=site.now[0]), "author")
    else:
        accounts.replace_password(site.store, By(name="admin", at=site.now[0]), "author", None)

    ended = client.get("/admin/", follow_redirects=True)
    assert access.ENDED_SENTENCE in ended.text
    assert site.signed_in(Role.REVIEWER).get("/admin/").status_code == 200


def test_a_signed_in_person_is_not_asked_again(site: StaffSite) -> None:
    assert site.signed_in(Role.AUTHOR).get(SIGN_IN).location == "/admin/"


@pytest.mark.parametrize("cookie_id", ["", "1", "x.0", "1.", "1.x", "999.0", "\u0661.0"])
def test_an_odd_cookie_is_nobody(site: StaffSite, cookie_id: str) -> None:
    client = site.client()
    with client.session_transaction() as session:
        session["_user_id"] = cookie_id
        session["began"] = session["seen"] = int(site.now[0].timestamp())

    assert client.get("/admin/").status_code == 303


def test_five_wrong_tries_make_the_account_rest_on_the_page_too(site: StaffSite) -> None:
    client = site.client()
    for _ in range(signing.MOST_TRIES):
        assert sign_in(client, "author", "not the password").status_code == 403

    assert sign_in(client, "author").status_code == 403
    site.now[0] += signing.WINDOW
    assert sign_in(client, "author").status_code == 303


def test_in_production_the_cookie_is_bound_to_the_host_and_to_https(sqlite_url: str) -> None:
    site = build_site(sqlite_url, environment="production", totp_roles=())
    client = site.client()
    base = {"base_url": "https://bot.example.net"}
    page = client.get(SIGN_IN, **base)

    done = client.post(
        SIGN_IN,
        data={"name": "author", "password": PASSWORD, "csrf_token": token_in(page.text)},
        **base,
    )

    assert done.status_code == 303
    cookie = done.headers["Set-Cookie"]
    assert cookie.startswith("__Host-smsbot=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert client.get("/admin/", **base).status_code == 200
    site.store.close()
