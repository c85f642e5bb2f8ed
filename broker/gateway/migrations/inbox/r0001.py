"""Make the tables of the first version. There is no way back: an older version must not meet newer data."""

import sqlalchemy as sa
from alembic import op

revision = "inbox_0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "entries",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("iss", sa.String(length=15), nullable=False),
        sa.Column("jti", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("sub", sa.String(length=36), nullable=True),
        sa.Column("ver", sa.BigInteger(), nullable=True),
        sa.Column("iat", sa.BigInteger(), nullable=False),
        sa.Column("exp", sa.BigInteger(), nullable=False),
        sa.Column("about_iss", sa.String(length=15), nullable=True),
        sa.Column("about_jti", sa.String(length=36), nullable=True),
        sa.Column("profile", sa.String(length=20), nullable=True),
        sa.Column("kid", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=True),
        sa.Column("headers", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("partition", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("appended", sa.BigInteger(), nullable=False),
        sa.Column("admitted", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("answered", sa.BigInteger(), nullable=True),
        sa.Column("claims", sa.LargeBinary(), nullable=True),
        sa.Column("ended", sa.String(length=10), nullable=True),
        sa.Column("restricted", sa.String(length=20), nullable=True),
        sa.Column("disclosed", sa.LargeBinary(), nullable=True),
        sa.Column("action", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("actions", sa.Integer(), nullable=False),
        sa.Column("sections_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("iss", "jti"),
    )
    op.create_index("entries_about", "entries", ["about_jti"])
    op.create_index("entries_alert", "entries", ["iss", "sub"])
    op.create_index("entries_change", "entries", ["change"])
    op.create_index("entries_due", "entries", ["due"])
    op.create_index("entries_exp", "entries", ["exp"])
    op.create_index("entries_state", "entries", ["state", "kid"])
    op.create_table(
        "erased_alerts",
        sa.Column("iss", sa.String(length=15), nullable=False),
        sa.Column("sub", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("iss", "sub"),
    )
    op.create_table(
        "erased_events",
        sa.Column("iss", sa.String(length=15), nullable=False),
        sa.Column("jti", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("iss", "jti"),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "grants",
        sa.Column("kid", sa.String(length=60), nullable=False),
        sa.Column("iss", sa.String(length=15), nullable=False),
        sa.Column("retention", sa.String(length=12), nullable=False),
        sa.Column("nbf", sa.BigInteger(), nullable=False),
        sa.Column("exp", sa.BigInteger(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_mark", sa.String(length=43), nullable=False),
        sa.Column("statement", sa.String(length=43), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("kid"),
    )
    op.create_table(
        "consultations",
        sa.Column("iss", sa.String(length=15), nullable=False),
        sa.Column("jti", sa.String(length=36), nullable=False),
        sa.Column("actor", sa.String(length=43), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("batch", sa.String(length=80), nullable=True),
        sa.Column("issued", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("iss", "jti", "actor", "why", "hour"),
    )
    op.create_index("consultations_batch", "consultations", ["batch"])
    op.create_index("consultations_open", "consultations", ["issued", "purpose", "at"])
    op.create_table(
        "ordered_erasures",
        sa.Column("iss", sa.String(length=15), nullable=False),
        sa.Column("jti", sa.String(length=36), nullable=False),
        sa.Column("sub", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("claims", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("iss", "jti"),
    )
    op.create_index("ordered_erasures_state", "ordered_erasures", ["state"])
    op.create_table(
        "positions",
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic"),
    )
    op.create_table(
        "quarantine",
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("partition", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("record", sa.String(length=43), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "partition", "offset"),
    )
    op.create_table(
        "receipts_due",
        sa.Column("iss", sa.String(length=15), nullable=False),
        sa.Column("jti", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=700), nullable=False),
        sa.Column("sections", sa.String(length=600), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("batch", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("iss", "jti", "state"),
    )
    op.create_index("receipts_due_batch", "receipts_due", ["batch"])
