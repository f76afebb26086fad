import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from smsbot.core.answers import Answer
from smsbot.core.editorial.roles import Role
from smsbot.core.messages import Lang
from smsbot.core.outbound.outbox import Lane, NewOutgoing
from smsbot.db import contacts, outbox
from smsbot.providers.twilio.twiml import render
from smsbot.services.receive import Inbox
from smsbot.web import create_app
from tests.builders import NOW, PROGRAM, a_store, an_inbound, the_catalogue
from tests.staff_site import StaffSite, build_site, the_answers
from tests.web.fake_system import FakeSystem


@pytest.fixture
def site(database_url: str) -> Iterator[StaffSite]:
    built = build_site(database_url)
    yield built
    built.store.close()


@pytest.fixture
def client(site: StaffSite) -> FlaskClient:
    return site.signed_in(Role.AUDITOR)


def an_answer(keyword: str = "FDA", lang: Lang = Lang.EN, **changes: object) -> Answer:
    (found,) = (one for one in the_answers() if (one.keyword, one.lang) == (keyword, lang))
    return replace(found, **changes)  # type: ignore[arg-type]


def words(page: str) -> str:
    """The page as it is read."""
    body = page.split("<main", 1)[1].split(">", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def read(client: FlaskClient, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return words(page.text)


def test_in_development_the_address_alone_leads_to_the_phone_and_the_menu_does(
    client: FlaskClient,
) -> None:
    assert client.get("/").location == "/simulator/"
    assert 'href="/simulator/">Phone' in client.get("/admin/").text


def test_an_empty_database_says_what_to_do(client: FlaskClient) -> None:
    dashboard = read(client, "/admin/")

    assert "There are no answers in the database." in dashboard
    assert "No text has come in today." in dashboard
    assert "Nothing waits" in dashboard
    assert "smsbot content seed" in read(client, "/admin/answers")


def test_the_dashboard_counts_what_waits_for_a_signature(
    site: StaffSite, client: FlaskClient
) -> None:
    signed = {"reviewer": "Dr. Example", "reviewed_on": date(2026, 11, 1)}
    site.seed([an_answer(**signed), an_answer(lang=Lang.ES), an_answer("RISKS")])

    assert "2 of 3 answers wait for a clinician’s signature." in read(client, "/admin/")


def test_the_dashboard_says_when_all_is_signed(site: StaffSite, client: FlaskClient) -> None:
    site.seed([an_answer(reviewer="Dr. Example", reviewed_on=date(2026, 11, 1))])

    assert "Every answer is signed by a clinician." in read(client, "/admin/")


def test_the_dashboard_counts_todays_texts_by_step(site: StaffSite, client: FlaskClient) -> None:
    inbox = Inbox(site.store, the_catalogue, render)
    yesterday = NOW - timedelta(hours=16)
    for number, body in enumerate(["FDA", "RISKS", "STOP", "i want to kill myself"]):
        inbox.receive(an_inbound(body, sender=f"+1202555010{number}"))
    inbox.receive(an_inbound("FDA", received_at=yesterday))
    inbox.close()

    page = read(client, "/admin/")

    assert "4 received since 00:00 UTC" in page
    assert re.search(r"Crisis 1 STOP, START, HELP 1 A keyword 2 A question 0 Menu", page)
    assert re.search(r"Crisis texts today 1 ", page)


def test_the_dashboard_shows_what_waits_to_leave(site: StaffSite, client: FlaskClient) -> None:
    message = an_inbound("FDA")
    with site.store.begin() as tx:
        known = contacts.lock(tx, site.store.sealer, [message.sender], NOW)
        row = NewOutgoing(
            dedupe_key="one",
            sequence_key="one",
            part=1,
            lane=Lane.REPLY,
            contact_id=known[message.sender].id,
            sender="+15005550006",
            recipient=message.sender,
            body="a text",
            segments=1,
            due_at=NOW - timedelta(seconds=42),
            expires_at=NOW + timedelta(hours=1),
        )
        outbox.add(tx, site.store.sealer, [row], NOW)

    page = read(client, "/admin/")

    assert "Waiting to leave 1" in page
    assert "has waited 42 s" in page


def test_passed_and_nearing_dates_are_named(site: StaffSite, client: FlaskClient) -> None:
    site.seed(
        [
            an_answer("FDA", review_by=date(2026, 11, 22)),
            an_answer("RISKS", review_by=date(2026, 11, 23)),
            an_answer("FIND", expires_on=date(2026, 11, 22), stub="Ended."),
        ]
    )

    page = read(client, "/admin/")

    assert re.search(r"FDA English since 2026-11-22", page)
    assert re.search(r"FIND English ended 2026-11-22", page)
    assert "RISKS" not in page


def test_the_list_shows_languages_signature_and_dates(site: StaffSite, client: FlaskClient) -> None:
    signed = {"reviewer": "Dr. Example", "reviewed_on": date(2026, 11, 1)}
    site.seed([an_answer(**signed), an_answer(lang=Lang.ES), an_answer("RISKS")])

    page = read(client, "/admin/answers")

    assert "English signed by Dr. Example on 2026-11-01" in page
    assert "Spanish waits for signature" in page
    assert "Spanish missing" in page
    assert "2 of 2 keywords" in page


@pytest.mark.parametrize(
    ("query", "keywords"),
    [
        ("q=fda", {"FDA"}),
        ("q=APROBACIÓN", {"FDA"}),
        ("q=zzzz", set()),
        ("only=waiting", {"RISKS"}),
        ("only=overdue", {"FDA"}),
        ("only=waiting&q=fda", set()),
        ("only=nonsense", {"FDA", "RISKS"}),
    ],
)
def test_the_list_is_filtered_by_words_and_state(
    site: StaffSite, client: FlaskClient, query: str, keywords: set[str]
) -> None:
    signed = {"reviewer": "Dr. Example", "reviewed_on": date(2026, 11, 1)}
    site.seed(
        [
            an_answer(**signed, review_by=date(2026, 11, 22)),
            an_answer(lang=Lang.ES, **signed),
            an_answer("RISKS", short="Plain.", long=None, questions=(), aliases=()),
        ]
    )

    page = client.get(f"/admin/answers?{query}").text

    assert set(re.findall(r'href="/admin/answers/(\w+)"', page)) == keywords
    assert ("No answer fits." in page) is (not keywords)


def test_an_answer_shows_what_the_phone_gets_in_both_languages(
    site: StaffSite, client: FlaskClient
) -> None:
    english, spanish = an_answer(), an_answer(lang=Lang.ES)
    site.seed([english, spanish])

    page = client.get("/admin/answers/FDA").text

    bubbles = re.findall(r'<p class="bubble" lang="(..)" dir="auto">(.*?)</p>', page, re.DOTALL)
    assert {lang for lang, _ in bubbles} == {"en", "es"}
    firsts = dict(reversed(bubbles))
    assert firsts["en"].endswith("Text MORE for details.")
    assert firsts["es"].endswith("Envia MAS para saber mas.")
    for answer in (english, spanish):
        for word in (*answer.claims, *answer.aliases, answer.sources[0].title.split("&")[0]):
            assert word in page
    assert re.search(r"GSM-7 · [23] segments · \d+ units", words(page))


def test_an_answer_with_a_last_day_shows_what_comes_after(
    site: StaffSite, client: FlaskClient
) -> None:
    site.seed([an_answer(expires_on=date(2026, 12, 31), stub="That rule has ended.")])

    page = read(client, "/admin/answers/FDA")

    assert "after 2026-12-31 That rule has ended. GSM-7 · 1 segment · 20 units" in page


def test_a_character_that_makes_a_text_dear_is_named(site: StaffSite, client: FlaskClient) -> None:
    site.seed([an_answer(short="Ketamine \u2192 Spravato", long=None)])

    assert "UCS-2 · 1 segment · 19 units · forced by \u2192" in read(client, "/admin/answers/FDA")


def test_the_programmes_name_is_filled_in(site: StaffSite, client: FlaskClient) -> None:
    site.seed([an_answer(short="This is {program}.", long=None)])

    page = read(client, "/admin/answers/FDA")

    assert f"This is {PROGRAM}." in page
    assert "There is no answer in this language." in page


def test_markup_in_an_answer_stays_text(site: StaffSite, client: FlaskClient) -> None:
    hostile = "<script>alert(1)</script>"
    (source, *_) = an_answer().sources
    bad = replace(source, title=hostile, url="javascript:alert(1)")
    site.seed([an_answer(short=hostile, questions=(hostile,), author=hostile, sources=(bad,))])

    page = client.get("/admin/answers/FDA").text

    assert "<script" not in page
    assert 'href="javascript' not in page
    assert page.count("&lt;script&gt;") >= 4


@pytest.mark.parametrize("keyword", ["NOPE", "fda", "%00", "<b>"])
def test_an_unknown_answer_is_said_in_words(client: FlaskClient, keyword: str) -> None:
    page = client.get(f"/admin/answers/{keyword}")

    assert page.status_code == 404
    assert "There is nothing at this address." in page.text


def test_an_admin_sees_the_accounts(site: StaffSite) -> None:
    page = read(site.signed_in(Role.ADMIN), "/admin/staff")

    for role in Role:
        assert f"{role} {role.title()} active off 23 Nov 2026" in page


def test_the_menu_shows_only_what_one_may_see(site: StaffSite, client: FlaskClient) -> None:
    assert "/admin/staff" not in client.get("/admin/").text
    assert "/admin/staff" in site.signed_in(Role.ADMIN).get("/admin/").text


def test_a_page_of_another_role_is_refused_in_words(client: FlaskClient) -> None:
    page = client.get("/admin/staff")

    assert page.status_code == 403
    assert "Ask an admin" in page.text


def test_nothing_on_a_page_runs_or_comes_from_elsewhere(
    site: StaffSite, client: FlaskClient
) -> None:
    site.seed([an_answer()])
    for address in ("/admin/", "/admin/answers", "/admin/answers/FDA"):
        page = client.get(address)

        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page.text)
        assert set(re.findall(r'src="([^"]+)"', page.text)) == set()
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"


def test_without_the_database_a_page_says_so(tmp_path) -> None:
    store = a_store(f"sqlite:///{tmp_path}/no/such/folder.db")
    client = create_app(FakeSystem(store=store), clock=lambda: NOW).test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "1.0"
        session["began"] = session["seen"] = int(NOW.timestamp())

    page = client.get("/admin/")

    assert page.status_code == 503
    assert "Texts are still answered from memory." in page.text
    store.close()
