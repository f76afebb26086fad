"""Conversations over real HTTP: what a person texts next means something because of the last."""

import json
from collections.abc import Iterator

import pytest

from tests import running_bot
from tests.builders import bodies
from tests.running_bot import Bot, a_person, a_sid


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def bot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    folder = tmp_path_factory.mktemp("bot")
    url = f"sqlite:///{folder}/smsbot.sqlite3"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = server.url(server.create())
    house = running_bot.prepare(Bot(folder=folder, database_url=url))
    with running_bot.running(house, "web"):
        yield house


def why(bot: Bot, sid: str) -> dict[str, object]:
    found = bot.ask("SELECT why FROM inbound WHERE sid = :sid", sid=sid)[0][0]
    return dict(json.loads(found) if isinstance(found, str) else found)  # type: ignore[call-overload]


def test_a_conversation_is_remembered_between_requests(bot: Bot) -> None:
    person = a_person()
    bot.says("SPRAVATO", person)

    second = bot.says("the second one", person)
    by_name = bot.says("VS", person)
    sid = a_sid()
    bot.twiml("and the risks?", person, sid)
    spanish = bot.says("y en español?", person)
    sources = bot.says("según quién", person)

    assert second == by_name
    assert why(bot, sid)["topic"] == "RISKS"
    assert "español" in spanish
    assert "ketamina" in spanish
    assert sources.startswith("RISKS:")
    assert "leido" in sources


def test_two_peoples_offers_are_their_own(bot: Bot) -> None:
    one, other = a_person(), a_person()
    bot.says("SPRAVATO", one)
    bot.says("HEART", other)

    first, second = bot.says("1", one), bot.says("1", other)

    assert first == bot.says("FDA", one)
    assert second == bot.says("NOTFOR", other)


def test_the_record_says_what_a_number_was_read_against(bot: Bot) -> None:
    person, sid = a_person(), a_sid()
    bot.says("SPRAVATO", person)

    bot.twiml("2", person, sid)

    said = why(bot, sid)
    assert said["rule"] == "choice.number.VS"
    assert said["context"] == {"topic": None, "offered": ["FDA", "VS", "RISKS"]}
    assert said["offers"]


def test_crisis_comes_first_in_the_middle_of_a_conversation_and_ends_the_offer(bot: Bot) -> None:
    person = a_person()
    bot.says("SPRAVATO", person)

    crisis = bot.says("i want to kill myself", person)
    after = bot.says("1", person)

    assert "988" in crisis[:40]
    assert "988" in after[:40]
    assert "FDA" not in after


def test_the_same_number_sent_twice_by_the_carrier_is_one_choice(bot: Bot) -> None:
    person, sid = a_person(), a_sid()
    bot.says("SPRAVATO", person)

    once = bot.twiml("2", person, sid)
    again = bot.twiml("2", person, sid)

    assert once == again
    assert bodies(bot.twiml("1", person)) != bodies(once), "the offer is that of the answer shown"


def test_what_was_missed_is_reported_without_anybodys_words(bot: Bot) -> None:
    for person in (a_person(), a_person()):
        bot.says("purple lamp horses 555-0137", person)
    bot.says("purple qwx because of my uncle Ferdinand", a_person())

    found = json.loads(bot.once("report", "gaps", "--days", "2", "--json"))

    together = [gap for gap in found["gaps"] if gap["people"] >= 2]
    assert any("lamp" in gap["example"] for gap in together)
    assert "ferdinand" not in json.dumps(found).lower()
    assert "0137" not in json.dumps(found)
