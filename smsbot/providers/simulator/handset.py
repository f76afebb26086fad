"""A phone without a carrier of its own: texts the bot directly and reads what comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

import requests
from requests.auth import HTTPBasicAuth

from smsbot.providers.simulator.carrier import Account
from smsbot.providers.simulator.inbound import as_received, webhook_form
from smsbot.providers.simulator.signed import Answer, SignedPoster
from smsbot.providers.simulator.texts import Direction, Status, Text
from smsbot.providers.simulator.twiml import read_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came back for one text."""

    sid: str
    replies: tuple[str, ...]
    error_code: int | None
    """Twilio's code for an answer it could not use; None: it was fine."""
    answer: Answer


class Handset:
    """One number in hand. `clock` gives aware UTC; `chance` makes the message ids."""

    def __init__(
        self, account: Account, number: str, *, clock: Callable[[], datetime], chance: Random
    ) -> None:
        self.number = number
        self._account = account
        self._clock = clock
        self._chance = chance
        self._poster = SignedPoster(account.auth_tokens[0])
        self._heard: set[str] = set()

    def text(self, body: str) -> Heard:
        """Send a text to the bot and wait for its TwiML."""
        now = self._clock()
        text = Text(
            sid=f"SM{self._chance.getrandbits(128):032x}",
            direction=Direction.INBOUND,
            sender=self.number,
            recipient=self._account.number,
            body=as_received(body),
            status=Status.RECEIVED,
            created_at=now,
            updated_at=now,
        )
        form = webhook_form(self._account, text)
        account = self._account
        answer = self._poster.post(account.webhook_url, form, signed_as=account.signed_as)
        reading = read_answer(answer)
        return Heard(
            sid=text.sid,
            replies=tuple(reply.body for reply in reading.replies),
            error_code=reading.error_code,
            answer=answer,
        )

    def later(self, carrier_url: str) -> list[str]:
        """Texts for this number that reached the carrier simulator since the last call.

        They are the ones the bot sends through its queue. Oldest first; empty when no simulator
        listens at `carrier_url`.
        """
        account = self._account
        try:
            with requests.Session() as session:
                session.trust_env = False
                found = session.get(
                    f"{carrier_url}/2010-04-01/Accounts/{account.sid}/Messages.json",
                    params={"To": self.number, "PageSize": "100"},
                    auth=HTTPBasicAuth(account.sid, account.auth_tokens[0]),
                    timeout=(1.0, 5.0),
                ).json()
        except (requests.RequestException, ValueError):
            return []
        sent = [m for m in found.get("messages", ()) if m["direction"] == "outbound-api"]
        fresh = [m for m in reversed(sent) if m["sid"] not in self._heard]
        self._heard |= {m["sid"] for m in fresh}
        return [str(m["body"]) for m in fresh]

    def close(self) -> None:
        """Hang up."""
        self._poster.close()
