"""The last minute's texts of each sender, in memory only: for a sentence sent in two texts.

And the last replies given, for a text that comes again while the database is away.

Best effort. Each process knows the texts that it has received itself: with several web processes
the two halves may reach different ones, and a restart forgets. The screen of a text by itself
depends on none of this.
"""

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from smsbot.core.inbound.context import MOST_RECENT, piece
from smsbot.core.messages import E164, InboundMessage, MessageSid

WINDOW = timedelta(seconds=60)
MOST_SENDERS = 10_000
MOST_REPLIES = 2_000
"""About two megabytes. The provider calls again within seconds, so a minute's worth is plenty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    sid: MessageSid
    at: datetime
    text: str


class RecentTexts:
    """Remembers texts for a minute, or until the next text arrives. Safe across threads.

    Nothing of it is written down by itself; a text that goes to the spool takes its neighbours
    along, sealed, so that it is recorded as it was answered.
    """

    def __init__(self, most_senders: int = MOST_SENDERS) -> None:
        """Remember nobody yet, and never more than `most_senders`: the longest silent go first."""
        self._most = most_senders
        self._lock = threading.Lock()
        self._heard: OrderedDict[E164, deque[_Heard]] = OrderedDict()

    def with_recent(self, message: InboundMessage) -> InboundMessage:
        """The message with the texts its sender sent in the minute before; it is remembered too.

        A SID that comes again is given what came before its first coming.
        """
        with self._lock:
            self._forget(message.received_at - WINDOW)
            heard = self._heard.setdefault(message.sender, deque(maxlen=MOST_RECENT + 1))
            self._heard.move_to_end(message.sender)
            before = self._before(heard, message)
            if all(one.sid != message.sid for one in heard):
                text = piece(message.body)
                heard.append(_Heard(sid=message.sid, at=message.received_at, text=text))
            while len(self._heard) > self._most:
                self._heard.popitem(last=False)
        return replace(message, recent=before) if before else message

    def __len__(self) -> int:
        """How many senders are remembered."""
        return len(self._heard)

    def _forget(self, since: datetime) -> None:
        """Let go of senders whose last text is older; the longest silent stand first."""
        while self._heard:
            sender, heard = next(iter(self._heard.items()))
            if heard and heard[-1].at >= since:
                return
            del self._heard[sender]

    @staticmethod
    def _before(heard: deque[_Heard], message: InboundMessage) -> tuple[str, ...]:
        before: list[str] = []
        for one in heard:
            if one.sid == message.sid:
                break
            if one.at >= message.received_at - WINDOW and one.text.strip():
                before.append(one.text)
        return tuple(before[-MOST_RECENT:])


class RecentReplies:
    """What the last texts were answered with, in memory only. Safe across threads.

    The database knows it of every text; this one is asked while the database does not answer, so
    that a text that comes again then gets the same bytes. Each process knows its own replies.
    """

    def __init__(self, most: int = MOST_REPLIES) -> None:
        """Remember nothing yet, and never more than `most` replies: the oldest go first."""
        self._most = most
        self._lock = threading.Lock()
        self._given: OrderedDict[MessageSid, bytes] = OrderedDict()

    def note(self, sid: MessageSid, reply: bytes) -> bytes:
        """Remember what a text is answered with; the reply to give: the first it was given."""
        with self._lock:
            given = self._given.setdefault(sid, reply)
            while len(self._given) > self._most:
                self._given.popitem(last=False)
        return given

    def reply_to(self, sid: MessageSid) -> bytes | None:
        """The reply this text was given; None: not by this process, or long ago."""
        with self._lock:
            return self._given.get(sid)
