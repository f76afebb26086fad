"""Answers that break: the text may be accepted, the caller can't know."""

import os
import socket
import struct
from collections.abc import Iterator

from flask import Response

from smsbot.providers.simulator.errors import refusal
from smsbot.providers.simulator.rules import Fault, Rule
from smsbot.providers.simulator.timeline import Timeline

PROXY_PAGE = "<html><head><title>503 Service Temporarily Unavailable</title></head></html>"
_DRIPS = 40


class Reset(ConnectionError):
    """The connection is to be cut without a word. Raised while an answer is written."""


def cut(connection: socket.socket) -> None:
    """Close at once and with a reset; the caller reads ECONNRESET, not an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # The handler's files still hold the socket: only its number being gone closes it now.
    os.close(connection.detach())


def before_accepting(rule: Rule) -> Response | None:
    """The answer to a create that is not accepted; None: the rule strikes later or elsewhere."""
    match rule.fault:
        case Fault.REFUSE_500:
            return _error(20500)
        case Fault.REFUSE_429:
            return _error(20429)
        case Fault.REFUSE_503_HTML:
            return Response(PROXY_PAGE, status=503, mimetype="text/html")
        case Fault.REFUSE_RESET:
            return Response(_cut_off())
    return None


def after_accepting(rule: Rule, whole: Response, timeline: Timeline) -> Response:
    """What becomes of the answer `whole` to a create that was accepted."""
    content = whole.get_data()
    match rule.fault:
        case Fault.ACCEPT_TIME_OUT | Fault.ACCEPT_SLOW:
            timeline.hold(rule.seconds)
        case Fault.ACCEPT_RESET:
            return Response(_cut_off())
        case Fault.ACCEPT_500:
            return _error(20500)
        case Fault.ACCEPT_BAD_JSON:
            return Response("<!doctype html>", status=201, mimetype="application/json")
        case Fault.ACCEPT_TRUNCATED:
            return _as_parts(iter([content[: len(content) // 2]]), len(content))
        case Fault.ACCEPT_DRIP:
            return _as_parts(_drops(content, rule.seconds, timeline), len(content))
    return whole


def _error(code: int) -> Response:
    fault = refusal(code)
    answer = Response(status=fault.http_status, mimetype="application/json")
    answer.set_data(fault.as_text())
    return answer


def _as_parts(parts: Iterator[bytes], length: int) -> Response:
    answer = Response(parts, status=201, mimetype="application/json")
    answer.headers["Content-Length"] = str(length)
    return answer


def _drops(content: bytes, seconds: float, timeline: Timeline) -> Iterator[bytes]:
    size = max(1, len(content) // _DRIPS)
    for start in range(0, len(content), size):
        timeline.hold(seconds / _DRIPS)
        yield content[start : start + size]


def _cut_off() -> Iterator[bytes]:
    raise Reset
    yield b""  # makes this a generator: the reset comes when the answer is written
