import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_core_is_measured_and_written_down(tmp_path: Path) -> None:
    output = tmp_path / "figures.json"

    done = subprocess.run(
        [sys.executable, "-m", "bench", "core", "--quick", "--output", output],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    figures = json.loads(output.read_text())
    assert figures["machine"].keys() >= {"cores", "processor", "python", "sync_ms"}
    core = figures["core"]
    for part in ("decide", "screen"):
        kinds = {row["text"] for row in core[part]["everyday"]}
        assert {"keyword", "question", "crisis"} <= kinds
        assert all(0 < row["p50_us"] <= row["p99_us"] for row in core[part]["everyday"])
        assert len(core[part]["adversarial"]) >= 10
    assert [row["answers"] for row in core["router"]] == [10, 300]
    assert core["explain"]["lines"] == 500
    assert "the crisis screen alone" in done.stdout
    # Progress is for who waits; the tables stay clean when they are redirected.
    assert "core: decide()" in done.stderr


def test_the_crisis_screen_is_measured_by_length_beside_its_bar(tmp_path: Path) -> None:
    output = tmp_path / "figures.json"

    done = subprocess.run(
        [sys.executable, "-m", "bench", "crisis", "--quick", "--output", output],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    rows = json.loads(output.read_text())["crisis"]["rows"]
    assert [(row["text"], row["length"]) for row in rows] == [
        (kind, length) for length in (160, 320, 1600) for kind in ("ordinary", "hostile")
    ]
    assert all(0 < row["p50_us"] <= row["p99_us"] for row in rows)
    assert [row["most_us"] for row in rows if row["text"] == "hostile"] == [None, 1000, 3000]
    assert all(row["worst"] for row in rows if row["text"] == "hostile")
    assert "the costliest" in done.stdout
