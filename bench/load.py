"""A closed-loop load generator: so many connections, each sends when its answer has come.

Plain asyncio over raw sockets with keep-alive. Every answer is checked: an error page is no answer,
however fast it comes.
"""

import asyncio
import gc
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from xml.etree import ElementTree as ET

from bench.forms import Post

PATIENCE = 60.0
"""Seconds for all of the answers; a server that hangs ends the benchmark."""

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_TYPE = re.compile(rb"\r\ncontent-type: *(?:text|application)/xml", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class BadAnswer(Exception):
    """A server answered something that is no TwiML, or nothing; the benchmark is void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a load met: how long it took, and each answer's wait in seconds, shortest first."""

    seconds: float
    waits: tuple[float, ...]
    reconnects: int


def send(port: int, posts: Sequence[Post], connections: int) -> Load:
    """Send the posts over so many connections of this machine's loopback.

    Raises:
        BadAnswer: one answer was not 200 with TwiML, or did not come.
    """
    gc.collect()
    gc.disable()
    try:
        run = asyncio.run(_send(port, posts, connections))
    finally:
        gc.enable()
    for body in run.bodies:
        _check_twiml(body)
    return Load(seconds=run.seconds, waits=tuple(sorted(run.waits)), reconnects=run.reconnects)


@dataclass(slots=True)
class _Run:
    port: int
    posts: Iterator[Post]
    wanted: int
    done: "asyncio.Future[None]"
    waits: list[float] = field(default_factory=list)
    bodies: set[bytes] = field(default_factory=set)
    reconnects: int = 0
    seconds: float = 0.0
    opening: "set[asyncio.Task[None]]" = field(default_factory=set)
    open_connections: set[asyncio.Transport] = field(default_factory=set)

    def answered(self, seconds: float, body: bytes) -> None:
        self.waits.append(seconds)
        self.bodies.add(body)
        if len(self.waits) == self.wanted and not self.done.done():
            self.done.set_result(None)

    def fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(BadAnswer(why))

    def open(self, first: Post) -> None:
        task = asyncio.get_running_loop().create_task(self._open(first))
        self.opening.add(task)
        task.add_done_callback(self.opening.discard)

    async def close(self) -> None:
        for task in self.opening:
            task.cancel()
        for connection in self.open_connections:
            connection.abort()
        # Connections are closed at the loop's next turn.
        await asyncio.sleep(0)

    async def _open(self, first: Post) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: _Connection(self, first), "127.0.0.1", self.port)
        except OSError as error:
            self.fail(f"no connection: {error}")


async def _send(port: int, posts: Sequence[Post], connections: int) -> _Run:
    run = _Run(
        port=port,
        posts=iter(posts),
        wanted=len(posts),
        done=asyncio.get_running_loop().create_future(),
    )
    started = perf_counter()
    for _ in range(min(connections, len(posts))):
        run.open(next(run.posts))
    try:
        await asyncio.wait_for(run.done, PATIENCE)
    except TimeoutError:
        raise BadAnswer(f"only {len(run.waits)} of {run.wanted} answers came") from None
    finally:
        run.seconds = perf_counter() - started
        await run.close()
    return run


class _Connection(asyncio.Protocol):
    """One connection: one post at a time, the next when the answer is complete."""

    def __init__(self, run: _Run, first: Post) -> None:
        self._run = run
        self._post: Post | None = first
        self._buffer = b""
        self._sent = 0.0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._run.open_connections.add(transport)
        self._write()

    def _write(self) -> None:
        assert self._post is not None
        self._sent = perf_counter()
        self._transport.write(self._post.request)

    def data_received(self, data: bytes) -> None:
        arrived = perf_counter()
        self._buffer += data
        head, ended, body = self._buffer.partition(b"\r\n\r\n")
        if not ended:
            return
        length = _LENGTH.search(head)
        if length is None:
            self._run.fail(f"an answer without a length: {head[:80]!r}")
        elif len(body) >= int(length[1]):
            self._answered(head, body, arrived)

    def _answered(self, head: bytes, body: bytes, arrived: float) -> None:
        post, self._post, self._buffer = self._post, None, b""
        if post is None or not head.startswith(b"HTTP/1.1 200 ") or not _TYPE.search(head):
            self._run.fail(f"not 200 with XML: {head[:80]!r}")
            return
        if post.must_contain not in body:
            self._run.fail(f"the answer lacks {post.must_contain!r}")
            return
        self._run.answered(arrived - self._sent, body)
        self._post = next(self._run.posts, None)
        if self._post is None or _CLOSES.search(head):
            following, self._post = self._post, None
            self._transport.close()
            if following is not None:
                self._run.reconnects += 1
                self._run.open(following)
            return
        self._write()

    def connection_lost(self, exc: Exception | None) -> None:
        self._run.open_connections.discard(self._transport)
        if self._post is not None:
            self._run.fail(f"the server hung up on a request ({exc})")


def _check_twiml(body: bytes) -> None:
    try:
        document = ET.fromstring(body)
    except ET.ParseError as error:
        raise BadAnswer(f"an answer that is no XML: {error}") from None
    if document.tag != "Response" or document.find("Message") is None:
        raise BadAnswer("an answer that sends no message")
