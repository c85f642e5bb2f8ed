"""Describe the tables of the intake, in the outbox database: a record and its outcome are one transaction."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from broker.gateway.tables import EVENT, MARK, OUTBOX, SERIAL

submissions = Table(
    "submissions",
    OUTBOX,
    Column("number", SERIAL, primary_key=True, autoincrement=True),
    Column("id", EVENT, nullable=False, unique=True),
    Column("source", String(10), nullable=False),  # http or folder
    Column("adapter", String(60), nullable=False),
    Column("recipients", String(4000)),  # instead of the routes, separated by blanks
    Column("actor", MARK, nullable=False),  # pseudonym
    Column("idempotency_mark", MARK),  # keyed hash of client and key
    Column("content_mark", MARK, nullable=False),  # keyed hash of what was handed in, and how
    Column("state", String(10), nullable=False),  # received, working, done, refused
    Column("day", String(10), nullable=False),  # records are judged as of this day, also after a restart
    Column("bytes", BigInteger, nullable=False),
    Column("position", Integer, nullable=False, default=0),  # records decided
    Column("acknowledged", Integer, nullable=False, default=0),
    Column("unchanged", Integer, nullable=False, default=0),
    Column("pending", Integer, nullable=False, default=0),  # wait for a second officer
    Column("refused", Integer, nullable=False, default=0),
    Column("residue", Integer, nullable=False, default=0),
    Column("created", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("body_sealed", LargeBinary),  # until it is worked off; a file of the folder stays where it is
    UniqueConstraint("idempotency_mark"),
    Index("submissions_state", "state", "source", "number"),
    Index("submissions_changed", "changed"),
)

submission_records = Table(
    "submission_records",
    OUTBOX,
    Column("submission", EVENT, ForeignKey("submissions.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # from 1, in file order
    Column("line", Integer, nullable=False),
    Column("state", String(12), nullable=False),  # acknowledged, unchanged, pending, refused
    Column("approval", EVENT),  # what it waits or waited for
    Column("jti", EVENT),
    Column("sub", EVENT),
    Column("findings", LargeBinary),  # why it was refused; no values
    Column("flags", LargeBinary),  # what is probably wrong with it all the same; no values; as long as its residue
    Column("residue", Integer, nullable=False, default=0),
    Column("residue_sealed", LargeBinary),  # until the alert is erased or over, or the submission forgotten
    Index("submission_records_alert", "sub"),
    Index("submission_records_event", "jti"),
    Index("submission_records_approval", "approval"),
)
