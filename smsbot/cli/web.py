"""`smsbot web`: serves the webhooks and pages with gunicorn's threads."""

import gc
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from smsbot import logs
from smsbot.config import LogFormat, Settings, load_settings
from smsbot.core.errors import SmsbotError

if TYPE_CHECKING:
    from smsbot.web.system import System

GRACE_SECONDS = 20
"""How long a stopping process finishes what it has begun. Twilio waits 15 s for an answer."""
KEEP_ALIVE_SECONDS = 5
_BOOT_FAILED = 3
"""gunicorn's word for "starting this worker again won't help"; without it, it tries for ever."""

_log = logging.getLogger(__name__)


@click.command()
@click.option("--bind", metavar="HOST:PORT", help="Where to listen; 127.0.0.1 and PORT if absent.")
@click.option("--threads", type=click.IntRange(2, 512), default=32, show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes; more than one needs PostgreSQL.",
)
def web(bind: str | None, threads: int, workers: int) -> None:
    """Serve the webhooks, the health routes and the staff pages.

    SIGTERM stops it: what has begun is finished, nothing new is taken.
    """
    try:
        settings = load_settings()
    except SmsbotError as error:
        raise click.ClickException(str(error)) from error
    if workers > 1 and settings.database_url.startswith("sqlite"):
        raise click.UsageError(
            "SQLite takes one process: leave --workers at 1 and raise --threads, "
            "or set DATABASE_URL to PostgreSQL."
        )
    logs.configure(as_json=settings.log is LogFormat.JSON)
    if workers > 1:
        share_metrics(settings.var / "metrics")
    options = {
        "bind": bind or f"127.0.0.1:{settings.port}",
        "workers": workers,
        "threads": threads,
    }
    first = os.getpid()
    try:
        Server(lambda: _open_system(settings), options).run()
    except SystemExit as stop:
        # A worker passes here too when it ends; its own code is what gunicorn goes by.
        sys.exit(1 if stop.code == _BOOT_FAILED and os.getpid() == first else stop.code)


def _open_system(settings: Settings) -> "System":
    from smsbot.wiring import System

    return System(settings)


class _QuietLogger(Logger):  # type: ignore[misc]
    """gunicorn's log through ours, so that it is scrubbed as well; no access log."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn around our application; each worker makes its own system after the fork."""

    def __init__(self, open_system: Callable[[], "System"], options: dict[str, Any]) -> None:
        """Take what makes a system and gunicorn's own options; `run()` serves until SIGTERM."""
        self._open_system = open_system
        self._options = options
        self._system: System | None = None
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its settings; it reads no file and no environment of its own."""
        fixed = {
            "worker_class": "gthread",
            "worker_connections": 1000,
            "keepalive": KEEP_ALIVE_SECONDS,
            "timeout": 60,
            "graceful_timeout": GRACE_SECONDS,
            "logger_class": _QuietLogger,
            "worker_exit": self._close,
            "child_exit": _forget_metrics,
            # It would open a socket in the home folder that stops and reloads this server.
            "control_socket_disable": True,
        }
        for name, value in {**fixed, **self._options}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the system and the application around it, in the worker."""
        # Here, after the fork: threads and connections don't survive one, and the metrics
        # library decides on its first import whether processes share their figures.
        # What is made here stays: it is no garbage now, and need not be looked through later.
        gc.disable()
        try:
            from smsbot.web import create_app

            self._system = self._open_system()
            return create_app(self._system)
        except (SmsbotError, OSError) as error:
            _log.error("Can't start: %s", error)
        except Exception:  # noqa: BLE001 - logged whole; the process ends
            _log.exception("Can't start")
        finally:
            gc.freeze()
            gc.enable()
        raise SystemExit(_BOOT_FAILED)

    def _close(self, _server: Any, _worker: Any) -> None:
        if self._system is not None:
            self._system.close()


def share_metrics(folder: Path) -> None:
    """Let the processes add their figures up in files; those of an earlier run are dropped."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder.absolute())


def _forget_metrics(_server: Any, worker: Any) -> None:
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
