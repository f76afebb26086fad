"""A staff site with something on every page, and a walk over all that a person can reach on it."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.test import TestResponse

from smsbot.core.campaigns.audience import Audience
from smsbot.core.campaigns.upload import Kind
from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Role
from smsbot.core.messages import Lang
from smsbot.providers.twilio.twiml import render
from smsbot.services import audiences, gap_board, kit, number_lists, second_factor
from smsbot.services.kit import Wanted
from smsbot.services.receive import Inbox
from tests.builders import an_inbound, the_catalogue
from tests.campaign_builders import a_campaign, join
from tests.editorial_builders import a_draft, approved, publish, submitted
from tests.outbox_builders import queue
from tests.silence_builders import attempted
from tests.staff_site import StaffSite, the_answers

TEXTS = ("FDA", "is it safe??", "STOP", "i want to kill myself", "blue bicycle horses", "THERAPY")
MOST_OF_A_KIND = 2
"""How many addresses of one endpoint are looked at on one walk."""
_LINK = re.compile(r'(?:href|src|hx-get)="(/admin/[^"#]*)')


def furnish(site: StaffSite) -> None:
    """Answers in every state, texts of every kind, alerts, and things that wait for a person."""
    site.seed(the_answers())
    a_draft(site.store, "FDA", short="Another text that is not sent yet.")
    submitted(site.store, "KAP", short="A text that waits for a reviewer.")
    approved(site.store, "FDA", Lang.ES, short="Un texto aprobado.")
    for words in ("First words.", "Second words."):
        publish(site.store, "HEART", short=words)
    the_catalogue()  # takes longer to load than a text may wait
    inbox = Inbox(site.store, the_catalogue, render)
    for number, body in enumerate(TEXTS):
        inbox.receive(an_inbound(body, sender=f"+1202555010{number}"))
    inbox.close()
    queue(site.store)
    attempted(site.store, "human", outcomes=("unknown",), sequence="reply:SM2")
    second_factor.begin(site.store, site.account("admin"))
    kit.make(
        site.store,
        By(name="sender", at=site.now[0]),
        Wanted(word="FDA", lang=Lang.EN, label="The library"),
    )
    _reach_out(site)


def _reach_out(site: StaffSite) -> None:
    """A campaign that is under way, an audience, a list of numbers, and what nobody answered."""
    by = By(name="sender", at=site.now[0])
    gap_board.make(site.store, the_catalogue(), site.now[0])
    audiences.save(site.store, "Who joined the news", Audience(topic="NEWS"), by)
    number_lists.look(
        site.store,
        number_lists.Wanted(
            kind=Kind.CONSENTS,
            name="From the fair",
            data=b"number,topic,when,how,words\n+12025550188,NEWS,2026-11-02,form,Yes\nx,,,,\n",
            evidence="folder 7 in the cabinet",
        ),
        by,
    )
    join(site.store, 3)
    a_campaign(site.store).launch()
    a_campaign(site.store, name="Not sent yet")


@dataclass(slots=True)
class Walk:
    """What one person has seen, by endpoint: pages, and files or what only leads to a page."""

    pages: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def walk(site: StaffSite, role: Role) -> Walk:
    """Follow every link from the dashboard on, as the person of this role."""
    client, done = site.signed_in(role), Walk()
    looked: Counter[str] = Counter()
    seen, ahead = {"/admin/"}, ["/admin/", "/admin/me/second-factor", "/admin/answers/FDA"]
    ahead += ["/admin/answers/HEART/history", "/admin/answers/HEART/en/compare?first=2&second=3"]
    while ahead:
        address = ahead.pop(0)
        endpoint = _endpoint(site, address)
        if endpoint == "admin.static" or looked[endpoint] >= MOST_OF_A_KIND:
            continue
        looked[endpoint] += 1
        page = client.get(address, buffered=True)
        if page.status_code == 303 and not page.location.startswith("/admin/sign-in"):
            done.files.setdefault(endpoint, []).append(address)
            ahead.append(page.location)
            continue
        if page.status_code != 200:
            done.faults.append(f"{role}: {address} gives {page.status_code}")
            continue
        _kept(done, page).setdefault(endpoint, []).append(address)
        if page.mimetype == "text/html":
            links = [one.replace("&amp;", "&") for one in _LINK.findall(page.text)]
            ahead += [one for one in dict.fromkeys(links) if one not in seen]
            seen.update(links)
    return done


def _kept(done: Walk, page: TestResponse) -> dict[str, list[str]]:
    is_whole = page.data.startswith(b"<!doctype html>")
    return done.pages if is_whole else done.files


def _endpoint(site: StaffSite, address: str) -> str:
    adapter = site.app.url_map.bind("localhost")
    found: tuple[str, Mapping[str, object]] = adapter.match(address.split("?", 1)[0], method="GET")
    return found[0]
