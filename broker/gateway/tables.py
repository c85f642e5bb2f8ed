"""Describe the tables of outbox.db and inbox.db. Names and types hold on SQLite and PostgreSQL alike.

What is personal is sealed by the vault (`*_sealed`) or a keyed hash (`*_mark`). Records as on the
wire (`value`) are sealed by the envelope and go when they have served. Instants are milliseconds,
`iat` and `exp` seconds since the epoch.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

SERIAL = BigInteger().with_variant(Integer, "sqlite")
EVENT = String(36)
AUTHORITY = String(15)
MARK = String(43)


def _facts(metadata: MetaData) -> Table:
    """Return the table of single numbers that both databases have."""
    return Table(
        "facts",
        metadata,
        Column("name", String(40), primary_key=True),
        Column("value", BigInteger, nullable=False),
    )


OUTBOX = MetaData()
outbox_facts = _facts(OUTBOX)

documents = Table(
    "documents",
    OUTBOX,
    Column("name", String(40), primary_key=True),  # `list/<version>` and `fresh`, as on the topic `trust`
    Column("value", LargeBinary, nullable=False),
)

slots = Table(
    "slots",
    OUTBOX,
    Column("gen", BigInteger, primary_key=True),
    Column("slot", BigInteger, primary_key=True),
    Column("seq", BigInteger, nullable=False),  # the last number given out
)

alerts = Table(
    "alerts",
    OUTBOX,
    Column("sub", EVENT, primary_key=True),
    Column("type", String(60), nullable=False),
    Column("regime", String(4), nullable=False),
    Column("national_mark", MARK, unique=True),  # keyed hash of the national id; none once ended
    Column("ended", String(10)),  # withdrawn or erased
)

events = Table(
    "events",
    OUTBOX,
    Column("number", SERIAL, primary_key=True, autoincrement=True),
    Column("jti", EVENT, nullable=False, unique=True),
    Column("type", String(60), nullable=False),
    Column("sub", EVENT),
    Column("ver", BigInteger),
    Column("gen", BigInteger, nullable=False),
    Column("slot", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("iat", BigInteger, nullable=False),
    Column("exp", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),  # pending, sent, closed
    Column("outcome", String(10)),  # of a closed row: admitted, refused, reissued
    Column("code", String(24)),  # of a refused row
    Column("value", LargeBinary),  # the exact bytes, until the row is closed
    Column("headers", LargeBinary),
    Column("record", MARK, nullable=False),  # SHA-256 of the value: finds a quarantined row
    Column("signing", MARK, nullable=False),  # SHA-256 of the signing input: proves a notice
    Column("claims", LargeBinary, nullable=False),  # signed claims in clear, canonical JSON
    Column("about_iss", AUTHORITY),  # the event that a message or disclosure is about
    Column("about_jti", EVENT),
    Column("content_mark", MARK),  # keyed hash of the draft and its audience
    Column("disclosures_sealed", LargeBinary),  # until the alert is erased or past `exp`
    Column("origin", String(120), unique=True),  # what this event answers, where that must happen once
    Column("replaces", EVENT),
    Column("replaced_by", EVENT),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created", BigInteger, nullable=False),
    Column("sent", BigInteger),
    Column("closed", BigInteger),
    Column("admitted", BigInteger),  # the instant in an admitted row's leaf
    Column("leaf", LargeBinary),
    UniqueConstraint("gen", "slot", "seq"),
    Index("events_open", "state", "slot", "number"),
    Index("events_about", "about_jti"),
    Index("events_alert", "sub"),
    Index("events_record", "record"),
    Index("events_content", "content_mark"),
    Index("events_admitted", "admitted"),
)

deliveries = Table(
    "deliveries",
    OUTBOX,
    Column("jti", EVENT, ForeignKey("events.jti"), primary_key=True),
    Column("recipient", AUTHORITY, primary_key=True),
    Column("profile", String(20), nullable=False),
    # What its receipts said, each with the instant of the receipt's admission.
    Column("received", BigInteger),
    Column("opened", BigInteger),
    Column("action", String(20)),  # the latest of tasked, acted, cannot_act
    Column("reason", String(40)),  # of cannot_act
    Column("action_at", BigInteger),
    Column("erasure", String(20)),  # of an erase or recall: erased, restricted, not_held, expired
    Column("erasure_at", BigInteger),
    # Of what must be answered within a time: until when, and when an answer or refusal was admitted.
    Column("due", BigInteger),
    Column("answered", BigInteger),
    Index("deliveries_due", "due"),
)

known_victims = Table(
    "known_victims",
    OUTBOX,
    Column("person_mark", MARK, primary_key=True),
    Column("sub", EVENT, ForeignKey("alerts.sub"), primary_key=True),
    Index("known_victims_alert", "sub"),
)

approvals = Table(
    "approvals",
    OUTBOX,
    Column("number", SERIAL, primary_key=True, autoincrement=True),
    Column("id", EVENT, nullable=False, unique=True),
    Column("type", String(60), nullable=False),
    Column("state", String(10), nullable=False),  # pending, approved, rejected, expired, superseded
    Column("actor", MARK, nullable=False),  # pseudonym of who handed the record in
    Column("mark", MARK, nullable=False),  # keyed hash of the draft and its audience
    Column("national_mark", MARK),
    Column("sub", EVENT),  # of the alert that it continues, or that it became
    Column("recipients", LargeBinary, nullable=False),
    Column("findings", LargeBinary, nullable=False),  # why it needs an approval; no values
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("decided", BigInteger),
    Column("decided_by", MARK),  # pseudonym
    Column("jti", EVENT),  # the event that it became
    Column("draft_sealed", LargeBinary),  # until it is decided
    Index("approvals_state", "state", "number"),
    Index("approvals_mark", "mark"),
    Index("approvals_alert", "sub"),
    Index("approvals_national", "national_mark"),
)

epoch_keys = Table(
    "epoch_keys",
    OUTBOX,
    Column("kid", String(60), primary_key=True),
    Column("recipient", AUTHORITY, nullable=False),
    Column("retention", String(12), nullable=False),
    Column("day", String(10), nullable=False),
    Column("exp", BigInteger, nullable=False),
    Column("key_sealed", LargeBinary),  # none once destroyed
    Column("grant_value", LargeBinary),
    Column("published", Boolean, nullable=False, default=False),
)

erasures = Table(
    "erasures",
    OUTBOX,
    Column("jti", EVENT, ForeignKey("events.jti"), primary_key=True),  # the erase or recall event
    Column("sub", EVENT, nullable=False),
    Column("kind", String(10), nullable=False),  # erase or recall
    Column("state", String(10), nullable=False),  # ordered, shredded, purged, certified
    Column("changed", BigInteger, nullable=False),
    Index("erasures_state", "state"),
)

INBOX = MetaData()
inbox_facts = _facts(INBOX)

positions = Table(
    "positions",
    INBOX,
    Column("topic", String(60), primary_key=True),
    Column("next", BigInteger, nullable=False),
)

entries = Table(
    "entries",
    INBOX,
    Column("number", SERIAL, primary_key=True, autoincrement=True),
    Column("iss", AUTHORITY, nullable=False),
    Column("jti", EVENT, nullable=False),
    Column("type", String(60), nullable=False),
    Column("sub", EVENT),
    Column("ver", BigInteger),
    Column("iat", BigInteger, nullable=False),
    Column("exp", BigInteger, nullable=False),
    Column("about_iss", AUTHORITY),  # the event that a message or disclosure is about
    Column("about_jti", EVENT),
    Column("profile", String(20)),
    Column("kid", String(60), nullable=False),
    Column("state", String(16), nullable=False),  # opened, awaiting-grant, quarantined, erased, expired
    Column("code", String(24)),
    Column("headers", LargeBinary),
    Column("value", LargeBinary),  # the record as on the wire, until erased or expired
    Column("topic", String(60), nullable=False),
    Column("partition", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("appended", BigInteger, nullable=False),
    Column("admitted", BigInteger, nullable=False),  # the instant in its leaf
    Column("due", BigInteger),  # of what must be answered within a time: until when
    Column("answered", BigInteger),  # when an answer or refusal of this participant was admitted
    Column("claims", LargeBinary),
    Column("ended", String(10)),  # withdrawn
    Column("restricted", String(20)),  # why its issuer restricted its use
    Column("disclosed", LargeBinary),  # which sections came by a disclosure, and by which event; canonical JSON
    Column("action", String(20)),  # what was reported to the issuer last: tasked, acted, cannot_act
    Column("reason", String(40)),
    Column("actions", Integer, nullable=False, default=0),  # how many reports were made
    Column("sections_sealed", LargeBinary),
    Column("received", BigInteger, nullable=False),
    Column("change", BigInteger, nullable=False),  # grows with every change of an entry, for who follows
    UniqueConstraint("iss", "jti"),
    Index("entries_change", "change"),
    Index("entries_state", "state", "kid"),
    Index("entries_exp", "exp"),
    Index("entries_due", "due"),
    Index("entries_alert", "iss", "sub"),
    Index("entries_about", "about_jti"),
)

quarantine = Table(
    "quarantine",
    INBOX,
    Column("topic", String(60), primary_key=True),
    Column("partition", BigInteger, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("code", String(24), nullable=False),
    Column("detail", String(200), nullable=False),
    Column("record", MARK, nullable=False),
    Column("received", BigInteger, nullable=False),
)

grants = Table(
    "grants",
    INBOX,
    Column("kid", String(60), primary_key=True),
    Column("iss", AUTHORITY, nullable=False),
    Column("retention", String(12), nullable=False),
    Column("nbf", BigInteger, nullable=False),
    Column("exp", BigInteger, nullable=False),
    Column("key_sealed", LargeBinary),  # none once destroyed
    Column("key_mark", MARK, nullable=False),
    Column("statement", MARK, nullable=False),  # SHA-256 of the grant as published
    Column("value", LargeBinary),
)

erased_events = Table(
    "erased_events",
    INBOX,
    Column("iss", AUTHORITY, primary_key=True),
    Column("jti", EVENT, primary_key=True),
    Column("by", EVENT, nullable=False),
)

erased_alerts = Table(
    "erased_alerts",
    INBOX,
    Column("iss", AUTHORITY, primary_key=True),
    Column("sub", EVENT, primary_key=True),
    Column("by", EVENT, nullable=False),
)

receipts_due = Table(
    "receipts_due",
    INBOX,
    Column("iss", AUTHORITY, primary_key=True),
    Column("jti", EVENT, primary_key=True),
    Column("state", String(20), primary_key=True),  # received (and sealed still) or opened
    Column("purpose", String(40), nullable=False),
    Column("basis", String(700), nullable=False),
    Column("sections", String(600)),  # names of the sections opened
    Column("due", BigInteger, nullable=False),
    Column("batch", String(120)),
    Index("receipts_due_batch", "batch"),
)

consultations = Table(
    "consultations",
    INBOX,
    Column("iss", AUTHORITY, primary_key=True),
    Column("jti", EVENT, primary_key=True),
    Column("actor", MARK, primary_key=True),  # pseudonym of who looked
    Column("why", String(20), primary_key=True),
    Column("hour", BigInteger, primary_key=True),  # of the look: one line an hour
    Column("at", BigInteger, nullable=False),
    Column("purpose", String(40), nullable=False),  # of the event
    Column("batch", String(80)),
    Column("issued", Boolean, nullable=False, default=False),
    Index("consultations_batch", "batch"),
    Index("consultations_open", "issued", "purpose", "at"),
)

ordered_erasures = Table(
    "ordered_erasures",
    INBOX,
    Column("iss", AUTHORITY, primary_key=True),
    Column("jti", EVENT, primary_key=True),  # the erase or recall event of that issuer
    Column("sub", EVENT, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("claims", LargeBinary, nullable=False),
    Column("state", String(10), nullable=False),  # ordered, shredded, purged, certified
    Column("changed", BigInteger, nullable=False),
    Index("ordered_erasures_state", "state"),
)
