"""The pages of a text's way from review to people's phones, as each role meets them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from smsbot.core.editorial.checklist import CHECKLIST
from smsbot.core.editorial.revisions import Revision, RevisionState
from smsbot.core.editorial.roles import Role
from smsbot.core.messages import Lang
from smsbot.services import audit, editorial, editorial_publish, editorial_review
from tests.builders import NOW
from tests.staff_site import StaffSite, build_site, the_answers, token_in

TICKED = [point.key for point in CHECKLIST]
KEYWORDS = ("FDA", "KAP", "SPRAVATO", "CRISIS", "HELP", "MENU")
HOUR = timedelta(hours=1)


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    built = build_site(sqlite_url)
    built.seed(one for one in the_answers() if one.keyword in KEYWORDS)
    yield built
    built.store.close()


def a_draft(site: StaffSite, keyword: str, lang: Lang = Lang.EN, **changes: Any) -> Revision:
    author = site.account("author")
    one = editorial.begin(site.store, author, (keyword, lang), NOW)
    changed = replace(one.answer, **changes)
    return editorial.save(site.store, author, one, NOW, answer=changed, why="Shorter.")


def in_review(site: StaffSite, keyword: str, **changes: Any) -> Revision:
    one = a_draft(site, keyword, **changes)
    with site.store.begin() as tx:
        tx.execute(text("UPDATE revision SET state = 'in_review' WHERE id = :id"), {"id": one.id})
    return editorial.revision(site.store, one.id)


def approved(site: StaffSite, keyword: str, **changes: Any) -> Revision:
    one = in_review(site, keyword, **changes)
    editorial_review.approve(site.store, site.account("reviewer"), one.id, NOW)
    return editorial.revision(site.store, one.id)


def live(site: StaffSite, keyword: str, **changes: Any) -> Revision:
    one = approved(site, keyword, **changes)
    return editorial_publish.publish(site.store, site.account("publisher"), one.id, NOW)


def at(one: Revision, step: str = "") -> str:
    return f"/admin/revisions/{one.id}{step}"


def post(client: FlaskClient, address: str, **form: Any) -> TestResponse:
    """Send a form as the page of now would; `version` for one that was opened before."""
    token = token_in(client.get("/admin/review").text)
    store = client.application.extensions["smsbot.system"].store
    if (found := re.search(r"/revisions/(\d+)/", address)) and found[1] != "99999":
        form = {"version": editorial.revision(store, int(found[1])).version, **form}
    return client.post(address, data={"csrf_token": token, **form}, follow_redirects=True)


def state(site: StaffSite, one: Revision) -> RevisionState:
    return editorial.revision(site.store, one.id).state


def plain(page: str) -> str:
    """What a person reads of a page, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.split("<main", 1)[1]))


def test_the_queue_tells_each_person_what_they_can_do(site: StaffSite) -> None:
    in_review(site, "FDA", short="Words.")
    approved(site, "KAP", short="Words.")
    approved(site, "CRISIS", short="Call or text 988 now. Someone is there.")
    one = in_review(site, "SPRAVATO", short="Words.")
    editorial_review.refuse(site.store, site.account("reviewer"), one.id, NOW, note="Since when?")

    seen = {role: plain(site.signed_in(role).get("/admin/review").text) for role in Role}

    assert "you can review it" in seen[Role.REVIEWER]
    assert "another person reviews it" in seen[Role.AUTHOR]
    assert "you can be the second" in seen[Role.PUBLISHER]
    assert "you can be the second" not in seen[Role.REVIEWER]
    assert "you can make it live" in seen[Role.PUBLISHER]
    for role in Role:
        assert "came back Since when? (reviewer)" in seen[role]
    assert sum("you can" in page for page in seen.values()) == 2


def test_reviews_that_are_overdue_stand_below(site: StaffSite) -> None:
    site.now[0] = NOW + timedelta(days=3650)

    page = plain(site.signed_in(Role.AUDITOR).get("/admin/review").text)

    assert "Review overdue 12" in page
    more = plain(site.signed_in(Role.AUDITOR).get("/admin/review?show=due").text)
    assert all(keyword in more for keyword in KEYWORDS)


def test_a_long_shelf_is_turned_page_by_page_and_shows_each_once(site: StaffSite) -> None:
    author, sample = site.account("author"), the_answers()[0]
    for n in range(73):
        one = replace(sample, keyword=f"NEW{n}", aliases=(), loose=frozenset())
        editorial.create(site.store, author, one, NOW + timedelta(seconds=n // 7))
    client, address, seen = site.signed_in(Role.AUTHOR), "/admin/review?show=draft", []

    while address:
        page = client.get(address).text
        seen += re.findall(r">(NEW\d+) <span", page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        address = found[1].replace("&amp;", "&") if found else ""

    assert len(seen) == 73
    assert len(set(seen)) == 73
    assert client.get("/admin/review?show=draft&after=nonsense").status_code == 200
    assert client.get("/admin/review?show=due&after=1~2").status_code == 200


def test_the_page_shows_what_changes_and_what_it_costs(site: StaffSite) -> None:
    fda = next(one for one in the_answers() if (one.keyword, one.lang) == ("FDA", Lang.EN))
    words = fda.short.replace("the only", "one").replace("Text SPRAVATO or WARNING.", "Text KAP.")
    one = in_review(
        site, "FDA", short=words + " \u201cNew\u201d", aliases=(*fda.aliases, "GREENLIGHT")
    )

    page = site.signed_in(Role.REVIEWER).get(at(one)).text
    seen = plain(page)

    assert "[taken out: the only]" in seen
    assert "[put in: one]" in seen
    assert "[put in: GREENLIGHT]" in seen
    assert "is not GSM-7" in seen
    assert "UCS-2" in seen
    assert "forced by" in seen
    assert "C18" in seen
    assert "read 2026-11-23" in seen
    assert '<p class="text" lang="en"' in page


def test_what_a_mark_on_a_claim_asks_for_is_said_beside_it(site: StaffSite) -> None:
    one = in_review(site, "FDA", short="Words.")

    page = plain(site.signed_in(Role.REVIEWER).get(at(one)).text)

    assert page.count("out of date") == page.count("The explainer is behind here")
    assert "this is what holds now" in page


def test_what_its_author_took_back_was_refused_by_nobody(site: StaffSite) -> None:
    one, client = in_review(site, "FDA", short="Words."), site.signed_in(Role.AUTHOR)

    done = post(client, at(one, "/take-back"))

    assert "author took it back to change it." in plain(done.text)
    for page in (done, client.get("/admin/answers/FDA/history"), client.get("/admin/review")):
        assert "refused" not in plain(page.text)
        assert "came back" not in plain(page.text)


def test_every_point_is_ticked_before_it_is_approved(site: StaffSite) -> None:
    one, client = in_review(site, "FDA", short="Words."), site.signed_in(Role.REVIEWER)

    refused = post(client, at(one, "/approve"), ticked=TICKED[1:], approval="Read it all.")

    assert refused.status_code == 422
    assert "Tick every point" in refused.text
    assert "Read it all." in refused.text
    assert refused.text.count(" checked") == len(TICKED) - 1
    assert state(site, one) is RevisionState.IN_REVIEW

    done = post(client, at(one, "/approve"), ticked=TICKED, approval="Read it all.")

    assert done.status_code == 200
    assert state(site, one) is RevisionState.APPROVED
    note = editorial.history(site.store, ("FDA", Lang.EN))[0].note
    assert note.startswith("Checked: true by its sources")
    assert note.endswith("Read it all.")
    assert "reviewer approved it." in plain(done.text)


def test_nobody_signs_a_text_that_was_changed_after_they_opened_the_page(site: StaffSite) -> None:
    one, author = in_review(site, "FDA", short="Words."), site.account("author")
    page = site.signed_in(Role.REVIEWER).get(at(one)).text
    assert page.count(f'name="version" value="{one.version}"') == 2
    editorial.take_back(site.store, author, one.id, NOW)
    again = editorial.revision(site.store, one.id)
    other = replace(again.answer, short="Take as much as you like.")
    editorial.save(site.store, author, again, NOW, answer=other, why="Shorter.")
    with site.store.begin() as tx:
        tx.execute(text("UPDATE revision SET state = 'in_review' WHERE id = :id"), {"id": one.id})
    client = site.signed_in(Role.REVIEWER)

    for stale in (str(one.version), "", "x", "9" * 40):
        tried = post(client, at(one, "/approve"), ticked=TICKED, version=stale)
        assert tried.status_code == 422
        assert "was changed after you opened this page" in tried.text
        assert "Take as much as you like." in tried.text
        assert " checked" not in tried.text
    forgot = post(client, at(one, "/approve"), ticked=TICKED[1:], version=str(one.version))
    assert "was changed after you opened this page" in forgot.text
    refused = post(client, at(one, "/refuse"), refusal="Since when?", version=str(one.version))
    assert "was changed after you opened this page" in refused.text
    assert "Since when?" in refused.text

    assert state(site, one) is RevisionState.IN_REVIEW


def test_nobody_publishes_a_text_that_was_changed_after_they_opened_the_page(
    site: StaffSite,
) -> None:
    one, author = approved(site, "FDA", short="Words."), site.account("author")
    client = site.signed_in(Role.PUBLISHER)
    assert client.get(at(one)).text.count(f'name="version" value="{one.version}"') == 2
    editorial.take_back(site.store, author, one.id, NOW)
    again = editorial.revision(site.store, one.id)
    other = replace(again.answer, short="Other words.")
    editorial.save(site.store, author, again, NOW, answer=other, why="Shorter.")
    with site.store.begin() as tx:
        tx.execute(text("UPDATE revision SET state = 'in_review' WHERE id = :id"), {"id": one.id})
    editorial_review.approve(site.store, site.account("reviewer"), one.id, NOW)

    for step, form in (("/publish", {}), ("/schedule", {"at": "2027-03-01T08:00"})):
        tried = post(client, at(one, step), version=str(one.version), **form)
        assert tried.status_code == 422
        assert "was changed after you opened this page" in tried.text

    now = editorial.revision(site.store, one.id)
    assert (now.state, now.publish_at) == (RevisionState.APPROVED, None)


def test_who_refuses_says_why_and_loses_no_word(site: StaffSite) -> None:
    one, client = in_review(site, "FDA", short="Words."), site.signed_in(Role.REVIEWER)

    empty = post(client, at(one, "/refuse"), refusal="  ")
    assert (empty.status_code, state(site, one)) == (422, RevisionState.IN_REVIEW)
    assert 'aria-describedby="refusal-hint refusal-error"' in empty.text

    done = post(client, at(one, "/refuse"), refusal="Say since when.")
    assert state(site, one) is RevisionState.DRAFT
    assert "reviewer refused it: Say since when." in plain(done.text)
    mine = site.signed_in(Role.AUTHOR)
    assert "you change it" in plain(mine.get("/admin/review").text)
    assert "draft of yours that a reviewer sent back" in plain(mine.get("/admin/").text)
    assert "sent back" not in plain(site.signed_in(Role.PUBLISHER).get("/admin/").text)
    late = post(client, at(one, "/refuse"), refusal="Say it again.")
    assert late.status_code == 422
    assert "is not in review" in late.text


@pytest.mark.parametrize(
    "place",
    [
        "0001-01-01T00:00+14:00~1", "9999-12-31T23:59-14:00~1", "2026-11-23T00:00+00:00~-1",
        "2026-11-23T00:00+00:00~" + "9" * 30, "x~y",
    ],
)  # fmt: skip
def test_a_place_on_a_shelf_that_is_none_is_the_shelfs_beginning(
    site: StaffSite, place: str
) -> None:
    in_review(site, "FDA", short="Words.")

    page = site.signed_in(Role.REVIEWER).get(
        "/admin/review", query_string={"show": "review", "after": place}
    )

    assert page.status_code == 200
    assert "you can review it" in page.text


@pytest.mark.parametrize("last", ["author", "reviewer"])
def test_who_wrote_it_or_some_of_it_reads_why_there_is_no_button(
    site: StaffSite, last: str
) -> None:
    one = a_draft(site, "FDA", short="Words.")
    with site.store.begin() as tx:
        taken_over = text("UPDATE revision SET author = :last, state = 'in_review' WHERE id = :id")
        tx.execute(taken_over, {"last": last, "id": one.id})
        tx.execute(text("UPDATE staff SET role = 'reviewer' WHERE name = 'author'"))
    client = site.signed_in(Role.AUTHOR)

    page = client.get(at(one)).text
    tried = post(client, at(one, "/approve"), ticked=TICKED)

    if last == "author":
        assert "You wrote this revision, so another person must review it." in page
        assert "author wrote it: another person must approve it." in tried.text
    else:
        assert "You wrote some of this revision, so a person who did not must review it." in page
        assert "<dd>reviewer, with author</dd>" in page
        assert "author wrote some of it before reviewer saved it" in tried.text
    assert "/approve" not in page
    assert "another person reviews it" in client.get("/admin/review").text
    assert tried.status_code == 422
    assert state(site, one) is RevisionState.IN_REVIEW


def test_a_crisis_text_wants_a_second_person_and_their_checklist(site: StaffSite) -> None:
    one = approved(site, "CRISIS", short="Call or text 988 now. Someone is there.")
    reviewer, publisher = site.signed_in(Role.REVIEWER), site.signed_in(Role.PUBLISHER)

    assert "You are its first approver" in reviewer.get(at(one)).text
    assert "first approver" in post(reviewer, at(one, "/approve-second"), ticked=TICKED).text
    assert "second person must approve" in plain(post(publisher, at(one, "/publish")).text)
    assert post(publisher, at(one, "/approve-second"), ticked=[]).status_code == 422
    done = post(publisher, at(one, "/approve-second"), ticked=TICKED, approval="Called 988.")
    assert "publisher approved it as the second person." in plain(done.text)
    assert "Called 988." in editorial.history(site.store, ("CRISIS", Lang.EN))[0].note
    assert "CRISIS.en is live." in post(publisher, at(one, "/publish")).text


def test_what_is_approved_goes_live_now(site: StaffSite) -> None:
    one, client = approved(site, "FDA", short="Words."), site.signed_in(Role.PUBLISHER)

    done = post(client, at(one, "/publish"))

    assert "FDA.en is live." in done.text
    assert state(site, one) is RevisionState.PUBLISHED
    assert "only an approved one" in post(client, at(one, "/publish")).text
    assert post(site.signed_in(Role.REVIEWER), at(one, "/publish")).status_code == 403


def test_a_time_is_meant_in_the_viewers_zone(site: StaffSite) -> None:
    one, client = approved(site, "FDA", short="Words."), site.signed_in(Role.PUBLISHER)
    with site.store.begin() as tx:
        tx.execute(text("UPDATE staff SET time_zone = 'America/New_York'"))

    done = post(client, at(one, "/schedule"), at="2027-03-01T08:00")

    assert "It goes live on 2027-03-01 08:00 EST (13:00 UTC)." in done.text
    when = editorial.revision(site.store, one.id).publish_at
    assert when == datetime(2027, 3, 1, 13, tzinfo=UTC)
    assert "1 Mar 2027, 08:00 EST" in done.text
    taken = post(client, at(one, "/unschedule"))
    assert "publisher took it off the schedule." in plain(taken.text)
    assert editorial.revision(site.store, one.id).publish_at is None
    assert "is on no schedule" in post(client, at(one, "/unschedule")).text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Choose a day and a time"),
        ("tomorrow", "Choose a day and a time"),
        ("2020-01-01T08:00", "That time has passed"),
        ("2027-03-14T02:30", "02:30 does not exist on that day"),
        ("2027-11-07 01:30", "01:30 is shown twice on that day"),
    ],
)
def test_a_time_that_is_none_is_refused_at_its_field(
    site: StaffSite, typed: str, says: str
) -> None:
    one, client = approved(site, "FDA", short="Words."), site.signed_in(Role.PUBLISHER)
    with site.store.begin() as tx:
        tx.execute(text("UPDATE staff SET time_zone = 'America/New_York'"))

    refused = post(client, at(one, "/schedule"), at=typed)

    assert refused.status_code == 422
    assert f'id="at-error">{says}' in refused.text
    assert f'value="{typed}"' in refused.text
    assert editorial.revision(site.store, one.id).publish_at is None


def test_an_earlier_text_comes_back_after_its_difference_was_shown(site: StaffSite) -> None:
    first = live(site, "FDA", short="First words.")
    live(site, "FDA", short="Second words.")
    client = site.signed_in(Role.PUBLISHER)

    page = plain(client.get(at(first, "/roll-back")).text)
    unsaid = post(client, at(first, "/roll-back"), note=" ")
    assert (unsaid.status_code, state(site, first)) == (422, RevisionState.RETIRED)
    assert 'aria-describedby="note-hint note-error"' in unsaid.text
    done = post(client, at(first, "/roll-back"), note="The new one misled.")
    assert "Only the English text changes." in page

    assert "[taken out: Second]" in page
    assert "[put in: First]" in page
    assert "Revision 2 of FDA.en is live again." in done.text
    assert state(site, first) is RevisionState.PUBLISHED
    happened = plain(client.get("/admin/answers/FDA/history").text)
    assert "publisher brought it back. The new one misled." in happened
    again = post(client, at(first, "/roll-back"), note="Once more.")
    assert "is no earlier live text" in again.text


def test_a_text_nobody_approved_is_not_offered_back(site: StaffSite) -> None:
    live(site, "FDA", short="First words.")
    seed = editorial.revisions_of(site.store, ("FDA", Lang.EN))[-1]
    client = site.signed_in(Role.PUBLISHER)

    page = client.get(at(seed, "/roll-back")).text

    assert "An author begins a draft from it" in page
    assert "Bring it back now" not in page
    tried = post(client, at(seed, "/roll-back"), note="Back.")
    assert "nobody approved it" in tried.text
    assert state(site, seed) is RevisionState.RETIRED


def test_who_takes_an_answer_away_sees_who_sends_people_there(site: StaffSite) -> None:
    client, address = site.signed_in(Role.PUBLISHER), "/admin/answers/SPRAVATO/en/retire"

    page = plain(client.get(address).text)
    unsaid = post(client, address, note="")
    done = post(client, address, note="Off the market.")

    assert "4 other answers tell people to text it." in page
    assert "FDA English" in page
    assert "gets the answer in Spanish instead" in page
    assert (unsaid.status_code, "Write why" in unsaid.text) == (422, True)
    assert "SPRAVATO.en is taken away." in done.text
    assert client.get(address).status_code == 404
    assert client.get("/admin/answers/SPRAVATO/fr/retire").status_code == 404


def test_a_helpline_is_never_taken_away(site: StaffSite) -> None:
    client, address = site.signed_in(Role.PUBLISHER), "/admin/answers/CRISIS/en/retire"

    assert "Take it away now" not in client.get(address).text
    tried = post(client, address, note="No use.")

    assert tried.status_code == 422
    assert "is not retired" in tried.text


def test_the_history_has_every_step_and_any_two_can_be_compared(site: StaffSite) -> None:
    live(site, "FDA", short="First words.")
    live(site, "FDA", short="Second words.")
    client = site.signed_in(Role.AUDITOR)

    page = client.get("/admin/answers/FDA/history").text
    compared = plain(client.get("/admin/answers/FDA/en/compare?first=3&second=2").text)

    steps = plain(page).split("Every step", 1)[1]
    for sentence in (
        "publisher made it live.", "reviewer approved it.", "author began the draft.",
        "Revision 3 took its place.", "It came with the program.",
    ):  # fmt: skip
        assert sentence in steps
    assert "Bring back" in page
    assert "roll-back" not in page
    assert "[taken out: First]" in compared
    assert "[put in: Second]" in compared
    assert client.get("/admin/answers/FDA/en/compare?first=1&second=77").status_code == 404
    assert client.get("/admin/answers/FDA/en/compare?first=x").status_code == 303
    assert client.get("/admin/answers/NONE/history").status_code == 404
    for before in (2**63, 10**400, "x"):
        assert client.get(f"/admin/answers/FDA/history?before={before}").status_code == 200


def test_the_crisis_page_says_what_only_a_release_changes(site: StaffSite) -> None:
    page = site.signed_in(Role.SENDER).get("/admin/crisis-texts").text
    seen = plain(page)

    assert "CRISIS English Revision 1" in seen
    assert "came with the program, signed by nobody yet" in seen
    assert seen.count("Call or text 988") > 5
    assert "Please call or text 988 now: a real person, free, 24/7." in seen
    assert "HELP Spanish" in seen
    assert "<form" not in page.split("<main", 1)[1]


def test_what_is_done_on_the_pages_is_in_the_audit_log(site: StaffSite) -> None:
    one = in_review(site, "FDA", short="Words.")
    reviewer, publisher = site.signed_in(Role.REVIEWER), site.signed_in(Role.PUBLISHER)
    post(reviewer, at(one, "/refuse"), refusal="No.")
    with site.store.begin() as tx:
        tx.execute(text("UPDATE revision SET state = 'in_review' WHERE id = :id"), {"id": one.id})
    post(reviewer, at(one, "/approve"), ticked=TICKED)
    post(publisher, at(one, "/publish"))
    post(publisher, "/admin/answers/FDA/en/retire", note="Out of date.")
    post(publisher, at(one, "/roll-back"), note="It was not.")

    lines, _ = audit.page(site.store, audit.Sought(), 20)

    deeds = [(line.deed.who, line.deed.what) for line in lines]
    assert deeds[:5] == [
        ("publisher", "roll_back"), ("publisher", "retire"), ("publisher", "publish"),
        ("reviewer", "approve"), ("reviewer", "refuse"),
    ]  # fmt: skip
    assert {line.deed.about for line in lines[:5]} == {"answer FDA en revision 2"}


def test_there_is_no_page_of_a_revision_that_is_none(site: StaffSite) -> None:
    client = site.signed_in(Role.PUBLISHER)

    assert client.get("/admin/revisions/99999").status_code == 404
    assert client.get("/admin/revisions/99999/roll-back").status_code == 404
    assert post(client, "/admin/revisions/99999/publish").status_code == 404


def test_markup_in_a_text_stays_text(site: StaffSite) -> None:
    one = in_review(site, "FDA", short="<script>alert(1)</script>", aliases=("A",))

    page = site.signed_in(Role.REVIEWER).get(at(one)).text

    assert "<script>alert" not in page
    assert "&lt;" in page
