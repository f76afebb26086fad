"""The doorbell: one pump waits at most, and a Redis that is down costs next to nothing."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import Job

from smsbot.queues import doorbell, valkey
from smsbot.queues.doorbell import Doorbell


@pytest.fixture
def queue(valkey_url: str) -> Iterator[Queue]:
    with Redis.from_url(valkey_url) as connection:
        yield Queue(doorbell.QUEUE, connection=connection, serializer="json")


def test_a_burst_of_rings_asks_for_one_pump(valkey_url: str, queue: Queue) -> None:
    with closing(Doorbell(valkey_url)) as bell:
        rung = [bell.ring() for _ in range(50)]

    assert all(rung)
    [job] = queue.jobs
    assert job.func_name == "worker.jobs.pump"
    assert not job.args
    assert not job.kwargs


def test_a_ring_while_a_pump_runs_asks_for_another(valkey_url: str, queue: Queue) -> None:
    with closing(Doorbell(valkey_url)) as bell:
        bell.ring()
        started, _ = Queue.dequeue_any([queue], None, connection=queue.connection) or (None, None)

        bell.ring()

    assert isinstance(started, Job)
    assert queue.count == 1
    assert queue.job_ids != [started.id]


def test_a_pump_that_failed_does_not_silence_the_bell(valkey_url: str, queue: Queue) -> None:
    with closing(Doorbell(valkey_url)) as bell:
        queue.enqueue("worker.no_such_module.pump", failure_ttl=60)
        SimpleWorker([queue], connection=queue.connection, serializer="json").work(burst=True)

        assert bell.ring()

    assert queue.count == 1


def test_a_waiting_pump_never_expires_in_the_queue(valkey_url: str, queue: Queue) -> None:
    with closing(Doorbell(valkey_url)) as bell:
        bell.ring()

    assert queue.connection.ttl(queue.jobs[0].key) == -1


def test_a_redis_that_is_gone_costs_nothing_and_never_raises(tmp_path: Path) -> None:
    with closing(Doorbell(f"unix://{tmp_path}/nobody.sock")) as bell:
        started = time.monotonic()
        rung = [bell.ring() for _ in range(1000)]

    assert not any(rung)
    assert time.monotonic() - started < 0.3


def test_a_redis_that_takes_calls_and_is_silent_costs_a_third_of_a_second_once() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(16)
        with closing(Doorbell(f"redis://127.0.0.1:{deaf.getsockname()[1]}")) as bell:
            started = time.monotonic()
            rung = [bell.ring() for _ in range(5)]
            took = time.monotonic() - started

    assert not any(rung)
    assert 0.2 < took < 0.6


def test_the_bell_works_again_after_redis_came_back(tmp_path: Path) -> None:
    server = valkey.start(None, tmp_path)
    assert server is not None
    with closing(Doorbell(server.url)) as bell:
        assert bell.ring()
        server.close()
        assert not bell.ring()

        again = valkey.start(None, tmp_path)
        assert again is not None
        time.sleep(doorbell.PAUSE_SECONDS)

        assert bell.ring()
        again.close()
