"""Read the configuration of a service from TOML into closed, typed settings.

Relative paths are relative to the folder of the file that names them.
"""

from __future__ import annotations

import tomllib
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from contracts.errors import UsageError
from contracts.identifiers import AUTHORITY_PATTERN, Environment

S = TypeVar("S", bound="Settings")


def _resolve(value: Any, info: ValidationInfo) -> Any:
    base = (info.context or {}).get("base")
    return base / value if base is not None and isinstance(value, (str, Path)) else value


class Settings(BaseModel):
    """Closed settings: an unknown name is an error, so a typing mistake cannot pass."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _paths(cls, value: Any, info: ValidationInfo) -> Any:
        annotation = cls.model_fields[info.field_name or ""].annotation
        return _resolve(value, info) if annotation is Path else value

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `path`.

        Raises:
            UsageError: the file is absent, not TOML, or a field is wrong; every field is named.
        """
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
            return cls.model_validate(values, context={"base": path.resolve().parent})
        except OSError as fault:
            raise UsageError(f"cannot read {path}: {fault.strerror}") from fault
        except tomllib.TOMLDecodeError as fault:
            raise UsageError(f"{path} is not TOML: {fault}") from fault
        except ValidationError as fault:
            wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fault.errors())
            raise UsageError(f"{path}: {wrong}") from fault


class Tls(Settings):
    """mTLS material: the exchange's transport CA, and this instance's certificate and key (PEM)."""

    ca: Path
    certificate: Path
    key: Path


class Log(Settings):
    """How to reach Kafka."""

    bootstrap: str
    tls: Tls


class TrustSettings(Settings):
    """Root keys that the trust list must be signed with (`roots.json`: threshold and keys)."""

    roots: Path


class ServiceSettings(Settings):
    """What every service has. `instance` names it among its kind and is its Kafka client id."""

    environment: Environment
    instance: str
    log: Log
    trust: TrustSettings


class BrokerSettings(ServiceSettings):
    """The broker at the hub. Intervals in seconds."""

    heartbeat_seconds: Annotated[float, Field(gt=0)] = 10.0
    sweep_seconds: Annotated[float, Field(gt=0)] = 86_400.0
    batch_records: Annotated[int, Field(ge=1, le=500)] = 500


class CheckpointerSettings(ServiceSettings):
    """The checkpointer at the hub. `key` is its Ed25519 key (PEM); `interval_seconds` is the pace."""

    key: Path
    interval_seconds: Annotated[float, Field(gt=0)] = 1.0


class AuditorSettings(ServiceSettings):
    """An auditor reads; it has a TLS certificate and nothing else."""

    participant: Annotated[str, Field(pattern=AUTHORITY_PATTERN)]


class Keys(Settings):
    """A participant's own keys. `local` encrypts what is kept at rest; it is made on first use."""

    signing: Path
    certificate: Path
    encryption: Path
    local: Path


class Stores(Settings):
    """Where outbox and inbox are: a SQLite file each, or one PostgreSQL database (`postgresql+psycopg://…`) for both.

    A URL holds no password: it names a `passfile`, or libpq finds one in its own ways.
    """

    outbox: Path | str
    inbox: Path | str

    @field_validator("outbox", "inbox", mode="before")
    @classmethod
    def _places(cls, value: Any, info: ValidationInfo) -> Any:
        return value if isinstance(value, str) and "://" in value else _resolve(Path(value), info)


class IntakeSettings(Settings):
    """How national files come in beside the command line.

    `folder` is watched (its `in/`); a file there is taken once it stood still for `settle_seconds`. What is
    handed in is refused for now when more than `max_backlog` submissions or `max_backlog_bytes` wait. A
    finished submission is forgotten after `keep_days`.
    """

    folder: Path | None = None
    settle_seconds: Annotated[float, Field(gt=0)] = 2.0
    max_body_bytes: Annotated[int, Field(ge=1)] = 16 * 1024 * 1024
    max_file_bytes: Annotated[int, Field(ge=1)] = 256 * 1024 * 1024
    max_backlog: Annotated[int, Field(ge=1)] = 1_000
    max_backlog_bytes: Annotated[int, Field(ge=1)] = 256 * 1024 * 1024
    keep_days: Annotated[int, Field(ge=1)] = 90

    @field_validator("folder", mode="before")
    @classmethod
    def _folder(cls, value: Any, info: ValidationInfo) -> Any:
        return _resolve(value, info)


class Right(StrEnum):
    """What a client of the HTTP interface may do."""

    SUBMIT = "submit"
    """Hand in records, and see what became of them."""
    READ = "read"
    """Read and follow the inbox."""
    APPROVE = "approve"
    """Give or refuse the second approval that a record waits for."""
    ORDER = "order"
    """Speak for this participant about alerts: withdraw, erase, report an action."""
    OPERATE = "operate"
    """See health, readiness and metrics."""


class HttpClient(Settings):
    """A client of the HTTP interface: `name` is the common name in its certificate."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$")]
    may: Annotated[frozenset[Right], Field(min_length=1)]


class HttpSettings(Settings):
    """The HTTP interface. Always mutual TLS: `client_ca` issues the certificates of `client`, and of nobody else.

    A client may make `burst` requests at once and then `requests_per_second`, and hold `max_streams`
    streams; `max_requests` are in hand at the same time.
    """

    listen: Annotated[str, Field(pattern=r"^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\]):\d{1,5}$")]
    certificate: Path
    key: Path
    client_ca: Path
    client: Annotated[list[HttpClient], Field(min_length=1)]
    requests_per_second: Annotated[float, Field(gt=0)] = 50.0
    burst: Annotated[int, Field(ge=1)] = 200
    max_requests: Annotated[int, Field(ge=1)] = 64
    max_streams: Annotated[int, Field(ge=1)] = 4

    @property
    def address(self) -> tuple[str, int]:
        """Address and port to listen on."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


class Route(Settings):
    """Who gets an event of this type and purpose by default, and who decided so.

    `to` lists `PARTICIPANT:profile`. A route with `regime = "gdpr"` serves care recipients and
    applies to records whose legal bases are `gdpr:...`; all others are police routes.
    """

    type: str
    purpose: str
    to: Annotated[list[Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{2,12}:[a-z]+$")]], Field(min_length=1)]
    regime: Annotated[str, Field(pattern=r"^(led|gdpr)$")] = "led"
    approved_by: Annotated[str, Field(min_length=1)]
    date: date


class HandlingDefault(Settings):
    """Handling block for records that bring none of their own (`contracts.sections.handling`)."""

    codes: list[str]
    onward: str
    no_third_country: bool
    judicial_use: str
    approved_by: Annotated[str, Field(min_length=1)]
    date: date


class Handling(Settings):
    """Handling rules of this gateway."""

    default: HandlingDefault | None = None


class GatewaySettings(ServiceSettings):
    """A participant's gateway. `gateway.toml` beside its keys and databases."""

    participant: Annotated[str, Field(pattern=AUTHORITY_PATTERN)]
    adapter: str
    keys: Keys
    stores: Stores
    route: list[Route] = Field(default_factory=list)
    handling: Handling = Field(default_factory=Handling)
    intake: IntakeSettings = Field(default_factory=IntakeSettings)
    http: HttpSettings | None = None
    receipt_seconds: Annotated[float, Field(gt=0)] = 1.0
    overdue_seconds: Annotated[float, Field(gt=0)] = 43_200.0
    consultation_seconds: Annotated[float, Field(gt=0)] = 86_400.0
    approval_seconds: Annotated[float, Field(gt=0)] = 259_200.0
    resend_seconds: Annotated[float, Field(gt=0)] = 43_200.0
    reissue_seconds: Annotated[float, Field(gt=0)] = 216_000.0
    grant_alarm_seconds: Annotated[float, Field(gt=0)] = 300.0
