"""Consent, lists and audiences on the staff pages: done without JavaScript, numbers never shown."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from smsbot.core.editorial.roles import Role
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.db.tables import consent
from smsbot.db.tables_consent import audience
from smsbot.db.tables_staff import audit_log
from smsbot.providers.twilio.twiml import render
from smsbot.services.receive import Inbox
from tests.builders import an_inbound, the_catalogue, the_catalogue_with_topics
from tests.staff_site import StaffSite, build_site, token_in

PERSON = "+13105550177"
HEAD = "number,topic,when,how,words\n"
ROW = "{},NEWS,2026-11-02,paper form,I agree to texts about news\n"


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    built = build_site(sqlite_url)
    yield built
    built.store.close()


@pytest.fixture
def sender(site: StaffSite) -> FlaskClient:
    return site.signed_in(Role.SENDER)


@pytest.fixture
def inbox(site: StaffSite) -> Iterator[Inbox]:
    inbox = Inbox(site.store, the_catalogue_with_topics, render)
    yield inbox
    inbox.close()


def post(client: FlaskClient, address: str, **form: object) -> TestResponse:
    form["csrf_token"] = token_in(client.get("/admin/consent").text)
    return client.post(address, data=form)


def texts(inbox: Inbox, *bodies: str) -> None:
    for body in bodies:
        inbox.receive(an_inbound(body, sender=PERSON))


def words(page: TestResponse) -> str:
    """The page as it is read."""
    body = page.text.split("<main", 1)[1].split(">", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def upload(client: FlaskClient, data: str, kind: str, **more: object) -> TestResponse:
    file = (io.BytesIO(data.encode()), "people.csv")
    return post(client, "/admin/lists", file=file, kind=kind, name="Health fair", **more)


def test_a_person_is_found_by_a_number_that_is_in_no_address(
    sender: FlaskClient, inbox: Inbox
) -> None:
    texts(inbox, "JOIN NEWS", "JOIN")

    found = post(sender, "/admin/consent/find", number="310 555 0177")
    page = sender.get(found.location)

    assert found.status_code == 303
    assert "5550177" not in found.location
    told = words(page)
    assert "joined NEWS" in told
    assert "Reply JOIN to confirm" in told
    assert "5550177" not in page.text


def test_a_number_nobody_has_is_said_at_the_field(sender: FlaskClient) -> None:
    page = post(sender, "/admin/consent/find", number="310 555 0188")

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert "Nobody with this number" in page.text


def test_an_opt_out_is_recorded_and_undone_with_reasons(
    site: StaffSite, sender: FlaskClient, inbox: Inbox
) -> None:
    texts(inbox, "JOIN NEWS", "JOIN")
    short = post(sender, "/admin/consent/opt-out", out_number="310 555 0177", out_reason="no")
    assert short.status_code == 422
    assert 'value="310 555 0177"' in short.text

    done = post(
        sender, "/admin/consent/opt-out", out_number="310 555 0177", out_reason="Told us by phone"
    )
    assert "opted out of all texts" in words(sender.get(done.location))
    post(sender, f"{done.location}/undo", undo_reason="It was another number")

    assert "joined NEWS" in words(sender.get(done.location))
    with site.store.read() as tx:
        what = tx.scalars(select(audit_log.c.what).order_by(audit_log.c.id)).all()
        assert "5550177" not in repr(tx.execute(select(audit_log)).all())
    assert what == ["record_opt_out", "undo_opt_out"]


def test_their_own_stop_has_no_undo(sender: FlaskClient, inbox: Inbox) -> None:
    texts(inbox, "STOP")
    page = sender.get("/admin/consent/people/1")

    assert "Only their own START" in words(page)
    assert "undo_reason" not in page.text
    tried = post(sender, "/admin/consent/people/1/undo", undo_reason="We know better than they")
    assert tried.status_code == 422
    assert "opted out of all texts" in words(sender.get("/admin/consent/people/1"))


def test_it_is_given_out_as_a_file(sender: FlaskClient, inbox: Inbox) -> None:
    texts(inbox, "JOIN NEWS", "JOIN", "STOP")

    told = post(sender, "/admin/consent/people/1/export", kind="json")
    table = post(sender, "/admin/consent/people/1/export", kind="csv")
    everybody = post(sender, "/admin/consent/opt-outs.csv")

    assert len(told.json["ledger"]) == 3
    assert table.text.count("\n") == 4
    assert "'+13105550177" in everybody.text
    assert "attachment" in everybody.headers["Content-Disposition"]


def test_a_list_is_checked_mended_and_taken(site: StaffSite, sender: FlaskClient) -> None:
    data = HEAD + ROW.format("3105550101") + ROW.format("12") + ROW.format("+525512345678")
    made = upload(sender, data, "consents", evidence="Signed forms, cabinet B")
    page = sender.get(made.location)
    assert "Row 3" in page.text
    assert "abroad (MX)" in page.text
    file = post(sender, f"{made.location}/bad-rows.csv").text
    assert "too short" in file

    post(sender, f"{made.location}/mend", **{"3:number": "3105550102", "4:number": "3105550103"})
    assert "Take 3 rows" in words(sender.get(made.location))
    post(sender, f"{made.location}/take")

    assert "Taken" in words(sender.get(made.location))
    with site.store.read() as tx:
        assert tx.scalars(select(consent.c.origin)).all() == ["import"] * 3


@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [("", "number\n1\n", "Choose what"), ("consents", "number\n1\n", "evidence"),
     ("audience", "", "no column"), ("audience", "number\n", "no rows")],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_and_nothing_lost(
    sender: FlaskClient, kind: str, data: str, says: str
) -> None:
    page = upload(sender, data, kind)

    assert page.status_code == 422
    assert says in page.text
    assert 'value="Health fair"' in page.text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("number\n" + "1\n" * 20_001, "More than 20,000 rows"),
        ("number\n+12025550101\n" + "x" * 140_000 + "\n", "Row 3 is no row of a table"),
        ("number," + "x" * 140_000 + "\n1,2\n", "The first line is none of a table"),
    ],
)
def test_a_file_that_nobody_can_read_is_refused_at_once(
    sender: FlaskClient, data: str, says: str
) -> None:
    page = upload(sender, data, "audience")

    assert page.status_code == 422
    assert says in page.text


def test_a_dropped_list_can_not_be_taken(site: StaffSite, sender: FlaskClient) -> None:
    made = upload(sender, HEAD + ROW.format("3105550101"), "consents", evidence="Signed forms, B")
    post(sender, f"{made.location}/drop")
    post(sender, f"{made.location}/take")

    assert "Dropped" in words(sender.get(made.location))
    with site.store.read() as tx:
        assert tx.scalars(select(consent.c.id)).all() == []


def test_an_audience_is_counted_and_kept_without_javascript(
    site: StaffSite, sender: FlaskClient, inbox: Inbox
) -> None:
    texts(inbox, "JOIN NEWS", "JOIN")
    form = {"topic": "NEWS", "langs": "es", "name": "Spanish"}
    counted = post(sender, "/admin/audiences/count", **form)
    assert "0 people would be written to" in words(counted)
    assert "Another language 1" in words(counted)

    made = post(sender, "/admin/audiences", **form)
    page = sender.get(made.location)
    post(sender, made.location, **{**form, "langs": "", "version": 0})
    late = post(sender, made.location, **{**form, "langs": "en", "version": 0})

    assert "Spanish" in words(page)
    assert late.status_code == 422
    assert "Somebody else changed" in late.text
    with site.store.read() as tx:
        assert tx.scalar(select(audience.c.rule)) == {"topic": "NEWS"}
    assert "1 person would be written to" in words(sender.get(made.location))
    post(sender, f"{made.location}/retire")
    assert sender.get(made.location).status_code == 404


def test_htmx_gets_the_count_alone(sender: FlaskClient) -> None:
    token = token_in(sender.get("/admin/consent").text)
    form = {"topic": "NEWS", "csrf_token": token}

    part = sender.post("/admin/audiences/count", data=form, headers={"HX-Request": "true"})

    assert "<html" not in part.text
    assert "0</strong>" in part.text


@pytest.mark.parametrize(
    ("field", "value"), [("states", "New York"), ("seen_within", "soon"), ("keywords", "<b>")]
)
def test_a_field_of_an_audience_says_what_is_wrong(
    sender: FlaskClient, field: str, value: str
) -> None:
    form = {"topic": "NEWS", "name": "X", field: value}
    page = post(sender, "/admin/audiences", **form)

    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text


def test_who_only_sees_campaigns_sees_audiences_and_saves_none(site: StaffSite) -> None:
    auditor = site.signed_in(Role.AUDITOR)

    assert auditor.get("/admin/audiences").status_code == 200
    assert auditor.get("/admin/consent").status_code == 403
    token = token_in(auditor.get("/admin/audiences").text)
    assert auditor.post("/admin/audiences", data={"csrf_token": token}).status_code == 403


@dataclass
class RealCatalogue:
    """Of the repository's own answers: a keyword is tried out with them."""

    current: Catalogue = field(default_factory=the_catalogue)


@pytest.fixture
def publisher(site: StaffSite, sender: FlaskClient) -> FlaskClient:
    site.app.extensions["smsbot.system"].catalogue = RealCatalogue()
    return sender


TOPIC = {
    "keyword": "studies", "keyword_es": "estudios", "name_en": "Studies", "name_es": "Estudios",
    "words_en": "new studies, once a month", "words_es": "estudios nuevos, 1 mensaje al mes",
}  # fmt: skip


def test_a_topic_is_checked_made_reworded_and_retired(publisher: FlaskClient) -> None:
    looked = post(publisher, "/admin/consent/topics", **TOPIC, do="check")
    assert "you asked for STUDIES: new studies, once a month. Msg &amp; data rates" in looked.text
    assert "segments of GSM-7" in words(looked)
    assert "STUDIES" not in publisher.get("/admin/consent/topics").text

    assert post(publisher, "/admin/consent/topics", **TOPIC).status_code == 303
    page = publisher.get("/admin/consent/topics/STUDIES")
    opened = page.text.split('name="opened" value="', 1)[1].split('"')[0]
    form = {**TOPIC, "words_en": "new studies, twice a month", "opened": opened}
    assert post(publisher, "/admin/consent/topics/STUDIES", **form).status_code == 303
    late = post(publisher, "/admin/consent/topics/STUDIES", **{**form, "name_en": "Mine"})
    assert late.status_code == 422
    assert "Somebody else changed" in late.text
    assert 'value="Mine"' in late.text
    assert "twice a month" in publisher.get("/admin/consent/topics").text

    assert "Nobody can join it" in publisher.get("/admin/consent/topics/STUDIES/retire").text
    assert post(publisher, "/admin/consent/topics/STUDIES/retire").status_code == 303
    assert "Retired" in words(publisher.get("/admin/consent/topics/STUDIES"))
    assert publisher.get("/admin/consent/topics/NOSUCH").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [("keyword", "STOP", "meaning of its own"), ("keyword_es", "AVISOS", "the topic NOTICES"),
     ("words_en", "new studies", "how often"), ("words_es", "estudios nuevos", "how often"),
     ("words_en", "\u2014 once a month", "cannot be sent"), ("name_es", "", "a name")],
)  # fmt: skip
def test_a_field_of_a_topic_says_what_is_wrong(
    publisher: FlaskClient, field: str, value: str, says: str
) -> None:
    page = post(publisher, "/admin/consent/topics", **{**TOPIC, field: value})

    assert page.status_code == 422
    assert says in page.text.split(f'id="{field}-error"', 1)[1].split("</p>", 1)[0]
    assert "Estudios" in page.text or field == "name_es"
