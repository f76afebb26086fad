"""A crisis text leaves an alert without a word of it; staff see it, are told of it, and sign it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from smsbot.core.editorial.deeds import By
from smsbot.core.errors import StoreUnavailable
from smsbot.core.inbound.alert import Channel
from smsbot.core.inbound.decision import Tier
from smsbot.db.store import Store
from smsbot.db.tables import inbound
from smsbot.db.tables_alerts import crisis_alert
from smsbot.providers.twilio.twiml import render
from smsbot.services import alerts
from smsbot.services.alerts import AlertFault
from smsbot.services.receive import Inbox
from smsbot.services.spool import Spool
from tests.builders import NOW, a_sealer, a_sid, a_store, an_inbound, bodies, the_catalogue


class Webhook:
    """The other side: keeps what was posted, and refuses while it is `down`."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.asked = 0
        self.down = False

    def post(self, alert: Any) -> bool:
        self.asked += 1
        if self.down:
            return False
        self.taken.append(json.loads(json.dumps(alert)))
        return True


@pytest.mark.parametrize(
    ("body", "tier"),
    [
        ("i took all my pills", Tier.EMERGENCY),
        ("i want to kill myself", Tier.ACTIVE),
        ("i wish i was never born", Tier.PASSIVE),
        ("my friend wants to die", Tier.THIRD_PARTY),
        ("my husband hits me", Tier.VIOLENCE),
    ],
)
def test_a_text_answered_as_a_crisis_leaves_one_alert(
    store: Store, inbox: Inbox, body: str, tier: Tier
) -> None:
    message = an_inbound(body, sender="+13105550177")
    inbox.receive(message)
    inbox.receive(message)

    (alert,) = alerts.newest(store)

    assert (alert.sid, alert.tier, alert.at) == (message.sid, tier, NOW)
    assert (alert.acknowledged_by, alert.notified_at) == (None, None)
    assert alerts.open_count(store) == 1


@pytest.mark.parametrize(
    "body", ["FDA", "can ketamine stop suicidal thoughts", "HOME", "my brother died by suicide"]
)
def test_other_texts_leave_none(store: Store, inbox: Inbox, body: str) -> None:
    inbox.receive(an_inbound(body))

    assert alerts.open_count(store) == 0


def test_an_alert_holds_no_text_and_no_number(store: Store, inbox: Inbox) -> None:
    inbox.receive(an_inbound("i want to kill myself by the bridge", sender="+13105550177"))

    with store.begin() as tx:
        rows = repr(tx.execute(select(crisis_alert)).all())
    assert "bridge" not in rows
    assert "3105550177" not in rows


def test_the_alert_and_the_text_are_written_together_or_not_at_all(
    store: Store, inbox: Inbox
) -> None:
    message = an_inbound("i want to kill myself")
    with store.begin() as tx:
        tx.execute(insert(crisis_alert).values(inbound_sid=message.sid, tier="active", at=NOW))

    received = inbox.receive(message)

    assert "988" in bodies(received.reply)[0][:40]
    with store.begin() as tx:
        assert tx.execute(select(inbound.c.sid)).all() == []


def test_a_sentence_in_two_texts_leaves_one_alert(store: Store, inbox: Inbox) -> None:
    first = inbox.receive(an_inbound("i want to end"))
    second = inbox.receive(an_inbound("my life", received_at=NOW + timedelta(seconds=4)))
    third = inbox.receive(an_inbound("hello", received_at=NOW + timedelta(seconds=8)))

    replies = ["988" in bodies(one.reply)[0][:40] for one in (first, second, third)]
    assert replies == [False, True, False]
    assert [one.tier for one in alerts.newest(store)] == [Tier.ACTIVE]


def test_two_people_do_not_finish_each_others_sentences(store: Store, inbox: Inbox) -> None:
    inbox.receive(an_inbound("i want to kill", sender="+13105550177"))
    inbox.receive(an_inbound("myself", sender="+13105550178"))

    assert alerts.open_count(store) == 0


def test_a_crisis_answered_from_memory_leaves_its_alert_later(
    database_url: str, tmp_path: Any
) -> None:
    spool = Spool(tmp_path / "spool", a_sealer())
    away = a_store("sqlite:////nowhere/at/all.db")
    inbox = Inbox(away, the_catalogue, render, spool=spool.keep)
    inbox.receive(an_inbound("i want to kill"))
    reply = inbox.receive(an_inbound("myself", received_at=NOW + timedelta(seconds=4))).reply
    inbox.close()
    away.close()
    back = a_store(database_url)
    recorder = Inbox(back, the_catalogue, render)

    spool.replay(recorder.record_late)

    assert "988" in bodies(reply)[0][:40]
    assert alerts.open_count(back) == 1
    recorder.close()
    back.close()


def test_staff_acknowledge_by_name_and_the_first_name_stays(store: Store, inbox: Inbox) -> None:
    inbox.receive(an_inbound("i want to kill myself"))
    inbox.receive(an_inbound("i took all my pills"))
    newest, oldest = alerts.newest(store)

    done = alerts.acknowledge(store, oldest.id, " the  nurse ", NOW)
    again = alerts.acknowledge(store, oldest.id, "the nurse", NOW + timedelta(hours=1))

    assert (done.acknowledged_by, done.acknowledged_at) == ("the nurse", NOW)
    assert again == done
    with pytest.raises(AlertFault, match="the nurse has acknowledged"):
        alerts.acknowledge(store, oldest.id, "the doctor", NOW)
    assert [one.id for one in alerts.newest(store)] == [newest.id]
    assert len(alerts.newest(store, only_open=False)) == 2
    assert alerts.open_count(store) == 1


@pytest.mark.parametrize("name", ["", "  ", "n" * 81, "a\x00b"])
def test_an_alert_is_not_acknowledged_by_nobody(store: Store, inbox: Inbox, name: str) -> None:
    inbox.receive(an_inbound("i want to kill myself"))
    (alert,) = alerts.newest(store)

    with pytest.raises(AlertFault, match="Say who"):
        alerts.acknowledge(store, alert.id, name, NOW)

    assert alerts.open_count(store) == 1


def test_an_alert_that_is_not_there_cannot_be_acknowledged(store: Store) -> None:
    with pytest.raises(AlertFault, match="no alert 4711"):
        alerts.acknowledge(store, 4711, "the nurse", NOW)


def test_staff_are_told_of_each_alert_once_and_of_nothing_but_tier_count_and_time(
    store: Store, inbox: Inbox
) -> None:
    inbox.receive(an_inbound("i want to kill myself", received_at=NOW - timedelta(hours=20)))
    inbox.receive(an_inbound("i took all my pills"))
    webhook = Webhook()

    sent = alerts.notify(store, webhook.post, NOW)
    again = alerts.notify(store, webhook.post, NOW)

    assert (sent, again) == (2, 0)
    # The first was yesterday: today's count is one.
    assert webhook.taken == [
        {"tier": "active", "count_today": 1, "at": "2026-11-22T19:00:00+00:00"},
        {"tier": "emergency", "count_today": 1, "at": "2026-11-23T15:00:00+00:00"},
    ]
    assert [one.notified_at for one in alerts.newest(store)] == [NOW, NOW]


def test_a_webhook_that_is_down_is_asked_once_a_round_and_again_in_the_next(
    store: Store, inbox: Inbox
) -> None:
    for _ in range(3):
        inbox.receive(an_inbound("i want to kill myself"))
    webhook = Webhook()
    webhook.down = True

    assert alerts.notify(store, webhook.post, NOW) == 0
    assert webhook.asked == 1
    webhook.down = False
    assert alerts.notify(store, webhook.post, NOW) == 3
    assert len(webhook.taken) == 3


def test_what_somebody_has_seen_or_what_is_a_day_old_is_not_posted(
    store: Store, inbox: Inbox
) -> None:
    inbox.receive(an_inbound("i want to kill myself", received_at=NOW - timedelta(hours=25)))
    inbox.receive(an_inbound("i want to kill myself"))
    webhook = Webhook()
    alerts.acknowledge(store, alerts.newest(store)[0].id, "the nurse", NOW)

    assert alerts.notify(store, webhook.post, NOW) == 0
    assert webhook.asked == 0
    assert alerts.open_count(store) == 1


def test_no_transaction_is_open_while_one_is_posted(store: Store, inbox: Inbox) -> None:
    inbox.receive(an_inbound("i want to kill myself"))
    seen = []

    def post(_: object) -> bool:
        # On SQLite this would wait for the writer that is open, and fail.
        with store.begin() as tx:
            tx.execute(text("UPDATE content_version SET version = version"))
        seen.append(inbox.receive(an_inbound("FDA")).decision)
        return True

    assert alerts.notify(store, post, NOW) == 1
    assert seen[0] is not None


def test_without_a_database_it_says_so() -> None:
    store = a_store("sqlite:////nowhere/at/all.db")

    with pytest.raises(StoreUnavailable):
        alerts.notify(store, Webhook().post, NOW)
    store.close()


def test_the_database_takes_no_second_alert_for_one_text_and_no_half_acknowledgement(
    store: Store,
) -> None:
    values = {"inbound_sid": a_sid(5), "tier": "active", "at": NOW}
    with store.begin() as tx:
        tx.execute(insert(crisis_alert).values(values))

    for wrong in ({}, {"inbound_sid": a_sid(6), "acknowledged_by": "the nurse"}):
        with pytest.raises(StoreUnavailable), store.begin() as tx:
            tx.execute(insert(crisis_alert).values({**values, **wrong}))


def test_each_way_is_told_of_each_alert_by_itself(store: Store, inbox: Inbox) -> None:
    inbox.receive(an_inbound("i want to kill myself"))
    hook, mail = Webhook(), Webhook()
    hook.down = True

    assert alerts.notify(store, hook.post, NOW) == 0
    assert alerts.notify(store, mail.post, NOW, Channel.EMAIL) == 1
    hook.down = False
    assert alerts.notify(store, hook.post, NOW) == 1
    assert alerts.notify(store, mail.post, NOW, Channel.EMAIL) == 0

    (alert,) = alerts.newest(store)
    assert (alert.notified_at, alert.emailed_at) == (NOW, NOW)
    assert len(hook.taken) == len(mail.taken) == 1


@pytest.mark.parametrize(
    ("name", "minutes", "opens"), [("Nadia", 9, True), ("Nadia", 11, False), ("Omar", 1, False)]
)
def test_who_looked_may_take_it_back_for_some_minutes(
    store: Store, inbox: Inbox, name: str, minutes: int, *, opens: bool
) -> None:
    inbox.receive(an_inbound("i want to kill myself"))
    (alert,) = alerts.newest(store)
    alerts.acknowledge(store, alert.id, "Nadia", NOW)
    by = By(name=name, at=NOW + timedelta(minutes=minutes))

    if opens:
        alerts.reopen(store, alert.id, by)
    else:
        with pytest.raises(AlertFault, match="by who closed it"):
            alerts.reopen(store, alert.id, by)

    assert alerts.open_count(store) == opens
