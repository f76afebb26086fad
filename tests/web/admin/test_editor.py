"""The editor over HTTP, as it is used without JavaScript and as its script asks."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from smsbot.core.editorial.revisions import Revision
from smsbot.core.editorial.roles import Role
from smsbot.core.editorial.typed import to_cells
from smsbot.core.messages import Lang
from smsbot.db import presence, revisions
from smsbot.db.tables_outbox import outbox
from smsbot.services import editing, editorial, text_to_me
from tests.builders import NOW
from tests.staff_site import StaffSite, build_site, the_answers, token_in

FEW = ("FDA", "KAP", "RISKS", "SPRAVATO", "WARNING", "OFFLABEL")
JSON = {"Accept": "application/json"}


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    built = build_site(sqlite_url)
    built.seed(one for one in the_answers() if one.keyword in FEW)
    yield built
    built.store.close()


@pytest.fixture
def client(site: StaffSite) -> FlaskClient:
    return site.signed_in(Role.AUTHOR)


@pytest.fixture
def draft(site: StaffSite) -> Revision:
    return editing.begin_or_join(site.store, site.account("author"), ("FDA", Lang.EN), NOW)[0]


def words(page: TestResponse) -> str:
    body = re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1])
    return html.unescape(re.sub(r"\s+", " ", body))


def send(client: FlaskClient, one: Revision, step: str, headers=None, **changes) -> TestResponse:
    """The whole form as a browser sends it, with these fields typed over."""
    page = client.get("/admin/answers")
    form = to_cells(one.answer, owner=one.owner, why=one.why)
    form |= {"version": str(one.version), "csrf_token": token_in(page.text), **changes}
    return client.post(f"/admin/drafts/{one.id}/{step}", data=form, headers=headers)


def saved(site: StaffSite, one: Revision) -> Revision:
    return editorial.revision(site.store, one.id)


def test_a_draft_is_begun_from_the_answers_page_and_joined_by_the_next(
    site: StaffSite, client: FlaskClient
) -> None:
    page = client.get("/admin/answers/FDA")
    assert "Change it" in page.text
    first = client.post(
        "/admin/answers/FDA/en/draft", data={"csrf_token": token_in(page.text)}
    ).location
    again = client.post(
        "/admin/answers/FDA/en/draft",
        data={"csrf_token": token_in(page.text)},
        follow_redirects=True,
    )

    assert re.fullmatch(r"/admin/drafts/\d+", first)
    assert again.request.path == first
    assert "author began this draft" in words(again)
    assert "Go on with the draft" in client.get("/admin/answers/FDA").text
    assert "Go on with the draft" not in site.signed_in(Role.AUDITOR).get("/admin/answers/FDA").text


@pytest.mark.parametrize("n", ["7", "9" * 400, str(2**63)])
def test_a_draft_from_a_revision_that_is_none_is_said_in_words(
    site: StaffSite, client: FlaskClient, n: str
) -> None:
    token = token_in(client.get("/admin/answers/FDA").text)

    page = client.post(
        "/admin/answers/FDA/en/draft", data={"csrf_token": token, "n": n}, follow_redirects=True
    )

    assert page.status_code == 200
    assert "FDA.en has no revision" in page.text
    assert editorial.open_revisions(site.store) == ()


def test_the_editor_shows_figures_phone_and_both_languages(
    client: FlaskClient, draft: Revision
) -> None:
    page = client.get(f"/admin/drafts/{draft.id}")

    said = words(page)
    assert "GSM-7 3 of 3 segments" in said
    assert (
        "With the 40 units kept free for what the bot appends, as “Text MORE for details.”" in said
    )
    assert "never texted before it also says who this is and how to stop: 4 segments." in said
    assert "The content check finds nothing wrong." in said
    assert "English, this draft" in said
    assert "Spanish, live" in said
    assert re.search(r"About \$35\.40 for 1,000 first texts, \$\d", said)
    assert "read 2026-11-23" in said
    languages = re.findall(r'<p class="bubble" lang="(..)"', page.text)
    assert {"en", "es"} == set(languages)
    assert len(languages) > 4


def test_checking_without_script_shows_all_and_saves_nothing(
    site: StaffSite, client: FlaskClient, draft: Revision
) -> None:
    typed = "Take 50 mg. It’s “fine” – buy now."

    page = send(client, draft, "check", short=typed, aliases="KAP\nside effects", owner="Ben")

    said = words(page)
    assert page.status_code == 200
    for found in (
        "an amount of a drug", "carriers take for selling", "KAP already leads to KAP.",
        "right single quotation mark", "en dash", "UCS-2", "Replace all",
    ):  # fmt: skip
        assert found in said
    assert typed in html.unescape(page.text)
    assert "SIDEEFFECTS" in page.text
    assert 'value="Ben"' in page.text
    assert saved(site, draft) == draft


@pytest.mark.parametrize(
    ("asked", "left"),
    [("short:’", "It's “fine”"), ("short:all", 'It\'s "fine"'), ("hints:all", "It’s “fine”")],
)
def test_an_odd_character_is_replaced_by_a_button(
    client: FlaskClient, draft: Revision, asked: str, left: str
) -> None:
    page = send(client, draft, "check", short="It’s “fine”", replace=asked)

    (shown,) = re.findall(r'<textarea id="short".*?>\n(.*?)</textarea>', page.text, re.DOTALL)
    assert html.unescape(shown) == left


def test_the_script_gets_the_parts_that_change(client: FlaskClient, draft: Revision) -> None:
    parts = send(client, draft, "check", JSON, short="It’s short.", long="").json["parts"]

    assert {"meter-short", "meter-long", "phone", "verdict", "remarks-aliases"} <= parts.keys()
    assert "UCS-2" in parts["meter-short"]
    assert "<mark>’</mark>" in parts["phone"]
    assert 'data-plain="&#39;"' in parts["meter-short"]
    page = client.get(f"/admin/drafts/{draft.id}").text
    assert all(f'id="{place}"' in page for place in parts)


def test_markup_that_is_typed_stays_text(client: FlaskClient, draft: Revision) -> None:
    hostile = "<script>alert(1)</script><b>"
    fields = dict.fromkeys(("short", "long", "aliases", "questions", "owner", "why"), hostile)

    page = send(client, draft, "check", **fields)
    parts = send(client, draft, "check", JSON, **fields).json["parts"]

    scripts = re.findall(r"<script[^>]*>", page.text + "".join(parts.values()))
    assert [one for one in scripts if "src=" not in one] == []
    assert "<b>" not in page.text + "".join(parts.values())


def test_saving_keeps_what_was_typed_and_counts_versions(
    site: StaffSite, client: FlaskClient, draft: Revision
) -> None:
    done = send(client, draft, "save", short="New words.", why="Shorter.", owner="Ben")

    assert (done.status_code, done.location) == (303, f"/admin/drafts/{draft.id}")
    kept = saved(site, draft)
    assert (kept.answer.short, kept.why, kept.owner) == ("New words.", "Shorter.", "Ben")
    assert replace(kept.answer, short=draft.answer.short) == draft.answer

    told = send(client, kept, "save", JSON, short="Newer words.").json
    assert (told["version"], told["faults"]) == (kept.version + 1, [])
    assert "Saved <time" in told["saved"]


def test_a_day_that_is_none_is_shown_as_typed_and_the_rest_is_saved(
    site: StaffSite, client: FlaskClient, draft: Revision
) -> None:
    page = send(client, draft, "save", short="New words.", expires_on="soon", review_by="")

    assert page.status_code == 422
    assert 'value="soon"' in page.text
    assert "'soon' is no day." in words(page)
    kept = saved(site, draft).answer
    assert (kept.short, kept.expires_on, kept.review_by) == (
        "New words.", None, draft.answer.review_by,
    )  # fmt: skip


def test_who_saves_second_sees_both_versions_and_loses_nothing(
    site: StaffSite, client: FlaskClient, draft: Revision
) -> None:
    other = site.account("admin")
    theirs = replace(draft.answer, short="Their words.")
    with site.store.begin() as tx:
        assert revisions.save(tx, draft, replace(theirs, author="admin"), why="", now=NOW)

    told = send(client, draft, "save", JSON, short="My words.")
    assert told.status_code == 409
    assert f"{other.name} saved this draft" in told.json["conflict"]

    page = send(client, draft, "save", short="My words.")
    assert page.status_code == 409
    said = words(page)
    assert "admin saved this draft while you were writing" in said
    assert "Their words." in said
    assert "My words." in said
    assert saved(site, draft).answer.short == "Their words."
    (version,) = re.findall(r'name="version" value="(\d+)"', page.text)

    send(client, draft, "save", short="My words.", version=version)
    assert saved(site, draft).answer.short == "My words."


def test_a_check_between_two_saves_does_not_hide_the_conflict(
    site: StaffSite, client: FlaskClient, draft: Revision
) -> None:
    editorial.save(
        site.store, site.account("author"), draft, NOW,
        answer=replace(draft.answer, short="From another tab."), why="",
    )  # fmt: skip

    page = send(client, draft, "check", short="My words.")

    (version,) = re.findall(r'name="version" value="(\d+)"', page.text)
    assert send(client, draft, "save", short="My words.", version=version).status_code == 409


def test_two_people_in_one_draft_are_told_of_each_other(
    site: StaffSite, client: FlaskClient, draft: Revision
) -> None:
    other = site.account("admin")
    with site.store.begin() as tx:
        presence.enter(tx, other.id, draft.id, NOW)

    assert "admin has this draft open too, since" in words(client.get(f"/admin/drafts/{draft.id}"))
    told = send(client, draft, "here", JSON).json
    assert "<strong>admin</strong>" in told["people"]
    assert told["is_draft"] is True


def test_faults_keep_a_draft_from_review_and_stand_on_top(
    site: StaffSite, client: FlaskClient, draft: Revision
) -> None:
    page = send(client, draft, "submit", short="Take 50 mg.", aliases="KAP")

    assert page.status_code == 422
    assert 'href="#short"' in page.text
    assert 'href="#aliases"' in page.text
    assert "KAP already leads to KAP." in words(page)
    assert (saved(site, draft).state, saved(site, draft).answer.short) == ("draft", "Take 50 mg.")


def test_warnings_are_to_be_looked_at_and_ticked(
    site: StaffSite, client: FlaskClient, draft: Revision
) -> None:
    changed = {"long": f"{draft.answer.long}\n\nBuy now.", "why": "To try."}

    page = send(client, draft, "submit", **changed)
    assert page.status_code == 422
    assert "I have looked at what is listed" in words(page)
    assert saved(site, draft).state == "draft"

    one = saved(site, draft)
    done = send(client, one, "submit", **changed, looked="1")
    assert (done.status_code, done.location) == (303, "/admin/answers/FDA")
    assert saved(site, draft).state == "in_review"
    moved = client.get(f"/admin/drafts/{draft.id}")
    assert (moved.status_code, moved.location) == (303, f"/admin/revisions/{draft.id}")


def test_nothing_goes_to_review_without_a_reason(
    site: StaffSite, client: FlaskClient, draft: Revision
) -> None:
    page = send(client, draft, "submit", why=" ")

    assert page.status_code == 422
    assert 'href="#why"' in page.text
    assert "There is no reason for the change." in words(page)
    assert saved(site, draft).state == "draft"
    assert "no reason for the change" not in words(send(client, draft, "check", why=""))


def test_a_draft_begun_from_an_earlier_text_says_so_in_its_reason(site: StaffSite) -> None:
    author = site.account("author")

    begun = editorial.begin(site.store, author, ("FDA", Lang.EN), NOW, n=1)

    assert begun.why.startswith("Back to the text of revision 1")


@pytest.mark.parametrize("step", ["save", "submit"])
def test_words_typed_over_what_is_no_draft_any_more_stay_on_the_page(
    site: StaffSite, client: FlaskClient, draft: Revision, step: str
) -> None:
    editorial.discard(site.store, site.account("author"), draft.id, NOW)

    page = send(client, draft, step, short="Words not to be lost.")

    assert page.status_code == 409
    assert "is no draft any more" in words(page)
    assert "Words not to be lost." in page.text
    told = send(client, draft, "save", JSON, short="Words not to be lost.")
    assert (told.status_code, "no draft any more" in told.json["conflict"]) == (409, True)
    assert send(client, draft, "here", JSON).json["is_draft"] is False


def test_a_draft_that_is_given_up_can_be_brought_back(
    site: StaffSite, client: FlaskClient, draft: Revision
) -> None:
    send(client, draft, "save", short="Nearly thrown away.")
    gone = send(client, draft, "discard")
    page = client.get(gone.location)
    assert saved(site, draft).state == "retired"
    assert "Revision 2 of FDA in English is given up." in words(page)

    (n,) = re.findall(r'name="n" value="(\d+)"', page.text)
    back = client.post(
        "/admin/answers/FDA/en/draft", data={"n": n, "csrf_token": token_in(page.text)}
    )

    assert "Nearly thrown away." in client.get(back.location).text


def test_a_new_answer_begins_with_a_keyword_and_is_given_up_on_the_list(
    site: StaffSite, client: FlaskClient
) -> None:
    page = client.get("/admin/answers/new")
    form = {"csrf_token": token_in(page.text), "language": "en", "group": "content"}
    for keyword, why in (("", "Write a keyword"), ("fda", "There is a FDA"), ("STOP", "reserved")):
        refused = client.post("/admin/answers/new", data={**form, "keyword": keyword})
        assert refused.status_code == 422
        assert why in words(refused)

    made = client.post("/admin/answers/new", data={**form, "keyword": "parking lot"})

    editor = client.get(made.location)
    assert "PARKINGLOT in English" in words(editor)
    assert "Nothing is written yet." in words(editor)
    number = int(made.location.rsplit("/", 1)[1])
    gone = send(client, editorial.revision(site.store, number), "discard")
    assert "PARKINGLOT in English is given up" in words(client.get(gone.location))


def test_a_draft_is_texted_to_the_authors_own_number_marked_as_one(
    site: StaffSite, client: FlaskClient, draft: Revision
) -> None:
    refused = send(client, draft, "text-to-me")
    assert refused.status_code == 409
    assert "enter it first" in words(refused)

    page = client.get(f"/admin/my-number?draft={draft.id}")
    form = {"csrf_token": token_in(page.text), "phone": "202 555 0147"}
    client.post(f"/admin/my-number/enter?draft={draft.id}", data=form)
    with site.store.begin() as tx:
        body = site.store.sealer.open(tx.scalar(select(outbox.c.body_sealed)))
    wrong = client.post("/admin/my-number/confirm", data={**form, "code": "12"})
    assert "not the code" in words(wrong)
    back = client.post(
        f"/admin/my-number/confirm?draft={draft.id}", data={**form, "code": body[:6]}
    )
    assert back.location == f"/admin/drafts/{draft.id}"
    editor = client.get(back.location)
    assert "47" in words(editor)
    assert "5550147" not in re.sub(r"\D", "", editor.text.split("<main", 1)[1])

    site.now[0] = NOW.replace(minute=1)
    done = send(client, draft, "text-to-me", short="Words to try out.")
    assert done.status_code == 303
    with site.store.begin() as tx:
        rows = tx.execute(
            select(outbox).where(outbox.c.sequence_key != "").order_by(outbox.c.id)
        ).all()
        bodies = [site.store.sealer.open(row.body_sealed) for row in rows[1:]]
    assert bodies[0].startswith("DRAFT, not for others. Words to try out. Text MORE")
    assert len(bodies) > 1
    assert {row.sender for row in rows} == {site.app.extensions["smsbot.system"].settings.sender}
    assert saved(site, draft).answer.short == "Words to try out."


def test_no_more_texts_than_an_hour_allows(
    site: StaffSite, client: FlaskClient, draft: Revision
) -> None:
    page = client.get("/admin/my-number")
    form = {"csrf_token": token_in(page.text), "phone": "202 555 0147"}
    for n in range(text_to_me.MOST_AN_HOUR):
        site.now[0] = NOW.replace(second=n)
        assert client.post("/admin/my-number/enter", data=form).status_code == 303

    refused = client.post("/admin/my-number/enter", data=form)

    assert refused.status_code == 422
    assert "wait, then try again" in words(refused)
    with site.store.begin() as tx:
        assert tx.scalar(select(func.count()).select_from(outbox)) == text_to_me.MOST_AN_HOUR


@pytest.mark.parametrize("step", ["save", "check", "here", "submit", "text-to-me", "discard"])
def test_a_draft_that_is_not_there_is_said_in_words(client: FlaskClient, step: str) -> None:
    token = token_in(client.get("/admin/answers").text)

    page = client.post(f"/admin/drafts/9999/{step}", data={"csrf_token": token})

    assert page.status_code == 404
    assert client.get("/admin/drafts/9999").status_code == 404
