"""Run by Alembic: work on the connection, and inside the transaction, of whoever asks for the upgrade."""

from alembic import context

from broker.gateway.migrations import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
