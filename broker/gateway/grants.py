"""Read the bulletins of others and keep the epoch keys granted to this participant.

Each grant is opened once and its key sealed under the local key until its term. The same `kid` with
another key is refused and raises an alarm: somebody could then read one record in two ways.
"""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from sqlalchemy import Connection, bindparam, insert, select, update

from broker.envelope.grants import VerifiedGrant, open_grant, verify_grant
from broker.gateway.own_keys import KeyEntry
from broker.gateway.stores import Store
from broker.gateway.tables import grants, positions
from broker.gateway.vault import Vault
from broker.ports import Clock, Incoming, LogReader
from broker.trust.hpke import HybridPrivateKey
from broker.trust.view import TrustView
from contracts.encoding import encode_base64url, sha256
from contracts.errors import RecordError
from contracts.identifiers import AuthorityId, Environment, Topics, epoch_day, seconds

PAGE_ROWS = 200
_ADD_GRANT = insert(grants)
_GRANT = select(grants).where(grants.c.kid == bindparam("its_kid"))

_log = structlog.get_logger()


class Grants:
    """Owner of the keys granted by others and of how far each bulletin was read."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        private: HybridPrivateKey,
        participant: AuthorityId,
        environment: Environment,
        clock: Clock,
    ) -> None:
        self._store = store
        self._vault = vault
        self._private = private
        self._participant = participant
        self._topics = Topics(environment)
        self._clock = clock
        self._prefix = f"grant/{participant}/".encode()
        self._trust_version: int | None = None
        self._positions: dict[str, int] = {}

    def get(self, kid: str, /) -> bytes | None:
        """Return a granted key; None when it has not come, or its term is over."""
        with self._store.read() as connection:
            known = connection.execute(_GRANT, {"its_kid": kid}).first()
        if known is None or known.key_sealed is None:
            return None
        return self._vault.open(known.key_sealed, place=f"grants/{kid}")

    async def step(self, reader: LogReader, trust: TrustView) -> list[str]:
        """Read every bulletin to its end; return the `kid`s that are new.

        After a change of the trust list all bulletins are read again: a grant that did not verify
        under the old list may do so now. Keys that are known are passed over by their hash.

        Raises:
            LogUnavailable: try again after a pause; what was read is kept.
        """
        again = self._trust_version != trust.version and self._trust_version is not None
        fresh: list[str] = []
        for issuer in trust.participants.values():
            if issuer.id != self._participant and issuer.issues:
                fresh += await self._read(reader, self._topics.bulletin(issuer.id), trust, from_start=again)
        self._trust_version = trust.version
        return fresh

    async def _read(self, reader: LogReader, topic: str, trust: TrustView, *, from_start: bool) -> list[str]:
        if topic not in self._positions:
            with self._store.read() as connection:
                kept = connection.scalar(select(positions.c.next).where(positions.c.topic == topic))
            self._positions[topic] = kept or 0
        start = 0 if from_start else self._positions[topic]
        if await reader.end(topic) <= start:
            return []
        fresh: list[str] = []
        async for batch in reader.read(topic, start=start):
            if batch:
                fresh += self._take(topic, batch, trust)
        return fresh

    def _take(self, topic: str, batch: list[Incoming], trust: TrustView) -> list[str]:
        """Keep the grants to us of a batch, and how far the bulletin was read.

        One transaction. Crash before the commit: the batch is read again. Crash after: goes on behind it.
        """
        fresh: list[str] = []
        with self._store.write() as connection:
            for incoming in batch:
                # A tombstone takes nothing away: terms end by our own clock.
                if incoming.value is None or not (incoming.key or b"").startswith(self._prefix):
                    continue
                try:
                    kid = self._keep(connection, verify_grant(incoming, trust=trust), incoming.value)
                except RecordError as fault:
                    _log.warning("grant.refused", topic=topic, offset=incoming.offset, code=fault.code.value)
                    continue
                fresh += [kid] if kid else []
            position = batch[-1].offset + 1
            mine = positions.c.topic == topic
            if connection.scalar(select(positions.c.next).where(mine)) is None:
                connection.execute(insert(positions).values(topic=topic, next=position))
            else:
                connection.execute(update(positions).where(mine).values(next=position))
        self._positions[topic] = position
        return fresh

    def _keep(self, connection: Connection, verified: VerifiedGrant, value: bytes) -> str | None:
        """Open a grant once and keep its key; return its `kid` if it is new."""
        grant, statement = verified.grant, sha256(value)
        if grant.to != self._participant or grant.exp < seconds(self._clock()):
            return None
        known = connection.execute(_GRANT, {"its_kid": grant.kid}).first()
        if known is not None and known.statement == statement:
            return None
        key = open_grant(verified, self._private)
        mark = self._vault.mark("epoch-key", grant.kid, encode_base64url(key))
        if known is not None:
            if known.key_mark != mark:
                _log.error("alarm.grant-conflict", iss=grant.iss, kid=grant.kid)
            return None
        connection.execute(
            _ADD_GRANT,
            {
                "kid": grant.kid,
                "iss": grant.iss,
                "retention": grant.retention,
                "nbf": grant.nbf,
                "exp": grant.exp,
                "key_sealed": self._vault.seal(key, place=f"grants/{grant.kid}"),
                "key_mark": mark,
                "statement": statement,
                "value": value,
            },
        )
        return grant.kid

    def retire(self) -> int:
        """Destroy granted keys whose term is over; the row stays, so that its `kid` gets no other key."""
        over = (grants.c.exp < seconds(self._clock())) & grants.c.key_sealed.is_not(None)
        with self._store.read() as connection:
            kids = list(connection.scalars(select(grants.c.kid).where(over).limit(PAGE_ROWS)))
        if kids:
            with self._store.write() as connection:
                connection.execute(update(grants).where(grants.c.kid.in_(kids)).values(key_sealed=None, value=None))
        return len(kids)

    def entries(self) -> Iterator[KeyEntry]:
        """Yield every key granted to this participant, by `kid`."""
        with self._store.read() as connection:
            rows = connection.execute(select(grants).order_by(grants.c.kid)).all()
        for row in rows:
            day = epoch_day(row.nbf).isoformat()
            yield KeyEntry(
                kid=row.kid,
                iss=row.iss,
                to=self._participant,
                retention=row.retention,
                day=day,
                expires=row.exp,
                made_here=False,
                published=True,
                destroyed=row.key_sealed is None,
                topic=self._topics.bulletin(row.iss),
                key=f"grant/{self._participant}/{row.retention}/{day}".encode(),
                value=row.value,
            )
