"""The benchmarks of the way out run, count every text, and void a run that lost one."""

from pathlib import Path

import pytest

from bench import claims, mps, outbound
from bench.carrier import make_certificate
from bench.inbound import Lost
from bench.report_outbound import growth, outbound_tables


def quiet(_: str) -> None:
    """Say nothing."""


def test_texts_leave_over_tls_and_every_one_is_counted() -> None:
    plan = outbound.Plan(texts_at_once=60, texts_slow=30, rounds=1)

    found = outbound.measure(plan, quiet)

    assert [(row["database"], row["latency_ms"]) for row in found["results"]] == [
        ("SQLite", 0), ("SQLite", 100), ("PostgreSQL", 0), ("PostgreSQL", 100),
    ]  # fmt: skip
    assert all(row["rate_min"] > 0 and row["cpu_us"] > 0 for row in found["results"])
    assert all(0 < row["of_the_bound"] <= 1 for row in found["results"] if row["latency_ms"])
    assert "60" in "".join(outbound_tables({"outbound": found}))


def test_a_run_that_lost_a_text_or_sent_one_twice_has_no_figures(sqlite_url: str) -> None:
    outbound.fill(sqlite_url, 3)
    seen = {"posts": 3, "different": 2, "times": [1.0, 2.0, 3.0]}

    with pytest.raises(Lost, match="3 posted"):
        outbound.check(sqlite_url, seen, 3)


def test_the_worst_second_is_found_wherever_it_begins() -> None:
    assert mps.worst_second([0.0, 0.6, 0.9, 1.1, 1.5, 3.0]) == 4
    assert mps.worst_second([0.0, 1.0, 2.0]) == 1


def test_claims_and_receipts_are_timed_at_each_size() -> None:
    found = claims.measure(claims.Plan(sizes=(800,), times=2), quiet)

    assert [row["rows"] for row in found["results"]] == [800, 800]
    assert set(growth(found, "claim_p50_ms")) == {"SQLite", "PostgreSQL"}
    assert "receipt later cpu" in "".join(outbound_tables({"claims": found}))


def test_the_certificate_is_for_this_machine_only(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)

    assert certificate.read_bytes().startswith(b"-----BEGIN CERTIFICATE")
    assert key.read_bytes().startswith(b"-----BEGIN PRIVATE KEY")
