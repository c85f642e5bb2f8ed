"""Describe the topics as AsyncAPI 3.0: `python -m broker.transport.document` writes `docs/asyncapi.json`.

Channels and operations come from the broker's FastStream application, payloads from the wire types that the
procedure of `docs/wire.md` decodes with, addresses from the names that the topology file spells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI

from broker.transport.application import submit_subscriber
from contracts import wire
from contracts.events import EVENTS
from contracts.identifiers import AUTHORITY_PATTERN, Environment, Topics

PAGE = Path(__file__).resolve().parents[2] / "docs" / "asyncapi.json"
PARTICIPANT = "{participant}"
_SCHEMAS = "#/components/schemas/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A family of topics: what stands on it, under which keys, by which writer."""

    title: str
    address: str
    description: str
    payloads: tuple[type[msgspec.Struct], ...]
    key: str


def channels(topics: Topics) -> tuple[Channel, ...]:
    """Return every channel that somebody writes, in the order of DESIGN section 3."""
    return (
        Channel(
            title="feed",
            address=topics.feed(PARTICIPANT),
            description="What a participant receives, sealed for it; decisions on its own events; heartbeats.",
            payloads=(wire.Feed, wire.Notice, wire.Heartbeat),
            key="`<iss>/<jti>` of an event, `notice/<jti>` or `repeat/<jti>/<partition>/<offset>` of a decision, "
            "`heartbeat`; a null value erases the key",
        ),
        Channel(
            title="audit",
            address=topics.audit,
            description="Every decision, in order: the leaves of the audit tree. No content.",
            payloads=(wire.Audit,),
            key="submit topic and partition",
        ),
        Channel(
            title="quarantine",
            address=topics.quarantine(PARTICIPANT),
            description="Why a record was refused, readable by its issuer.",
            payloads=(wire.Quarantine,),
            key="`<partition>/<offset>` of the record on the submit topic",
        ),
        Channel(
            title="checkpoints",
            address=topics.checkpoints,
            description="Signed tree heads over the audit log with the new leaf hashes.",
            payloads=(wire.Checkpoint,),
            key="tree size",
        ),
        Channel(
            title="bulletin",
            address=topics.bulletin(PARTICIPANT),
            description="What a participant publishes to all: grants of epoch keys.",
            payloads=(wire.Signed,),
            key="`grant/<to>/<class>/<epoch>`",
        ),
        Channel(
            title="trust",
            address=topics.trust,
            description="The trust list and its freshness statement, as documents of their own.",
            payloads=(),
            key="`list/<version>` or `fresh`",
        ),
    )


def document() -> dict[str, Any]:
    """Return the AsyncAPI document of the live environment."""
    topics = Topics(Environment.LIVE)
    broker = KafkaBroker("kafka:9093")

    @submit_subscriber(
        broker, [topics.submit(PARTICIPANT)], group="broker.admission", instance="broker-1", batch_records=500
    )
    async def admit(records: list[dict[str, Any]]) -> None:
        """Admit or refuse."""

    written = channels(topics)
    for channel in written:
        broker.publisher(channel.address, title=channel.title, description=channel.description, schema=dict[str, Any])
    generated = AsyncAPI(
        broker,
        title="Baken",
        version=version("baken"),
        description="Topics of an exchange. docs/wire.md explains the records and how they are verified.",
    )
    return _completed(generated.to_specification().to_jsonable(), written)


def _completed(made: dict[str, Any], written: tuple[Channel, ...]) -> dict[str, Any]:
    """Put in what FastStream cannot know: mutual TLS, names with a parameter, keys, headers, closed payloads."""
    submit = Channel(title="submit", address="", description="", payloads=(wire.Submit,), key="`<iss>/<slot>`")
    components = made["components"]
    components["schemas"] = _schemas()
    components["securitySchemes"] = {"mtls": {"type": "X509", "description": "A certificate of the transport CA."}}
    messages: dict[str, Any] = {}
    for channel in (submit, *written):
        described = made["channels"][channel.title]
        described["servers"] = [{"$ref": "#/servers/exchange"}]
        if PARTICIPANT in described["address"]:
            described["parameters"] = {"participant": {"description": "Participant id in lower case, as nl-pol."}}
        name = f"{channel.title}:record"
        messages[name] = _message(channel)
        described["messages"] = {"record": {"$ref": f"#/components/messages/{name}"}}
        operation = made["operations"][channel.title]
        operation["messages"] = [{"$ref": f"#/channels/{channel.title}/messages/record"}]
    components["messages"] = messages
    for part in ("channels", "operations"):
        made[part] = {channel.title: made[part][channel.title] for channel in (submit, *written)}
    made["servers"] = {
        "exchange": {
            "host": "kafka:9093",
            "protocol": "kafka-secure",
            "description": "Apache Kafka 4, TLS 1.3 with client certificates.",
            "security": [{"$ref": "#/components/securitySchemes/mtls"}],
        }
    }
    return made


def _message(channel: Channel) -> dict[str, Any]:
    refs = [{"$ref": _SCHEMAS.format(name=payload.__name__)} for payload in channel.payloads]
    message: dict[str, Any] = {
        "title": f"{channel.title} record",
        "contentType": "application/json",
        "bindings": {"kafka": {"key": {"type": "string", "description": channel.key}, "bindingVersion": "0.4.0"}},
    }
    if refs:
        message["payload"] = refs[0] if len(refs) == 1 else {"anyOf": refs}
    if channel.title in {"submit", "feed"}:
        message["headers"] = {"$ref": _SCHEMAS.format(name="CloudEvents")}
    return message


def _schemas() -> dict[str, Any]:
    """Return the wire types, and what `jws` holds once it is decoded."""
    types = (
        wire.Submit, wire.Feed, wire.Notice, wire.Heartbeat, wire.Audit, wire.Quarantine,
        wire.Checkpoint, wire.Signed, wire.Claims, wire.Grant, wire.AudienceEntry,
    )  # fmt: skip
    _, components = msgspec.json.schema_components(types, ref_template=_SCHEMAS)
    components["CloudEvents"] = _cloud_events()
    plain: dict[str, Any] = json.loads(json.dumps(components).replace(r"\\Z", "$"))
    return dict(sorted(plain.items()))


def _cloud_events() -> Mapping[str, Any]:
    """Describe the headers of the CloudEvents Kafka binding, binary mode; they repeat signed claims (step 8)."""
    return {
        "type": "object",
        "required": ["ce_id", "ce_source", "ce_specversion", "ce_type", "content-type"],
        "properties": {
            "ce_id": {"type": "string", "description": "jti"},
            "ce_source": {"type": "string", "pattern": AUTHORITY_PATTERN, "description": "iss"},
            "ce_specversion": {"const": "1.0"},
            "ce_type": {"enum": sorted(known.type for known in EVENTS.values())},
            "content-type": {"const": "application/json"},
        },
    }


def spelt() -> str:
    """Return the text of the document."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(spelt(), encoding="utf-8")
