"""Topics made, put in other words and retired while people join and leave them."""

import functools
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from smsbot.core.campaigns.topics import mark
from smsbot.core.contacts import Topic
from smsbot.core.editorial.deeds import By
from smsbot.core.errors import ContentFault
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decide import build_catalogue
from smsbot.db.store import Store
from smsbot.db.tables import consent as ledger
from smsbot.db.tables import contact
from smsbot.db.tables_staff import audit_log
from smsbot.providers.twilio.twiml import render
from smsbot.services import consent, topics
from smsbot.services.load_catalogue import LiveCatalogue
from smsbot.services.receive import Inbox
from smsbot.services.seed import seed_answers
from tests.builders import (
    CONTACT,
    NOW,
    PROGRAM,
    a_store,
    an_inbound,
    bodies,
    the_catalogue,
    the_catalogue_with_topics,
)
from tests.campaign_builders import a_campaign, join

BY = By(name="olga", at=NOW)
STUDIES = Topic(
    keyword="STUDIES", keyword_es="ESTUDIOS", name_en="New studies", name_es="Estudios nuevos",
    words_en="new studies, once a month", words_es="estudios nuevos, 1 mensaje al mes",
)  # fmt: skip


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    yield store
    store.close()


@functools.cache
def few() -> Catalogue:
    """A whole catalogue takes long to seed and to compile."""
    whole = the_catalogue()
    kept = {"FDA", "STOP", "START", "HELP"}
    answers = [one for one in whole.answers.by_name.values() if one.keyword in kept]
    return build_catalogue(whole.screen, answers, PROGRAM)


@pytest.fixture
def live(store: Store) -> Iterator[LiveCatalogue]:
    seed_answers(store, few().answers.by_name.values(), NOW)
    live = LiveCatalogue(few(), store, PROGRAM, CONTACT)
    live.start()
    yield live
    live.close()


@pytest.fixture
def inbox(store: Store, live: LiveCatalogue) -> Iterator[Inbox]:
    inbox = Inbox(store, lambda: live.current, render)
    yield inbox
    inbox.close()


def said(inbox: Inbox, body: str) -> str:
    return bodies(inbox.receive(an_inbound(body)).reply)[0]


def in_use(live: LiveCatalogue, keyword: str) -> Topic | None:
    return {one.keyword: one for one in live.current.topics}.get(keyword)


def comes_within_two_seconds(live: LiveCatalogue, one: Topic) -> bool:
    end = time.monotonic() + 2
    while time.monotonic() < end:
        if in_use(live, one.keyword) == one:
            return True
        time.sleep(0.05)
    return False


def test_a_topic_is_joined_reworded_and_left_while_everybody_is_told_at_once(
    store: Store, live: LiveCatalogue, inbox: Inbox
) -> None:
    other = LiveCatalogue(few(), store, PROGRAM, CONTACT)
    other.start()
    assert topics.add(store, STUDIES, the_catalogue(), BY) == ()
    assert comes_within_two_seconds(live, STUDIES)
    assert comes_within_two_seconds(other, STUDIES)
    shown = said(inbox, "JOIN STUDIES")
    assert STUDIES.words_en in shown

    reworded = replace(STUDIES, words_en="new studies, twice a month")
    assert topics.change(store, mark(STUDIES), reworded, the_catalogue(), BY) == ()
    assert comes_within_two_seconds(live, reworded)
    assert comes_within_two_seconds(other, reworded)
    other.close()
    said(inbox, "JOIN")

    with store.read() as tx:
        rows = tx.execute(select(ledger.c.change, ledger.c.words).order_by(ledger.c.id)).all()
        assert [tuple(row) for row in rows] == [("asked", shown), ("joined", shown)]
        notes = tx.scalars(select(audit_log.c.note).where(audit_log.c.what == "changed_topic"))
        assert notes.all() == ["words_en was: new studies, once a month"]

    topics.retire(store, "STUDIES", BY)
    assert comes_within_two_seconds(live, replace(reworded, retired=True))
    assert "You can join EVENTS, NEWS or NOTICES" in said(inbox, "JOIN STUDIES")
    assert "You left STUDIES" in said(inbox, "LEAVE STUDIES")
    assert "You are on no list" in said(inbox, "LEAVE")
    with store.read() as tx:
        assert tx.scalars(select(ledger.c.change).order_by(ledger.c.id)).all()[-1] == "left"


@pytest.mark.parametrize(
    ("keyword", "says"), [("FDA", "the answer FDA"), ("NOTICIAS", "the topic NEWS"),
                          ("STOP", "meaning of its own"), ("UNIRME", "meaning of its own")],
)  # fmt: skip
def test_a_word_somebody_else_has_is_refused(
    store: Store, live: LiveCatalogue, keyword: str, says: str
) -> None:
    (fault,) = topics.add(store, replace(STUDIES, keyword=keyword), the_catalogue(), BY)

    assert (fault.field, says in fault.what) == ("keyword", True)
    assert len(consent.joined(store)) == 3
    assert topics.check(store, replace(STUDIES, keyword=keyword), the_catalogue(), BY) == (fault,)


def test_a_retired_topics_word_is_not_given_out_again(store: Store) -> None:
    topics.add(store, STUDIES, the_catalogue(), BY)
    topics.retire(store, "STUDIES", BY)

    faults = topics.add(store, STUDIES, the_catalogue(), BY)

    assert [fault.field for fault in faults] == ["keyword", "keyword_es"]
    for attempt in (
        lambda: topics.retire(store, "STUDIES", BY),
        lambda: topics.change(store, mark(STUDIES), STUDIES, the_catalogue(), BY),
        lambda: topics.get(store, "NOSUCH"),
    ):
        with pytest.raises(ContentFault):
            attempt()


def test_of_two_who_change_a_topic_the_second_is_told(store: Store) -> None:
    topics.add(store, STUDIES, the_catalogue(), BY)
    opened = mark(topics.get(store, "STUDIES"))
    one, two = replace(STUDIES, name_en="One"), replace(STUDIES, name_en="Two")
    assert topics.change(store, opened, one, the_catalogue(), BY) == ()

    with pytest.raises(ContentFault, match="Somebody else"):
        topics.change(store, opened, two, the_catalogue(), BY)

    assert topics.get(store, "STUDIES") == one


def test_a_topic_with_a_campaign_that_is_not_over_stays(store: Store) -> None:
    join(store, 3)
    a_campaign(store, name="Not sent yet")

    with pytest.raises(ContentFault, match="Not sent yet"):
        topics.retire(store, "NEWS", BY)

    assert not topics.get(store, "NEWS").retired


@pytest.mark.parametrize(
    ("texts", "first"),
    [(("FDA", "RISKS"), "FDA"), (("what does the fda say", "RISKS"), None),
     (("CRISIS",), None), (("JOIN NEWS", "FDA"), None), (("MENU", "FDA"), None)],
)  # fmt: skip
def test_the_keyword_that_was_somebodys_first_text_is_kept(
    store: Store, texts: tuple[str, ...], first: str | None
) -> None:
    inbox = Inbox(store, the_catalogue_with_topics, render)
    for body in texts:
        inbox.receive(an_inbound(body))
    inbox.close()

    with store.read() as tx:
        assert tx.scalars(select(contact.c.first_keyword)).all() == [first]
        assert tx.scalar(text("SELECT count(*) FROM inbound")) == len(texts)
