"""The program with a wall clock that can be put wrong while it runs; for chaos runs.

`python -m tests.chaos.off_clock FILE WORDS...` is `smsbot WORDS...`, whose clock is off by the
seconds that FILE holds (none: right). The monotonic clock runs on, as it does when the time of a
real machine is set.
"""

import sys
import threading
import time
from pathlib import Path

import time_machine

from smsbot.cli import main

_EVERY = 0.1


def run(told: Path) -> None:
    """Start with the clock as told, and follow what is told from then on."""
    off = _seconds(told)
    travel = time_machine.travel(time.time() + off, tick=True)
    clock = travel.start()
    started, real = time.monotonic(), time.time() - off

    def follow() -> None:
        now = off
        while True:
            time.sleep(_EVERY)
            wanted = _seconds(told)
            if wanted != now:
                now = wanted
                clock.move_to(real + time.monotonic() - started + now, tick=True)

    threading.Thread(target=follow, daemon=True).start()


def _seconds(told: Path) -> float:
    try:
        return float(told.read_text())
    except (OSError, ValueError):
        return 0.0


if __name__ == "__main__":
    run(Path(sys.argv.pop(1)))
    sys.argv[0] = "smsbot"
    main()
