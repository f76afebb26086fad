from pathlib import Path

import pytest

from bench import servers
from bench.inbound import Lost, Runner


def test_what_a_server_answers_is_counted_against_what_it_stores(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bench.db'}"
    nobody = f"unix://{tmp_path / 'no.sock'}"

    with servers.smsbot("SQLite", url, nobody, 8, tmp_path, None) as server:
        runner = Runner(server, url, None)
        lap = runner.run(75, 8)
        assert runner.check_rows() == 75
        runner.sent += 1
        with pytest.raises(Lost):
            runner.check_rows()

    assert lap.rps > 0
    assert 0 < lap.p50_ms <= lap.p99_ms
    # A hundredth of a second is the finest step; 75 texts take several.
    assert lap.cpu_us > 100


def test_the_baseline_answers_the_same_forms_and_stores_nothing(tmp_path: Path) -> None:
    with servers.baseline(8, tmp_path, None) as server:
        runner = Runner(server, None, None)
        runner.run(75, 8)

        assert runner.check_rows() is None
