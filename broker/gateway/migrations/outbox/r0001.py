"""Make the tables of the first version. There is no way back: an older version must not meet newer data."""

import sqlalchemy as sa
from alembic import op

revision = "outbox_0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "alerts",
        sa.Column("sub", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("regime", sa.String(length=4), nullable=False),
        sa.Column("national_mark", sa.String(length=43), nullable=True),
        sa.Column("ended", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("sub"),
        sa.UniqueConstraint("national_mark"),
    )
    op.create_table(
        "documents",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "epoch_keys",
        sa.Column("kid", sa.String(length=60), nullable=False),
        sa.Column("recipient", sa.String(length=15), nullable=False),
        sa.Column("retention", sa.String(length=12), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("exp", sa.BigInteger(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("grant_value", sa.LargeBinary(), nullable=True),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kid"),
    )
    op.create_table(
        "events",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("jti", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("sub", sa.String(length=36), nullable=True),
        sa.Column("ver", sa.BigInteger(), nullable=True),
        sa.Column("gen", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("iat", sa.BigInteger(), nullable=False),
        sa.Column("exp", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("code", sa.String(length=24), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("headers", sa.LargeBinary(), nullable=True),
        sa.Column("record", sa.String(length=43), nullable=False),
        sa.Column("signing", sa.String(length=43), nullable=False),
        sa.Column("claims", sa.LargeBinary(), nullable=False),
        sa.Column("about_iss", sa.String(length=15), nullable=True),
        sa.Column("about_jti", sa.String(length=36), nullable=True),
        sa.Column("content_mark", sa.String(length=43), nullable=True),
        sa.Column("disclosures_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("origin", sa.String(length=120), nullable=True),
        sa.Column("replaces", sa.String(length=36), nullable=True),
        sa.Column("replaced_by", sa.String(length=36), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=True),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.Column("admitted", sa.BigInteger(), nullable=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("gen", "slot", "seq"),
        sa.UniqueConstraint("jti"),
        sa.UniqueConstraint("origin"),
    )
    op.create_index("events_about", "events", ["about_jti"])
    op.create_index("events_admitted", "events", ["admitted"])
    op.create_index("events_alert", "events", ["sub"])
    op.create_index("events_content", "events", ["content_mark"])
    op.create_index("events_open", "events", ["state", "slot", "number"])
    op.create_index("events_record", "events", ["record"])
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "slots",
        sa.Column("gen", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("gen", "slot"),
    )
    op.create_table(
        "deliveries",
        sa.Column("jti", sa.String(length=36), nullable=False),
        sa.Column("recipient", sa.String(length=15), nullable=False),
        sa.Column("profile", sa.String(length=20), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=True),
        sa.Column("opened", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("action_at", sa.BigInteger(), nullable=True),
        sa.Column("erasure", sa.String(length=20), nullable=True),
        sa.Column("erasure_at", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("answered", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["jti"],
            ["events.jti"],
        ),
        sa.PrimaryKeyConstraint("jti", "recipient"),
    )
    op.create_index("deliveries_due", "deliveries", ["due"])
    op.create_table(
        "erasures",
        sa.Column("jti", sa.String(length=36), nullable=False),
        sa.Column("sub", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jti"],
            ["events.jti"],
        ),
        sa.PrimaryKeyConstraint("jti"),
    )
    op.create_index("erasures_state", "erasures", ["state"])
    op.create_table(
        "known_victims",
        sa.Column("person_mark", sa.String(length=43), nullable=False),
        sa.Column("sub", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["sub"],
            ["alerts.sub"],
        ),
        sa.PrimaryKeyConstraint("person_mark", "sub"),
    )
    op.create_index("known_victims_alert", "known_victims", ["sub"])
    op.create_table(
        "submissions",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("adapter", sa.String(length=60), nullable=False),
        sa.Column("recipients", sa.String(length=4000), nullable=True),
        sa.Column("actor", sa.String(length=43), nullable=False),
        sa.Column("idempotency_mark", sa.String(length=43), nullable=True),
        sa.Column("content_mark", sa.String(length=43), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("acknowledged", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("residue", sa.Integer(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("idempotency_mark"),
    )
    op.create_index("submissions_state", "submissions", ["state", "source", "number"])
    op.create_index("submissions_changed", "submissions", ["changed"])
    op.create_table(
        "submission_records",
        sa.Column("submission", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("approval", sa.String(length=36), nullable=True),
        sa.Column("jti", sa.String(length=36), nullable=True),
        sa.Column("sub", sa.String(length=36), nullable=True),
        sa.Column("findings", sa.LargeBinary(), nullable=True),
        sa.Column("flags", sa.LargeBinary(), nullable=True),
        sa.Column("residue", sa.Integer(), nullable=False),
        sa.Column("residue_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission"],
            ["submissions.id"],
        ),
        sa.PrimaryKeyConstraint("submission", "number"),
    )
    op.create_index("submission_records_alert", "submission_records", ["sub"])
    op.create_index("submission_records_event", "submission_records", ["jti"])
    op.create_index("submission_records_approval", "submission_records", ["approval"])
    op.create_table(
        "approvals",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=43), nullable=False),
        sa.Column("mark", sa.String(length=43), nullable=False),
        sa.Column("national_mark", sa.String(length=43), nullable=True),
        sa.Column("sub", sa.String(length=36), nullable=True),
        sa.Column("recipients", sa.LargeBinary(), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("decided", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=43), nullable=True),
        sa.Column("jti", sa.String(length=36), nullable=True),
        sa.Column("draft_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("approvals_state", "approvals", ["state", "number"])
    op.create_index("approvals_mark", "approvals", ["mark"])
    op.create_index("approvals_alert", "approvals", ["sub"])
    op.create_index("approvals_national", "approvals", ["national_mark"])
