from datetime import timedelta

from smsbot.core.messages import Lang
from smsbot.db.store import Store
from smsbot.services.published import uses
from smsbot.services.receive import Inbox
from tests.builders import NOW, an_inbound


def test_an_answers_uses_are_counted_by_language_and_from_a_day(store: Store, inbox: Inbox) -> None:
    for body in ("FDA", "FDA", "KAP", "LANG", "zzqx", "I want to die"):
        inbox.receive(an_inbound(body))
    inbox.receive(an_inbound("FDA", received_at=NOW - timedelta(days=40)))
    inbox.receive(an_inbound("RIESGOS", sender="+12025550102"))

    counted = uses(store, NOW - timedelta(days=30))

    assert counted["FDA", Lang.EN] == 2
    assert counted["KAP", Lang.EN] == 1
    assert counted["RISKS", Lang.ES] == 1
    assert uses(store, NOW + timedelta(days=1)) == {}
