"""The chores, beside the pumps: look for silent texts, ask about them, find missed ones, forget.

Three threads of their own, so that a slow list of the provider's never delays a sweep, nor a
campaign. Which process does a chore is settled in the database (`smsbot.services.chores`), so any
number may run this.
"""

import threading
from collections.abc import Sequence

import structlog

from smsbot.config import Settings
from smsbot.core.errors import StoreUnavailable
from smsbot.wiring_chores import CAMPAIGNS, QUICK, SLOW, Chores

EVERY = 1.0
"""Seconds between two looks at which chores are due."""

AFTER_A_FAULT = 5.0
"""Seconds, when the database did not answer."""

_log = structlog.get_logger(__name__)


def start(ended: threading.Event, settings: Settings) -> list[threading.Thread]:
    """Do chores until `ended` is set, in threads of their own; join them before the process ends.

    To be called in the process that does them, after any fork.
    """
    threads = [
        threading.Thread(
            target=_do_until, args=(ended, settings, names), name=f"chores-{names[0]}", daemon=True
        )
        for names in (QUICK, CAMPAIGNS, SLOW)
    ]
    for thread in threads:
        thread.start()
    return threads


def _do_until(ended: threading.Event, settings: Settings, names: Sequence[str]) -> None:
    chores = Chores(settings)
    try:
        wait = EVERY
        while not ended.wait(wait):
            wait = EVERY if run_due(chores, names) else AFTER_A_FAULT
    finally:
        chores.close()


def run_due(chores: Chores, names: Sequence[str]) -> bool:
    """Do those of these chores that are due; whether the database answered. Never raises."""
    try:
        chores.run_due(names)
    except StoreUnavailable as error:
        _log.warning("chores_not_done", reason=str(error))
    except Exception:  # noqa: BLE001 - whatever it was, the next round must come
        _log.exception("chores_not_done")
    else:
        return True
    return False
