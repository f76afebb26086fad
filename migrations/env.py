"""Runs migrations over the connection that the program gives, or over DATABASE_URL by hand."""

import os

from alembic import context
from sqlalchemy import Connection, create_engine

from smsbot.db import (  # noqa: F401 - each adds its tables
    tables,
    tables_alerts,
    tables_answers,
    tables_campaigns,
    tables_consent,
    tables_kit,
    tables_outbox,
    tables_reports,
    tables_staff,
)


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(os.environ["DATABASE_URL"]).begin() as opened:
        run(opened)
