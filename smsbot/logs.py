"""Log lines: one a step, as key=value or JSON, and never with a phone number in them.

What is scrubbed here is the last net: no caller may log a number, a body or a query to begin with.
"""

import logging
import re
import sys
from functools import lru_cache
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\+|%2[bB])[0-9](?:[ ().-]{0,2}[0-9]){6,14}")
_AMERICAN = re.compile(
    r"(?<![0-9A-Za-z.:_-])(?:1[ .-]?)?[2-9][0-9]{2}[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}(?![0-9A-Za-z])"
)
_QUERY = re.compile(r"(/[A-Za-z0-9_./-]*)\?[^\s\"']*")
_HIDDEN = "[number]"


def scrub(text: str) -> str:
    """The text without what looks like a phone number, and without the query of any address."""
    text = _QUERY.sub(r"\1", text)
    return _AMERICAN.sub(_HIDDEN, _NUMBER.sub(_HIDDEN, text))


def configure(*, as_json: bool = False, level: int = logging.INFO) -> None:
    """Send every logger of this process, ours and the libraries', to standard error."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _scrub_record,
                _renderer(as_json=as_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("twilio.http_client").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _renderer(*, as_json: bool) -> Processor:
    if as_json:
        return structlog.processors.JSONRenderer()
    return structlog.processors.LogfmtRenderer(
        key_order=["timestamp", "level", "event", "logger"], sort_keys=True
    )


def _scrub_record(_logger: WrappedLogger, _method: str, record: EventDict) -> EventDict:
    return {
        _identifier(str(key)): value if key == "timestamp" else _scrubbed(value)
        for key, value in record.items()
    }


@lru_cache(maxsize=256)
def _identifier(key: str) -> str:
    """A key that key=value can hold."""
    return re.sub(r"[\s=\"]", "_", scrub(key)) or "_"


def _scrubbed(value: Any) -> Any:
    """The value with every text in it scrubbed; what is neither text nor number becomes text."""
    match value:
        case bool() | int() | float() | None:
            return value if not isinstance(value, int) or abs(value) < 10**9 else scrub(str(value))
        case dict():
            return {scrub(str(key)): _scrubbed(item) for key, item in value.items()}
        case list() | tuple():
            return [_scrubbed(item) for item in value]
        case _:
            return scrub(str(value))
