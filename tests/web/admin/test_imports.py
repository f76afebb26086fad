"""Answers from files over HTTP: looked at first, taken in part, mended, and exported."""

import csv
import html
import io
import random
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from smsbot.core.editorial.roles import Role
from smsbot.core.editorial.sheet import WRONG
from smsbot.db.tables_answers import revision
from smsbot.db.tables_staff import audit_log
from tests.staff_site import StaffSite, build_site, the_answers, token_in


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Iterator[StaffSite]:
    built = build_site(sqlite_url, var=tmp_path / "var")
    built.seed(one for one in the_answers() if one.keyword in ("FDA", "KAP"))
    yield built
    built.store.close()


@pytest.fixture
def client(site: StaffSite) -> FlaskClient:
    return site.signed_in(Role.AUTHOR)


def words(page: TestResponse) -> str:
    body = re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1])
    return html.unescape(re.sub(r"\s+", " ", body))


def exported(client: FlaskClient) -> list[dict[str, str]]:
    text = client.get("/admin/exports/answers.csv").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def as_csv(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def upload(client: FlaskClient, data: bytes, name: str = "answers.csv") -> TestResponse:
    """As a browser sends a file; put together here, because the test client leaves files open."""
    token = token_in(client.get("/admin/imports").text)
    field = 'Content-Disposition: form-data; name="{}"'
    head = (
        f"--part\r\n{field.format('csrf_token')}\r\n\r\n{token}\r\n"
        f'--part\r\n{field.format("file")}; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + data + b"\r\n--part--\r\n"
    return client.post(
        "/admin/imports", data=body, content_type="multipart/form-data; boundary=part"
    )


def press(client: FlaskClient, address: str, **form: str) -> TestResponse:
    token = token_in(client.get("/admin/imports").text)
    return client.post(address, data={"csrf_token": token, **form}, follow_redirects=True)


def drafts(site: StaffSite) -> list[tuple[str, str, str]]:
    with site.store.begin() as tx:
        found = select(revision.c.keyword, revision.c.short, revision.c.author)
        return [tuple(row) for row in tx.execute(found.where(revision.c.state == "draft"))]


def test_nothing_is_changed_before_the_changes_were_seen(
    site: StaffSite, client: FlaskClient
) -> None:
    rows = exported(client)
    rows[0]["short"] = "Quite new."

    sent = upload(client, as_csv(rows))
    page = client.get(sent.location)

    assert sent.status_code == 303
    assert "answers.csv: 1 answer would become a draft, 3 are as they are" in words(page)
    assert "Quite new" in " ".join(re.findall(r"<ins>(.*?)</ins>", page.text, re.DOTALL))
    assert "<del>" in page.text
    assert drafts(site) == []
    done = press(client, f"{sent.location}/take")
    assert "1 draft is made." in words(done)
    assert drafts(site) == [("FDA", "Quite new.", "author")]
    with site.store.begin() as tx:
        assert [tuple(row) for row in tx.execute(select(audit_log.c.what, audit_log.c.note))] == [
            ("import_answers", "1 drafts")
        ]
    assert "no longer here" in words(client.get(sent.location, follow_redirects=True))


def test_bad_rows_are_named_by_row_and_cell_and_the_good_taken_alone(
    site: StaffSite, client: FlaskClient
) -> None:
    rows = exported(client)
    rows[0]["short"] = "Quite new."
    rows[1]["review_by"] = "soon"
    names = rows[2]["aliases"]
    rows[2]["aliases"] = f"{names}\nFDA"

    sent = upload(client, as_csv(rows))
    page = client.get(sent.location)

    assert "2 have something to mend" in words(page)
    assert "answers.csv, row 3 column review_by:" in words(page)
    assert "row 4" in words(page)
    refused = press(client, f"{sent.location}/take")
    assert "Some rows are bad" in words(refused)
    assert drafts(site) == []
    press(client, f"{sent.location}/take", partial="1")
    assert [keyword for keyword, _, _ in drafts(site)] == ["FDA"]

    mended = client.get(f"{sent.location}/bad.csv").data.decode("utf-8-sig")
    back = list(csv.DictReader(io.StringIO(mended)))
    assert back[0]["review_by"] == "soon"
    assert all(row[WRONG] for row in back)
    back[0]["review_by"], back[1]["aliases"] = "2027-03-01", f"{names}\nKAPX"
    again = client.get(upload(client, as_csv(back)).location)
    assert "2 answers would become drafts, 0 are as they are, 0 have" in words(again)


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "", "Choose a file."),
        (b"x", "answers.pdf", "Choose a .csv"),
        (b"a,b\n1,2\n", "answers.csv", "answers.csv lacks the columns keyword"),
        (b"no", "answers.xlsx", "answers.xlsx is no XLSX"),
        (b"no", "answers.zip", "answers.zip is no ZIP"),
        (b"\xff\xfe", "answers.csv", "is not UTF-8"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_at_its_field(
    client: FlaskClient, data: bytes, name: str, why: str
) -> None:
    page = upload(client, data, name)

    assert page.status_code == 422
    assert why in words(page)
    assert 'href="#file"' in page.text
    assert "smsbot-import" not in page.text


def test_a_file_of_megabytes_is_taken_and_a_larger_one_refused_in_words(
    client: FlaskClient,
) -> None:
    data = io.BytesIO(client.get("/admin/exports/answers.zip").data)
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("notes.bin", random.Random(7).randbytes(4_000_000))

    assert upload(client, data.getvalue(), "answers.zip").status_code == 303
    refused = upload(client, b"x" * 10_000_001)
    assert refused.status_code == 422
    assert "more than 10 MB" in words(refused)


def test_another_persons_upload_is_not_shown(site: StaffSite, client: FlaskClient) -> None:
    sent = upload(client, as_csv(exported(client)))
    assert site.account("author").id != site.account("admin").id

    other = site.signed_in(Role.REVIEWER)

    assert other.get(sent.location).status_code == 403
    assert "are as they are" in words(client.get(sent.location))
    press(client, f"{sent.location}/forget")
    assert client.get(sent.location).status_code == 303


def test_every_kind_of_export_is_a_file_with_all_answers(client: FlaskClient) -> None:
    sheet = client.get("/admin/exports/answers.xlsx")
    packed = client.get("/admin/exports/answers.zip")

    assert len(exported(client)) == 4
    book = openpyxl.load_workbook(io.BytesIO(sheet.data))
    assert book.active.max_row == 5
    book.close()
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert min(archive.namelist()) == "content/topics/fda.en.toml"
        assert len(archive.namelist()) == 4
    for page, kind in ((sheet, "xlsx"), (packed, "zip")):
        assert page.headers["Content-Disposition"] == (
            f'attachment; filename="answers-2026-11-23.{kind}"'
        )
    again = client.get(upload(client, packed.data, "answers.zip").location)
    assert "0 answers would become drafts, 4 are as they are" in words(again)
    assert client.get("/admin/exports/answers.exe").status_code == 404


def test_a_text_that_a_spreadsheet_would_carry_out_is_defused(
    site: StaffSite, client: FlaskClient
) -> None:
    rows = exported(client)
    rows[0]["short"] = "'=1+1 is two."
    sent = upload(client, as_csv(rows))
    press(client, f"{sent.location}/take")

    assert drafts(site)[0][1] == "=1+1 is two."
