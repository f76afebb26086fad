from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from smsbot.core.messages import InboundMessage
from smsbot.services.recent import RecentTexts
from tests.builders import NOW, a_sid, an_inbound

ANN, BEN = "+12025550101", "+12025550102"


def text(body: str, sender: str = ANN, after: float = 0, sid: int | None = None) -> InboundMessage:
    at = NOW + timedelta(seconds=after)
    return an_inbound(body, sender=sender, sid=a_sid(sid), received_at=at)


def test_a_text_comes_with_those_of_its_sender_oldest_first() -> None:
    recent = RecentTexts()
    recent.with_recent(text("i"))
    recent.with_recent(text("something else", sender=BEN))
    recent.with_recent(text("want to", after=5))

    assert recent.with_recent(text("die", after=8)).recent == ("i", "want to")


def test_what_is_older_than_a_minute_is_forgotten() -> None:
    recent = RecentTexts()
    recent.with_recent(text("long ago"))
    recent.with_recent(text("just now", after=50))

    assert recent.with_recent(text("here", after=61)).recent == ("just now",)
    assert recent.with_recent(text("much later", after=500)).recent == ()


def test_at_most_three_come_along() -> None:
    recent = RecentTexts()
    for number in range(6):
        recent.with_recent(text(str(number), after=number))

    assert recent.with_recent(text("now", after=7)).recent == ("3", "4", "5")


def test_a_sid_that_comes_again_sees_what_it_saw_at_first() -> None:
    recent = RecentTexts()
    recent.with_recent(text("i want to"))
    first = recent.with_recent(text("die", after=1, sid=901))
    recent.with_recent(text("hello", after=2))

    assert recent.with_recent(text("die", after=3, sid=901)).recent == first.recent
    assert recent.with_recent(text("now", after=4)).recent == ("i want to", "die", "hello")


def test_only_the_end_of_a_long_text_is_kept() -> None:
    recent = RecentTexts()
    recent.with_recent(text("word " * 300 + "i want to"))

    (kept,) = recent.with_recent(text("die")).recent

    assert len(kept) <= 240
    assert kept.endswith(" i want to")


def test_it_never_remembers_more_senders_than_it_may() -> None:
    recent = RecentTexts(most_senders=3)
    for number in range(10):
        recent.with_recent(text("a", sender=f"+1202555010{number}"))

    assert len(recent) == 3
    assert recent.with_recent(text("b", sender="+12025550109")).recent == ("a",)
    assert recent.with_recent(text("b", sender="+12025550100")).recent == ()


def test_senders_who_fell_silent_are_let_go() -> None:
    recent = RecentTexts()
    for number in range(10):
        recent.with_recent(text("a", sender=f"+1202555010{number}", after=number))

    recent.with_recent(text("b", sender=ANN, after=200))

    assert len(recent) == 1


def test_many_threads_lose_nothing() -> None:
    recent = RecentTexts()
    people = [f"+120255502{number:02d}" for number in range(50)]

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: recent.with_recent(text(str(n), people[n % 50])), range(150)))

    assert [len(recent.with_recent(text("now", one)).recent) for one in people] == [3] * 50
