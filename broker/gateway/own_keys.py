"""Make epoch keys ahead of their day, keep them under the local key, and publish their grants.

A key is durable before its grant is public, and a `kid` never gets another key: what a recipient
opened stays the key of that pair, class and day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import structlog
from sqlalchemy import Connection, bindparam, insert, select, update

from broker.envelope.grants import EPOCH_KEY_BYTES, Epoch, make_grant
from broker.gateway.stores import Store
from broker.gateway.tables import epoch_keys
from broker.gateway.vault import Vault
from broker.ports import Clock, LogWriter, Outgoing, Randomness
from broker.trust.signer import Signer
from broker.trust.view import TrustView
from contracts.codes import Profile
from contracts.errors import Code, refusal
from contracts.identifiers import AuthorityId, Environment, Topics, seconds

TERMS = ("90d", "1y", "5y")
DAYS_AHEAD = 1
"""Today and tomorrow: grants are out before the first event of a day needs them."""
PAGE_ROWS = 200
_ADD_KEY = insert(epoch_keys)
_KEYS = select(epoch_keys.c.kid, epoch_keys.c.key_sealed).where(epoch_keys.c.kid.in_(bindparam("kids", expanding=True)))

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One epoch key as `keys list` shows it; `value` is its grant as on the bulletin, None once tombstoned."""

    kid: str
    iss: str
    to: str
    retention: str
    day: str
    expires: int
    made_here: bool
    published: bool
    destroyed: bool
    topic: str
    key: bytes
    value: bytes | None = field(repr=False)


class OwnKeys:
    """Owner of the keys for what this gateway issues."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        signer: Signer,
        participant: AuthorityId,
        environment: Environment,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._store = store
        self._vault = vault
        self._signer = signer
        self._participant = participant
        self._environment = environment
        self._clock = clock
        self._randomness = randomness
        self._topic = Topics(environment).bulletin(participant)

    def within(self, connection: Connection, trust: TrustView, epochs: Iterable[Epoch]) -> Mapping[str, bytes]:
        """Return the keys of `epochs` as a writing transaction sees them, making keys and grants that are missing.

        One query serves all recipients of an event. Crash before the commit: a made key and its grant do
        not exist. Crash after: both do, and the grant waits to be published.

        Raises:
            MisaddressedRecord: `E10-recipient`, a recipient has no listed encryption key, or its key is destroyed.
        """
        wanted = {epoch.kid: epoch for epoch in epochs}
        known = {row.kid: row.key_sealed for row in connection.execute(_KEYS, {"kids": list(wanted)})}
        return {
            kid: self._open(kid, known[kid]) if kid in known else self._make(connection, epoch, trust)
            for kid, epoch in wanted.items()
        }

    def _open(self, kid: str, sealed: bytes | None) -> bytes:
        if sealed is None:
            raise refusal(Code.E10_RECIPIENT, "the epoch key is destroyed")
        return self._vault.open(sealed, place=f"epoch_keys/{kid}")

    def _make(self, connection: Connection, epoch: Epoch, trust: TrustView) -> bytes:
        recipient = trust.participant(epoch.to)
        if recipient is None or recipient.encryption is None:
            raise refusal(Code.E10_RECIPIENT, "the recipient has no listed encryption key")
        key = self._randomness(EPOCH_KEY_BYTES)
        grant = make_grant(
            key,
            epoch=epoch,
            environment=self._environment,
            recipient=recipient.encryption,
            signer=self._signer,
        )
        connection.execute(
            _ADD_KEY,
            {
                "kid": epoch.kid,
                "recipient": epoch.to,
                "retention": epoch.retention,
                "day": epoch.day.isoformat(),
                "exp": epoch.ends,
                "key_sealed": self._vault.seal(key, place=f"epoch_keys/{epoch.kid}"),
                "grant_value": grant,
                "published": False,
            },
        )
        return key

    def make_ahead(self, trust: TrustView) -> int:
        """Make what is missing for today and tomorrow, for every recipient and class, used or not."""
        today = self._clock().date()
        wanted = [
            Epoch(iss=self._participant, to=to, retention=retention, day=today + timedelta(days=ahead))
            for to, retention in pairs(trust, self._participant)
            for ahead in range(DAYS_AHEAD + 1)
        ]
        with self._store.read() as connection:
            recent = select(epoch_keys.c.kid).where(epoch_keys.c.day >= today.isoformat())
            known = set(connection.scalars(recent))
        missing = [epoch for epoch in wanted if epoch.kid not in known]
        if missing:
            with self._store.write() as connection:
                self.within(connection, trust, missing)
            _log.info("grants.made", count=len(missing), epoch=today.isoformat())
        return len(missing)

    async def publish(self, writer: LogWriter) -> int:
        """Publish grants that are not out yet, and tombstones for destroyed keys; return how many.

        Crash between write and mark: the same bytes under the same key again.

        Raises:
            LogUnavailable: try again after a pause.
        """
        with self._store.read() as connection:
            waiting = select(epoch_keys).where(epoch_keys.c.published.is_(False)).order_by(epoch_keys.c.kid)
            rows = connection.execute(waiting.limit(PAGE_ROWS)).all()
        if not rows:
            return 0
        await writer.write(
            [Outgoing(topic=self._topic, key=parse(row.kid).bulletin_key, value=row.grant_value) for row in rows]
        )
        with self._store.write() as connection:
            # Only what went out is marked: a key destroyed meanwhile still owes its tombstone.
            for present in (True, False):
                kids = [row.kid for row in rows if (row.grant_value is not None) is present]
                same = epoch_keys.c.grant_value.is_not(None) if present else epoch_keys.c.grant_value.is_(None)
                connection.execute(update(epoch_keys).where(epoch_keys.c.kid.in_(kids), same).values(published=True))
        return len(rows)

    def retire(self) -> int:
        """Destroy keys whose term is over; `publish` then writes their tombstones.

        The key goes first: a crash leaves a grant on the bulletin that its recipient's clock refuses too.
        """
        over = (epoch_keys.c.exp < seconds(self._clock())) & epoch_keys.c.key_sealed.is_not(None)
        with self._store.read() as connection:
            kids = list(connection.scalars(select(epoch_keys.c.kid).where(over).limit(PAGE_ROWS)))
        if kids:
            with self._store.write() as connection:
                connection.execute(
                    update(epoch_keys)
                    .where(epoch_keys.c.kid.in_(kids))
                    .values(key_sealed=None, grant_value=None, published=False)
                )
        return len(kids)

    def entries(self) -> Iterator[KeyEntry]:
        """Yield every key made here, by `kid`."""
        with self._store.read() as connection:
            rows = connection.execute(select(epoch_keys).order_by(epoch_keys.c.kid)).all()
        for row in rows:
            yield KeyEntry(
                kid=row.kid,
                iss=self._participant,
                to=row.recipient,
                retention=row.retention,
                day=row.day,
                expires=row.exp,
                made_here=True,
                published=row.published,
                destroyed=row.key_sealed is None,
                topic=self._topic,
                key=parse(row.kid).bulletin_key,
                value=row.grant_value,
            )


def parse(kid: str) -> Epoch:
    """Return the epoch that a `kid` of our own spelling names."""
    iss, to, retention, day = kid.split("/")
    return Epoch(iss=iss, to=to, retention=retention, day=date.fromisoformat(day))


def pairs(trust: TrustView, participant: AuthorityId) -> Iterator[tuple[AuthorityId, str]]:
    """Yield every (recipient, retention class) that events of `participant` can need."""
    for other in trust.participants.values():
        if other.id == participant or other.encryption is None:
            continue
        profiles = set(other.profiles.values())
        subjects = ["care"] if Profile.CARE.value in profiles else []
        if profiles - {Profile.CARE.value}:
            subjects += ["suspect", "victim"]
        for subject in subjects:
            for term in TERMS:
                yield other.id, f"{subject}-{term}"
