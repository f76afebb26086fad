"""The crisis screen as the content folder has it: the lexicon, and the learned layer beside it."""

from pathlib import Path

import structlog

from smsbot.core.errors import ScreenFault
from smsbot.core.inbound.crisis import Screen, build_screen
from smsbot.core.inbound.crisis_model import Model, build_model

_log = structlog.get_logger(__name__)


def read_screen(folder: Path, *, learned: bool = True) -> Screen:
    """Build the crisis screen from a content folder; `learned` False: from the lexicon alone.

    Raises:
        ScreenFault: the lexicon is missing or damaged; nothing may start without it.
    """
    files = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((folder / "crisis" / "lexicon").glob("*.toml"))
    }
    return build_screen(files, read_model(folder) if learned else None)


def read_model(folder: Path) -> Model | None:
    """The learned layer; None, and a loud log line, when it is missing or damaged.

    Without it the lexicon screens alone: it finds less, and it never falls silent.
    """
    home = folder / "crisis" / "model"
    try:
        return build_model(
            (home / "model.toml").read_text(encoding="utf-8"), (home / "weights.bin").read_bytes()
        )
    except (OSError, UnicodeDecodeError) as error:
        _log.error("crisis_model_missing", reason=type(error).__name__)
    except ScreenFault as fault:
        _log.error("crisis_model_damaged", reason=str(fault))
    return None
