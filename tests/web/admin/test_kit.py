"""The pages of the outreach kit: make, see, print, retire; small numbers never shown."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image

from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Role
from smsbot.core.messages import Lang
from smsbot.db import entry_codes
from smsbot.services import audit, kit
from smsbot.services.audit import Sought
from smsbot.services.kit import Wanted
from tests.builders import NOW
from tests.staff_site import StaffSite, build_site, the_answers, token_in
from tests.web.fake_system import some_settings


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    built = build_site(sqlite_url)
    built.seed(one for one in the_answers() if one.keyword in {"FDA", "RISKS", "MENU", "LINES"})
    yield built
    built.store.close()


def make_code(site: StaffSite, word: str = "FDA", lang: Lang = Lang.EN, days_ago: int = 3) -> str:
    by = By(name="sender", at=NOW - timedelta(days=days_ago))
    return kit.make(site.store, by, Wanted(word=word, lang=lang, label="Library")).code


def post(client: FlaskClient, address: str, page: str, **form: str):
    token = token_in(client.get(page).text)
    return client.post(address, data={"csrf_token": token, **form})


def count(site: StaffSite, code: str, what: str, n: int, days_ago: int = 1) -> None:
    day = (NOW - timedelta(days=days_ago)).date()
    with site.store.begin() as tx:
        entry_codes.count(tx, {(code, day, what): n})


def test_a_sender_makes_a_code_and_prints_it(site: StaffSite) -> None:
    client = site.signed_in(Role.SENDER)

    made = post(client, "/admin/kit/new", "/admin/kit/new", word="es:RIESGOS", label="Bus in May")

    assert made.status_code == 303
    code = made.location.rsplit("/", 1)[1]
    page = client.get(made.location).text
    assert f"RIESGOS {code}" in page
    assert "Bus in May" in page
    assert "FDA" not in client.get("/admin/kit").text
    line = audit.page(site.store, Sought(what="make_entry_code"), 5)[0][0]
    assert (line.deed.who, line.deed.about) == ("sender", f"entry code {code}")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"word": "en:RIESGOS", "label": "Bus"}, "word"),
        ({"word": "en:LINES", "label": "Bus"}, "word"),
        ({"word": "", "label": "Bus"}, "word"),
        ({"word": "en:FDA", "label": " "}, "label"),
        ({"word": "en:FDA", "label": "x" * 81}, "label"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(site, form, field) -> None:
    client = site.signed_in(Role.SENDER)

    page = post(client, "/admin/kit/new", "/admin/kit/new", **form)

    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert form["label"].strip() in page.text


@pytest.mark.parametrize("form", ["pdf", "svg", "png"])
@pytest.mark.parametrize("sheet", ["poster", "quarter", "cards"])
def test_every_sheet_is_a_file_of_its_kind(site: StaffSite, sheet: str, form: str) -> None:
    code = make_code(site)

    file = site.signed_in(Role.AUDITOR).get(f"/admin/kit/{code}/{sheet}.{form}")

    start = {"pdf": b"%PDF-", "svg": b"<svg", "png": b"\x89PNG"}[form]
    assert file.status_code == 200
    assert file.data.startswith(start)
    assert f"fda-{code}-{sheet}.{form}".lower() in file.headers["Content-Disposition"]


def test_a_poster_from_the_page_fills_in_what_the_bot_understands(
    site: StaffSite, tmp_path
) -> None:
    code = make_code(site)
    path = tmp_path / "poster.png"
    path.write_bytes(site.signed_in(Role.AUDITOR).get(f"/admin/kit/{code}/poster.png").data)

    read = zxingcpp.read_barcodes(Image.open(path))

    assert [one.text for one in read] == [f"sms:{some_settings().sender}?&body=FDA%20{code}"]


def test_small_numbers_are_not_in_the_page(site: StaffSite) -> None:
    code = make_code(site)
    count(site, code, "texts", 41, days_ago=2)
    count(site, code, "texts", 3, days_ago=1)
    count(site, code, "people", 4, days_ago=1)
    count(site, code, "topic:RISKS", 17)
    count(site, code, "topic:CLINIC", 2)
    count(site, code, "joined:NEWS", 4)
    client = site.signed_in(Role.AUDITOR)

    page = client.get(f"/admin/kit/{code}").text

    assert "41 or more" in page
    assert ">17<" in page
    assert "CLINIC" not in page
    assert "NEWS" not in page
    assert page.count("under 5") == 5
    assert ": 41 texts</title>" in page
    assert page.count(": fewer than 5 texts</title>") == 2
    assert ": 3 texts" not in page
    assert "41 or more" in client.get("/admin/kit").text


def test_today_is_not_counted_yet(site: StaffSite) -> None:
    code = make_code(site)
    count(site, code, "texts", 50, days_ago=0)

    assert "50" not in site.signed_in(Role.AUDITOR).get(f"/admin/kit/{code}").text


def test_a_retired_code_is_not_printed_and_can_be_brought_back(site: StaffSite) -> None:
    code, client = make_code(site), site.signed_in(Role.SENDER)
    address = f"/admin/kit/{code}"

    post(client, f"{address}/retire", address)
    assert client.get(f"{address}/poster.pdf").status_code == 303
    assert "retired" in client.get(address).text
    post(client, f"{address}/retire", address)
    assert "retired already" in client.get(address).text
    post(client, f"{address}/bring-back", address)

    assert client.get(f"{address}/poster.pdf").status_code == 200
    deeds = [one.deed.what for one in audit.page(site.store, Sought(who="sender"), 9)[0]]
    assert deeds == ["bring_back_entry_code", "retire_entry_code", "make_entry_code"]


def test_what_is_not_there_is_not_found(site: StaffSite) -> None:
    client = site.signed_in(Role.SENDER)

    for address in ("/admin/kit/K9", "/admin/kit/K9/poster.pdf", "/admin/kit/K7/flag.pdf"):
        assert client.get(address).status_code == 404
