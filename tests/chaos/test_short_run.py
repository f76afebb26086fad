"""A minute or two of chaos in every test run; `./dev chaos` by hand is the long one."""

import os
from pathlib import Path

import pytest

from tests.chaos import play, script, world

SEED = int(os.environ.get("SMSBOT_CHAOS_SEED", "214"))
HISTORIES = 40


@pytest.mark.timeout(240)
def test_nothing_is_lost_or_doubled_while_everything_dies(tmp_path: Path) -> None:
    print(f"seed {SEED}: ./dev chaos --seed {SEED} --histories {HISTORIES}")  # noqa: T201
    written = script.write(SEED, HISTORIES, 12)
    with world.running(tmp_path, written.plan()) as running:
        played = play.play(running, written, print)

    assert played.findings.broken == ()
    assert played.findings.counted["texts_in"] == sum(len(h.steps) for h in written.histories)
    assert played.findings.counted["accepted_by_carrier"] >= HISTORIES / 2
    assert played.findings.counted["crisis_answered"] > 0
    assert sum(played.struck.values()) > 0
    assert sum(played.fired.values()) > 0
