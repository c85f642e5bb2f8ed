"""Tables of every version of the two databases, as steps from one to the next (Alembic revisions).

Whoever changes `tables.py` adds a revision and moves the head here; a test compares the two. Alembic
is loaded only when a database is new or old.
"""

from __future__ import annotations

HEADS = {"outbox": "outbox_0001", "inbox": "inbox_0001"}
"""The revision that this version works with."""
VERSION_TABLE = "alembic_version"
