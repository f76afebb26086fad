"""People's texts on the staff pages: found, read, counted, and shown no more than they may be."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from smsbot.core.editorial.roles import Role
from smsbot.core.messages import Lang
from smsbot.core.outbound.outbox import State
from smsbot.db.store import Store
from smsbot.db.tables import contact, gap_handled, inbound
from smsbot.db.tables_outbox import outbox
from smsbot.db.tables_staff import audit_log
from smsbot.providers.twilio.twiml import render
from smsbot.services import alerts, editorial, gap_board
from smsbot.services.receive import Inbox
from tests.builders import NOW, an_inbound, the_catalogue
from tests.outbox_builders import queue
from tests.staff_site import StaffSite, build_site, the_answers, token_in

PERSON, OTHER = "+13105550177", "+13105550188"
CRISIS = "i want to kill myself"


class Live:
    current = the_catalogue()


@pytest.fixture
def site(database_url: str) -> Iterator[StaffSite]:
    built = build_site(database_url)
    built.app.extensions["smsbot.system"].catalogue = Live()
    yield built
    built.store.close()


@pytest.fixture
def inbox(site: StaffSite) -> Iterator[Inbox]:
    inbox = Inbox(site.store, the_catalogue, render)
    yield inbox
    inbox.close()


def words(page: str) -> str:
    """The page as it is read."""
    body = page.split("<main", 1)[1].split(">", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def read(client: FlaskClient, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, page.text[:500]
    assert "3105550" not in page.text
    return words(page.text)


def post(client: FlaskClient, page: str, address: str, **form: str):
    """Fill in the form of a page; what comes back, redirects followed."""
    token = token_in(client.get(page).text)
    return client.post(address, data={"csrf_token": token, **form}, follow_redirects=True)


def deeds(store: Store) -> list[tuple[str, str, str, str]]:
    with store.read() as tx:
        rows = tx.execute(select(audit_log).order_by(audit_log.c.id))
        return [(row.who, row.what, row.about, row.note) for row in rows]


def handled(store: Store) -> set[str]:
    with store.read() as tx:
        return set(tx.scalars(select(gap_handled.c.action)))


def the_contact(store: Store) -> int:
    with store.read() as tx:
        return tx.scalar(select(contact.c.id).order_by(contact.c.id).limit(1)) or 0


@pytest.mark.parametrize(
    "path", ["inbox", "contacts", "alerts", "alerts?show=all", "unanswered", "outbox"]
)
def test_empty_pages_say_so_in_words(site: StaffSite, path: str) -> None:
    page = read(site.signed_in(Role.ADMIN), f"/admin/{path}")

    assert re.search(r"Nobody|Nothing|No alert|There has been no|not been gathered", page)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "0000-00-00", "2026-02-30", "x"])
def test_a_day_at_the_end_of_the_calendar_limits_nothing(
    site: StaffSite, inbox: Inbox, day: str
) -> None:
    inbox.receive(an_inbound("FDA", sender="+13105550101"))

    assert "FDA" in read(site.signed_in(Role.ADMIN), f"/admin/inbox?day={day}")


def test_the_inbox_finds_texts_by_what_answered_them(site: StaffSite, inbox: Inbox) -> None:
    inbox.receive(an_inbound("FDA", sender=PERSON))
    inbox.receive(an_inbound("que es la ketamina", sender=OTHER))
    inbox.receive(an_inbound(CRISIS, sender=OTHER, received_at=NOW - timedelta(days=3)))
    client = site.signed_in(Role.AUDITOR)

    def found(query: str) -> list[str]:
        page = client.get(f"/admin/inbox?{query}").text
        return re.findall(r"<q [^>]*>([^<]+)</q>", page)

    assert found("") == ["que es la ketamina", "FDA", CRISIS]
    assert found("topic=fda") == ["FDA"]
    assert found("lang=es") == ["que es la ketamina"]
    assert found("step=crisis") == found("tier=any") == found("tier=active") == [CRISIS]
    assert found("tier=soft") == []
    assert found(f"day={NOW.date() - timedelta(days=3)}") == [CRISIS]
    assert found("late=1") == []
    assert found("step=nonsense&day=never&before=x&topic=") == found("")
    assert 'lang="es"' in client.get("/admin/inbox?lang=es").text


def test_the_inbox_goes_on_where_the_page_ended(
    site: StaffSite, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smsbot.web.admin import inbox as pages

    monkeypatch.setattr(pages, "PER_PAGE", 3)
    for number in range(8):
        # Three at the same moment: the order must not lose one between two pages.
        at = NOW - timedelta(seconds=number // 3)
        inbox.receive(an_inbound(f"RISKS {number}", sender=PERSON, received_at=at))
    client, address, seen = site.signed_in(Role.AUTHOR), "/admin/inbox?lang=en", []
    while address:
        page = client.get(address).text
        seen += re.findall(r"<q [^>]*>([^<]+)</q>", page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        address = older[1].replace("&amp;", "&") if older else ""

    assert sorted(seen) == [f"RISKS {number}" for number in range(8)]


def test_texts_whose_later_parts_did_not_arrive_are_found(site: StaffSite, inbox: Inbox) -> None:
    lost = an_inbound("FDA", sender=PERSON)
    inbox.receive(lost)
    inbox.receive(an_inbound("RISKS", sender=OTHER))
    queue(site.store, sequence=f"reply:{lost.sid}", person=PERSON)
    client = site.signed_in(Role.ADMIN)
    with site.store.begin() as tx:
        tx.execute(update(outbox).values(state=State.UNDELIVERED.value))

    assert ">FDA</q>" in client.get("/admin/inbox?reply=not_reached").text
    assert "No text fits." in client.get("/admin/inbox?reply=waits").text


def test_a_conversation_shows_both_sides_and_what_became_of_each(
    site: StaffSite, inbox: Inbox
) -> None:
    inbox.receive(an_inbound("FDA", sender=PERSON, received_at=NOW - timedelta(minutes=2)))
    queue(site.store, sequence="staff:1", person=PERSON, body="Part of a long answer")
    with site.store.begin() as tx:
        tx.execute(update(outbox).values(state=State.DELIVERED.value))
    client = site.signed_in(Role.ADMIN)

    page = read(client, f"/admin/contacts/{the_contact(site.store)}/texts")

    assert "They wrote: FDA" in page
    assert the_answers()[0].short[:3]
    answer = next(a for a in the_answers() if (a.keyword, a.lang) == ("FDA", Lang.EN))
    assert answer.short[:40].replace("'", "&#39;") in client.get(
        f"/admin/contacts/{the_contact(site.store)}/texts"
    ).text.replace("&#34;", '"')
    assert "Answered at once." in page
    assert "Part of a long answer" in page
    assert "It arrived." in page


def test_words_that_have_expired_are_said_to_have(site: StaffSite, inbox: Inbox) -> None:
    inbox.receive(an_inbound("FDA", sender=PERSON))
    with site.store.begin() as tx:
        tx.execute(update(inbound).values(body_sealed=None))
    client = site.signed_in(Role.AUDITOR)

    assert "Its words have expired." in read(client, "/admin/inbox")
    talk = read(client, f"/admin/contacts/{the_contact(site.store)}/texts")
    assert "they are kept for 60 days" in talk


def test_a_number_is_shown_once_for_a_reason_and_that_is_recorded(
    site: StaffSite, inbox: Inbox
) -> None:
    inbox.receive(an_inbound("FDA", sender=PERSON))
    one = f"/admin/contacts/{the_contact(site.store)}"
    client = site.signed_in(Role.ADMIN)
    assert "77" in read(client, one)

    refused = post(client, one, f"{one}/number", reason=" x ")
    assert refused.status_code == 422
    assert "aria-invalid" in refused.text
    assert PERSON not in refused.text
    assert deeds(site.store) == []

    shown = post(client, one, f"{one}/number", reason="They asked to be called, 13105550177")

    assert PERSON in shown.text
    assert shown.headers["Refresh"] == f"60; url={one}"
    assert shown.headers["Cache-Control"] == "no-store"
    ((who, what, about, note),) = deeds(site.store)
    assert (who, what, about) == (
        "admin",
        "reveal_number",
        one.rsplit("/admin/", 1)[1].replace("contacts/", "contact "),
    )
    assert "asked to be called" in note
    assert "5550177" not in note
    read(client, one)


@pytest.mark.parametrize(
    ("typed", "lands"),
    [("(310) 555-0177", True), ("+1 310 555 0177", True), ("310 555 0100", False), ("x", False)],
)
def test_a_contact_is_found_by_number_without_it_in_any_address(
    site: StaffSite, inbox: Inbox, typed: str, *, lands: bool
) -> None:
    inbox.receive(an_inbound("FDA", sender=PERSON))
    client = site.signed_in(Role.SENDER)

    found = post(client, "/admin/contacts", "/admin/contacts/find", number=typed)

    assert found.request.path.endswith(f"/contacts/{the_contact(site.store)}") is lands
    assert "0177" not in found.request.url
    assert found.status_code == 200


def test_a_person_is_forgotten_only_when_it_is_typed_out(site: StaffSite, inbox: Inbox) -> None:
    inbox.receive(an_inbound("STOP", sender=PERSON))
    one = f"/admin/contacts/{the_contact(site.store)}"
    client = site.signed_in(Role.ADMIN)

    early = post(client, f"{one}/forget", f"{one}/forget", reason="asked by text", confirm="yes")
    assert early.status_code == 422
    assert 'value="asked by text"' in early.text
    done = post(client, f"{one}/forget", f"{one}/forget", reason="asked by text", confirm="forget")

    assert "Their opt-out stays, without a number." in done.text
    assert "asked to be forgotten" in read(client, one)
    assert [what for _, what, _, _ in deeds(site.store)] == ["forget"]


def test_contacts_are_listed_by_what_holds_for_them(site: StaffSite, inbox: Inbox) -> None:
    inbox.receive(an_inbound("STOP", sender=PERSON))
    inbox.receive(an_inbound(CRISIS, sender=OTHER))
    client = site.signed_in(Role.AUDITOR)

    def rows(query: str) -> int:
        return client.get(f"/admin/contacts?{query}").text.count('scope="row"')

    assert (rows(""), rows("show=out"), rows("show=care"), rows("lang=es")) == (2, 1, 1, 0)


def test_an_alert_is_looked_at_and_that_can_be_taken_back_for_minutes(
    site: StaffSite, inbox: Inbox
) -> None:
    inbox.receive(an_inbound(CRISIS, sender=PERSON))
    client, everything = site.signed_in(Role.REVIEWER), "/admin/alerts?show=all"
    assert CRISIS not in read(client, "/admin/alerts")
    (alert,) = alerts.newest(site.store)

    done = post(client, "/admin/alerts", f"/admin/alerts/{alert.id}/acknowledge")
    assert "No alert waits for anybody." in done.text
    back = post(client, everything, f"/admin/alerts/{alert.id}/reopen", show="all")
    assert "is open again" in back.text
    post(client, "/admin/alerts", f"/admin/alerts/{alert.id}/acknowledge")
    site.now[0] += timedelta(minutes=11)
    late = post(client, everything, f"/admin/alerts/{alert.id}/reopen", show="all")

    assert "by who closed it" in late.text
    assert alerts.open_count(site.store) == 0
    assert [what for _, what, _, _ in deeds(site.store)] == [
        "acknowledge_alert", "reopen_alert", "acknowledge_alert",
    ]  # fmt: skip


def test_an_alert_leads_to_its_conversation_for_those_who_may_read_it(
    site: StaffSite, inbox: Inbox
) -> None:
    inbox.receive(an_inbound(CRISIS, sender=PERSON))
    (alert,) = alerts.newest(site.store)

    page = site.signed_in(Role.AUDITOR).get(
        f"/admin/alerts/{alert.id}/conversation", follow_redirects=True
    )
    refused = site.signed_in(Role.SENDER).get(f"/admin/alerts/{alert.id}/conversation")

    assert CRISIS in page.text
    assert refused.status_code == 403


def test_what_was_asked_in_vain_becomes_a_draft_or_is_put_away(
    site: StaffSite, inbox: Inbox
) -> None:
    site.seed(one for one in the_answers() if one.keyword == "RISKS")
    for number in range(3):
        sender = f"+1310555020{number}"
        inbox.receive(an_inbound("do parrots get jealous of tortoises", sender=sender))
        inbox.receive(an_inbound("which opera is about a lighthouse", sender=sender))
    client = site.signed_in(Role.AUTHOR)
    assert "has not been gathered yet" in read(client, "/admin/unanswered")
    assert gap_board.run(site.store, the_catalogue, NOW + timedelta(minutes=1))
    later = NOW + timedelta(minutes=15)
    assert not gap_board.run(site.store, lambda: pytest.fail("nothing is new"), later)
    page = client.get("/admin/unanswered").text
    assert "opera" in words(page)
    gaps = re.findall(r'href="(/admin/unanswered/[^"?]+)', page)
    assert len(gaps) == 2

    wording = "is it risky with parrots around"
    form = {"keyword": "risks", "lang": "en", "kind": "question"}
    empty = post(client, gaps[0], f"{gaps[0]}/draft", wording="", **form)
    unknown = post(
        client, gaps[0], f"{gaps[0]}/draft", wording=wording, **(form | {"keyword": "NOPE"})
    )
    taken = post(client, gaps[0], f"{gaps[0]}/draft", wording="FDA", **(form | {"kind": "alias"}))
    crisis = post(client, gaps[0], f"{gaps[0]}/draft", wording=CRISIS, **form)
    done = post(client, gaps[0], f"{gaps[0]}/draft", wording=wording, sure="1", **form)
    away = post(client, gaps[1], f"{gaps[1]}/dismiss")

    assert [one.status_code for one in (empty, unknown, taken, crisis)] == [422] * 4
    assert "is a name of FDA already" in words(taken.text)
    assert "crisis screen answers" in words(crisis.text)
    assert "in the draft of RISKS" in words(done.text)
    assert "Nothing was asked in vain." in words(away.text)
    assert wording in editorial.revisions_of(site.store, ("RISKS", Lang.EN))[0].answer.questions
    assert handled(site.store) == {"added", "dismissed"}


def test_a_wording_that_leads_elsewhere_is_asked_about_with_its_score(
    site: StaffSite, inbox: Inbox
) -> None:
    site.seed(one for one in the_answers() if one.keyword == "RISKS")
    for number in range(2):
        inbox.receive(an_inbound("do parrots get jealous", sender=f"+1310555020{number}"))
    gap_board.make(site.store, the_catalogue(), NOW)
    client = site.signed_in(Role.AUTHOR)
    (gap,) = re.findall(r'href="(/admin/unanswered/[^"?]+)', client.get("/admin/unanswered").text)
    form = {"keyword": "RISKS", "lang": "en", "kind": "question"}
    wording = "did the fda approve ketamine for depression"

    asked = post(client, gap, f"{gap}/draft", wording=wording, **form)
    done = post(client, gap, f"{gap}/draft", wording=wording, sure="1", **form)

    assert asked.status_code == 422
    assert re.search(
        r"FDA , with a score of 0\.\d\d|FDA , with a score of 1\.00", words(asked.text)
    )
    assert "in the draft of RISKS" in words(done.text)


def test_a_text_that_waits_for_a_person_is_settled_with_a_reason(
    site: StaffSite, inbox: Inbox
) -> None:
    queue(site.store, person=PERSON)
    with site.store.begin() as tx:
        tx.execute(update(outbox).values(state=State.PARKED.value))
        (number,) = tx.scalars(select(outbox.c.id))
    one, client = f"/admin/outbox/{number}", site.signed_in(Role.SENDER)
    assert f"Text {number}" in read(client, "/admin/outbox")
    assert "No text is in this state." in read(client, "/admin/outbox?state=delivered")

    silent = post(client, one, one, do="release")
    wrong = post(client, one, one, do="resend", reason="try")
    odd = post(client, one, one, do="explode", reason="try")
    done = post(client, one, one, do="release", reason="the campaign is registered now")

    assert (silent.status_code, wrong.status_code, odd.status_code) == (422, 422, 400)
    assert "is for one that is human" in words(wrong.text)
    assert "The text leaves at once." in words(done.text)
    assert "sender, release (parked to queued): the campaign is registered now" in words(done.text)
    assert deeds(site.store) == [
        ("sender", "release_text", f"outbox {number}", "the campaign is registered now")
    ]
    assert site.signed_in(Role.AUDITOR).post(one).status_code in {400, 403}
