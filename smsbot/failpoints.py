"""Places where a process can be told to die as if its power were cut, to prove nothing is lost.

`SMSBOT_FAILPOINT=claim.before_commit:3` ends the process with SIGKILL the third time it gets
there: no handler runs, nothing is flushed. Its child processes and those that replace it count
anew; with `SMSBOT_FAILPOINT_ONCE=/path` only the first of them all dies, whoever makes that file.
Production never dies of it: there the setting is a fault at start, and is ignored here as well.
"""

import itertools
import os
import signal

NAMES = frozenset(
    {
        "inbound.before_commit",
        "inbound.after_commit",
        "inbound.after_render",
        "claim.before_commit",
        "claim.after_commit",
        "begin.before_commit",
        "begin.after_commit",
        "send.before_socket",
        "send.after_answer",
        "finish.before_commit",
        "finish.mid_batch",
        "finish.after_commit",
        "sweep.before_commit",
        "sweep.after_commit",
        "receipt.before_commit",
        "receipt.after_commit",
    }
)
"""Every place there is. A process that is given another name does not start."""


def _wanted() -> tuple[str, int] | None:
    given = os.environ.get("SMSBOT_FAILPOINT")
    if not given or os.environ.get("SMSBOT_ENV") == "production":
        return None
    name, _, times = given.partition(":")
    if name not in NAMES or not (times or "1").isdigit():
        raise ValueError(f"SMSBOT_FAILPOINT must be one of {', '.join(sorted(NAMES))}, or name:2")
    return name, int(times or "1")


_WANTED = _wanted()
_seen = itertools.count(1)


def reach(name: str) -> None:
    """Die here if the environment says so; otherwise nothing, at the cost of one comparison."""
    if _WANTED is None or _WANTED[0] != name:
        return
    if next(_seen) == _WANTED[1] and _first_of_all():
        os.kill(os.getpid(), signal.SIGKILL)


def _first_of_all() -> bool:
    path = os.environ.get("SMSBOT_FAILPOINT_ONCE")
    if not path:
        return True
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True
