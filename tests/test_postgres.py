"""The tests' own PostgreSQL: it comes up under every account, and nothing of it stays."""

import os
from pathlib import Path

import psycopg
import pytest

from tests import postgres

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")


@pytest.mark.parametrize(
    "account",
    [
        pytest.param(None, id="the usual account"),
        pytest.param(postgres.AS_NOBODY, id="nobody", marks=AS_ROOT),
    ],
)
def test_it_runs_and_leaves_nothing(account: postgres.Account | None) -> None:
    with postgres.running(account) as server:
        name = server.create()
        with psycopg.connect(server.url(name).replace("+psycopg", "")) as connection:
            found = connection.execute("SELECT lower('É'), current_setting('fsync')").fetchone()

    assert found == ("é", "off")
    assert server.process.returncode is not None
    assert not Path(server.folder).exists()


def test_a_database_from_a_template_is_a_copy(postgres_server: postgres.Server) -> None:
    first = postgres_server.create()
    with psycopg.connect(postgres_server.url(first).replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE kept (number integer)")

    second = postgres_server.create(template=first)
    with psycopg.connect(postgres_server.url(second).replace("+psycopg", "")) as connection:
        rows = connection.execute("SELECT count(*) FROM kept").fetchone()

    assert rows == (0,)
