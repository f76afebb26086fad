"""The pages of campaigns: what a form gives back, what each may do, and what is said on them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from smsbot.core.campaigns.campaign import CampaignState
from smsbot.core.editorial.roles import Role
from smsbot.services import campaign_views
from tests.builders import NOW
from tests.campaign_builders import ENGLISH, a_plan, join
from tests.staff_site import StaffSite, build_site, token_in

GOOD = {
    "name": "A new answer",
    "topic": "NEWS",
    "audience": "",
    "sender": "+15005550100",
    "starts_at": "",
    "expires_at": f"{NOW + timedelta(days=2):%Y-%m-%dT%H:%M}",
    "repeat_days": "0",
    "canary_size": "5",
    "canary_minutes": "30",
    "most_errors": "10",
    "most_filtered": "2",
    "most_opt_outs": "3",
    "slowest_reply_ms": "1000",
    "sample": "0",
    "sample_hours": "0",
    "message_A_en": "1",
}


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    built = build_site(sqlite_url)
    join(built.store, 4)
    a_plan(built.store)
    yield built
    built.store.close()


def post(site: StaffSite, role: Role, path: str, **form: str):
    client = site.signed_in(role)
    token = token_in(client.get("/admin/campaigns").text)
    return client.post(f"/admin/campaigns/{path}", data={"csrf_token": token, **form})


def state(site: StaffSite) -> CampaignState:
    return campaign_views.show(site.store, 1).campaign.state


def test_a_campaign_goes_its_way_through_the_pages_with_two_people(site: StaffSite) -> None:
    made = post(site, Role.SENDER, "new", **GOOD)
    assert made.location == "/admin/campaigns/1"
    post(site, Role.SENDER, "1/check")
    token = campaign_views.show(site.store, 1).campaign.token or ""

    own = post(site, Role.SENDER, "1/approve", token=token)
    assert own.status_code in {403, 422}
    assert state(site) is CampaignState.CHECKED
    post(site, Role.PUBLISHER, "1/approve", token=token)
    post(site, Role.SENDER, "1/start")
    assert state(site) is CampaignState.RUNNING
    post(site, Role.SENDER, "1/pause", reason="A look")
    shown = site.signed_in(Role.AUDITOR).get("/admin/campaigns/1")

    if shown.status_code == 200:
        assert "A look" in shown.text
    assert state(site) is CampaignState.PAUSED
    post(site, Role.SENDER, "1/resume")
    post(site, Role.SENDER, "1/cancel", reason="wrong day")
    assert state(site) is CampaignState.CANCELLED
    page = site.signed_in(Role.SENDER).get("/admin/campaigns/1").text
    assert "wrong day" in page
    assert "+15005550100" not in page


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", " ", "Give it a name."),
        ("topic", "NONE", "Choose the topic"),
        ("expires_at", "2020-01-01T00:00", "It must expire after it starts"),
        ("canary_size", "many", "Write a whole number"),
        ("most_errors", "x", "Write per cent"),
        ("sender", "+15005550006", "Answers to people in a crisis leave from it too"),
        ("message_A_en", "77", "Choose at least one approved message."),
        ("sample", "10", "A comparison needs a second message"),
        ("starts_at", "0001-01-01T00:00+14:00", "Write a day and a time"),
        ("expires_at", "9999-12-31T23:59-14:00", "Write a day and a time"),
    ],
)
def test_a_form_with_a_fault_says_it_at_the_field_and_keeps_what_was_typed(
    site: StaffSite, field: str, value: str, says: str
) -> None:
    page = post(site, Role.SENDER, "new", **{**GOOD, field: value, "repeat_days": "13"})

    assert page.status_code == 422
    assert says in page.text
    assert 'value="13"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert campaign_views.listed(site.store, 10) == []


def test_an_hour_that_clocks_leave_out_is_no_start(site: StaffSite) -> None:
    with site.store.begin() as tx:
        tx.execute(text("UPDATE staff SET time_zone = 'America/New_York'"))
    times = {"starts_at": "2027-03-14T02:30", "expires_at": "2027-03-20T12:00"}

    page = post(site, Role.SENDER, "new", **{**GOOD, **times})

    assert page.status_code == 422
    assert "02:30 does not exist on that day" in page.text
    assert 'value="2027-03-14T02:30"' in page.text


def test_a_message_is_written_by_one_and_approved_by_another(site: StaffSite) -> None:
    bad = post(site, Role.SENDER, "messages", name="x", lang="en", body="Buy it now.")
    assert (bad.status_code, "who it is from" in bad.text) == (422, True)
    post(site, Role.SENDER, "messages", name="x", lang="en", body=ENGLISH)
    assert "waits for approval" in site.signed_in(Role.SENDER).get("/admin/campaigns/messages").text
    post(site, Role.PUBLISHER, "messages/3/approve")

    assert (
        "waits for approval"
        not in site.signed_in(Role.SENDER).get("/admin/campaigns/messages").text
    )
    assert len(campaign_views.choices(site.store).messages) == 3


def test_people_are_shown_masked_and_in_pages(site: StaffSite) -> None:
    post(site, Role.SENDER, "new", **GOOD)
    post(site, Role.SENDER, "1/check")

    client = site.signed_in(Role.SENDER)
    page = client.get("/admin/campaigns/1/people").text
    csv = client.get("/admin/campaigns/1/people.csv").text

    assert page.count("They wait for their turn.") == 4
    assert "2125550" not in page
    assert "2125550" not in csv
    assert client.get("/admin/campaigns/1/people?only=delivered").text.count("Nobody here") == 1
