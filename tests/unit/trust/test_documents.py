"""The trust list comes from enough roots, only rises, and is in force only while a freshness statement says so."""

from __future__ import annotations

import msgspec
import pytest

from broker.trust.documents import TrustStore
from broker.trust.endorse import draft_list, list_hash, sign_freshness, sign_list
from broker.trust.issue import ed25519_key
from broker.trust.models import FRESHNESS_VALIDITY_SECONDS, LIST_CONTEXT, Freshness, Revocation, TrustList
from broker.trust.roots import Roots
from broker.trust.signer import PemSigner, bare_kid, sign_compact
from broker.trust.view import TokenType, TrustView
from contracts.encoding import canonical, decode_base64url, encode_base64url
from contracts.errors import Code, TrustRefused, TrustStale, UsageError
from contracts.identifiers import Environment, seconds
from contracts.wire import Signed
from tests.support.seeds import seeded
from tests.support.world import World

DAY = 86_400


@pytest.fixture
def world() -> World:
    return World()


def refuse_list(world: World, data: bytes, reason: str) -> None:
    """Offer a list that must be refused, and see that trust is what it was."""
    before = world.trust
    with pytest.raises(TrustRefused, match=reason):
        world.store.accept_list(data)
    assert world.trust is before
    assert world.store.version_at(world.list.version + 1) is None


def refuse_fresh(world: World, data: bytes, reason: str) -> None:
    """Offer a statement that must be refused, and see that trust is what it was."""
    before = world.trust
    with pytest.raises(TrustRefused, match=reason):
        world.store.accept_freshness(data, world.clock())
    assert world.trust is before


def statement(world: World, signer: PemSigner | None = None, **changes: object) -> bytes:
    """Return a freshness statement with some members changed, signed as a real one."""
    now = seconds(world.clock())
    claims = Freshness(
        env="live", exp=now + 3600, hash=list_hash(world.list), iat=now, revocations=(), version=world.list.version
    )
    key = world.freshness_key
    chosen = signer or PemSigner(key, bare_kid(key.public_key()))
    payload = canonical(msgspec.structs.replace(claims, **changes))
    return canonical(Signed(jws=sign_compact(chosen, TokenType.FRESHNESS, payload)))


def event_key(view: TrustView, issuer: str) -> str:
    return next(key.kid for key in view.headers.values() if key.issuer == issuer)


def test_view_says_what_the_list_says(world: World) -> None:
    """Participants, header table and checkpoint key come through, and each header is known by its bytes."""
    view = world.trust
    assert sorted(view.participants) == ["BE-FGP", "DE-BKA", "EU-AUD", "NL-CARE", "NL-POL"]
    signer = world.signer("NL-POL")
    key = view.key_for(signer.header(TokenType.EVENT))
    assert key is not None
    assert (key.issuer, key.token, key.kid) == ("NL-POL", TokenType.EVENT, signer.kid)
    assert "suspect-alert.v1" in key.types
    assert view.key_for(signer.header(TokenType.GRANT)) is not None
    assert view.key_for(signer.header(TokenType.FRESHNESS)) is None
    assert view.checkpoint_keys == {"baken/live": world.checkpoint_key.public_key().public_bytes_raw()}
    recipient = view.participant("DE-BKA")
    assert recipient is not None
    assert recipient.encryption == world.hpke("DE-BKA").public()
    assert view.participant("FR-PN") is None
    assert view.expires == seconds(world.clock()) + FRESHNESS_VALIDITY_SECONDS


def test_without_freshness_trust_is_stale() -> None:
    """A list alone puts nothing in force, but may be looked up for the past."""
    world = World()
    store = TrustStore(world.roots)
    store.accept_list(world.list_bytes)
    with pytest.raises(TrustStale):
        store.current(world.clock())
    view = store.version_at(1)
    assert view is not None
    assert view.expires == world.list.exp


def test_trust_becomes_stale_and_fresh_again(world: World) -> None:
    """After 24 hours nothing is in force until the next statement."""
    world.clock.advance(hours=24)
    with pytest.raises(TrustStale):
        world.store.current(world.clock())
    world.refresh()
    assert world.trust.version == 1


def test_one_root_signature_is_too_few(world: World) -> None:
    """Fewer than k of n root keys make no list."""
    refuse_list(world, world.sign(world.draft(2), keys=1), "1 root signatures where 2")


def test_stranger_roots_do_not_count(world: World) -> None:
    """Signatures of keys that are no roots are ignored; they do not reach the threshold."""
    strangers = [ed25519_key(seeded(n)) for n in (91, 92)]
    refuse_list(world, sign_list(world.draft(2), [world.root_keys[0], *strangers]), "1 root signatures")
    assert world.store.accept_list(sign_list(world.draft(2), [*world.root_keys[:2], strangers[0]])) == 2


def test_same_root_twice_does_not_count_twice(world: World) -> None:
    """A root key that signs twice is refused."""
    refuse_list(world, sign_list(world.draft(2), [world.root_keys[0]] * 2), "signed twice")


def test_changed_list_is_refused(world: World) -> None:
    """One changed byte of the payload spoils the signatures of known roots."""
    data = msgspec.json.decode(world.sign(world.draft(2)))
    payload = decode_base64url(data["payload"], code=Code.E03_BASE64).replace(b'"slots":1', b'"slots":9', 1)
    refuse_list(world, canonical({**data, "payload": encode_base64url(payload)}), "does not hold")


def test_root_signature_for_something_else_is_refused(world: World) -> None:
    """A root signature without the context of a trust list is no signature of one."""
    payload = encode_base64url(canonical(world.draft(2)))
    signatures = sorted(
        (
            {"kid": bare_kid(key.public_key()), "signature": encode_base64url(key.sign(payload.encode()))}
            for key in world.root_keys[:2]
        ),
        key=lambda one: one["kid"],
    )
    refuse_list(world, canonical({"payload": payload, "signatures": signatures}), "does not hold")
    assert LIST_CONTEXT.endswith(".")


def test_rollback_of_the_list_is_refused(world: World) -> None:
    """A lower version is refused, the same one again has no effect, the same number with other content is refused."""
    first = world.list_bytes
    world.relist()
    before = world.trust
    assert world.store.accept_list(world.list_bytes) == 2
    for data in (world.sign(world.draft(1, world.lines()[1:])), world.sign(world.draft(2, world.lines()[1:]))):
        with pytest.raises(TrustRefused, match="where 2 is known"):
            world.store.accept_list(data)
    assert world.store.accept_list(first) == 1
    assert world.trust is before


def test_list_that_is_valid_too_long_is_refused(world: World) -> None:
    """90 days at most."""
    longer = msgspec.structs.replace(world.draft(2), exp=seconds(world.clock()) + 91 * DAY)
    refuse_list(world, world.sign(longer), "90 days")


def test_list_of_another_environment_is_refused(world: World) -> None:
    """An exercise list does not count for live, whoever signed it."""
    draft = draft_list(
        Environment.EXERCISE,
        2,
        world.lines(),
        now=world.clock(),
        freshness=[world.freshness_key.public_key()],
        checkpoint_origin="baken/exercise",
        checkpoint_key=world.checkpoint_key.public_key(),
    )
    refuse_list(world, world.sign(draft), "another environment")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"payload":"AA","signatures":[]}', b"x" * 1_000_001])
def test_other_bytes_are_no_list(world: World, data: bytes) -> None:
    """What is not a signed list in canonical form is refused."""
    refuse_list(world, data, "trust list")


def test_list_that_is_not_canonical_is_refused(world: World) -> None:
    """A list with white space is refused although the roots signed it."""
    payload = encode_base64url(canonical(world.draft(2)).replace(b":", b": ", 1))
    signed = (LIST_CONTEXT + payload).encode()
    signatures = sorted(
        (
            {"kid": bare_kid(key.public_key()), "signature": encode_base64url(key.sign(signed))}
            for key in world.root_keys[:2]
        ),
        key=lambda one: one["kid"],
    )
    refuse_list(world, canonical({"payload": payload, "signatures": signatures}), "E05-canonical")


def test_expired_list_is_not_put_in_force(world: World) -> None:
    """No freshness statement helps a list that is over, and it goes stale by itself before."""
    world.clock.advance(days=89, hours=12)
    world.refresh()
    assert world.trust.expires == world.list.exp
    world.clock.advance(hours=13)
    with pytest.raises(TrustStale):
        world.store.current(world.clock())
    with pytest.raises(TrustRefused, match="expired list"):
        world.store.accept_freshness(world.sign_fresh(world.list), world.clock())


def test_freshness_for_another_list_is_refused(world: World) -> None:
    """Version, hash and environment of the statement are those of an accepted list."""
    refuse_fresh(world, statement(world, hash="A" * 43), "another list")
    refuse_fresh(world, statement(world, env="exercise"), "another list")
    refuse_fresh(world, statement(world, version=2), "which is not known")


def test_freshness_of_a_stranger_is_refused(world: World) -> None:
    """Only a key that the list names for it puts a list in force; a participant's does not."""
    stranger = ed25519_key(seeded(77))
    refuse_fresh(world, statement(world, PemSigner(stranger, bare_kid(stranger.public_key()))), "no accepted list")
    refuse_fresh(world, statement(world, world.signer("NL-POL")), "no accepted list")


def test_forged_freshness_is_refused(world: World) -> None:
    """The right header with another key's signature does not hold."""
    forged = PemSigner(ed25519_key(seeded(77)), bare_kid(world.freshness_key.public_key()))
    refuse_fresh(world, statement(world, forged), "E04-signature")
    refuse_fresh(world, b"{}", "E02-member")
    refuse_fresh(world, canonical(Signed(jws="a.b")), "E03-form")


def test_freshness_key_of_an_older_list_does_not_speak_for_a_newer(world: World) -> None:
    """A key that the next list no longer names cannot put that list in force."""
    old = world.freshness_key
    world.freshness_key = ed25519_key(seeded(78))
    world.list = world.draft(2)
    world.store.accept_list(world.sign(world.list))
    refuse_fresh(world, statement(world, PemSigner(old, bare_kid(old.public_key()))), "does not name")
    assert world.refresh().version == 2


def test_freshness_outside_its_time_is_refused(world: World) -> None:
    """Expired, from the future, and valid for more than 24 hours are refused."""
    now = seconds(world.clock())
    refuse_fresh(world, statement(world, iat=now - 7200, exp=now), "expired")
    refuse_fresh(world, statement(world, iat=now + 200, exp=now + 3600), "future")
    refuse_fresh(world, statement(world, exp=now + 25 * 3600), "24 hours")
    refuse_fresh(world, statement(world, exp=now), "24 hours")


def test_replayed_freshness_is_refused(world: World) -> None:
    """An older statement, with fewer revocations perhaps, does not come back."""
    earlier = world.fresh_bytes
    world.clock.advance(hours=1)
    world.refresh()
    refuse_fresh(world, earlier, "older")


def test_freshness_of_the_list_before_is_refused(world: World) -> None:
    """Once a newer list is in force, a later statement for the older one is refused."""
    older = world.list
    world.relist()
    world.clock.advance(hours=1)
    refuse_fresh(world, world.sign_fresh(older), "older")


def test_revocation_counts_from_its_instant(world: World) -> None:
    """A suspended key does not count from that instant on, for events and grants alike; others are untouched."""
    since = seconds(world.clock()) - 100
    kid = event_key(world.trust, "NL-POL")
    view = world.refresh([Revocation(kid=kid, since=since, status="suspended")])
    revoked = [key for key in view.headers.values() if key.kid == kid]
    assert len(revoked) == 2
    for key in revoked:
        assert not key.revoked_at(since - 1)
        assert key.revoked_at(since)
    assert not any(key.revoked_at(since) for key in view.headers.values() if key.kid != kid)
    assert world.store.version_at(1) is view


def test_revocation_is_not_taken_back(world: World) -> None:
    """A later statement over the same list keeps it, not later and not milder; only the roots may lift it."""
    since = seconds(world.clock())
    kid = event_key(world.trust, "NL-POL")
    world.refresh([Revocation(kid=kid, since=since, status="withdrawn")])
    world.clock.advance(hours=1)
    for milder in (
        [],
        [Revocation(kid=kid, since=since + 1, status="withdrawn")],
        [Revocation(kid=kid, since=since, status="suspended")],
    ):
        refuse_fresh(world, world.sign_fresh(world.list, milder), "takes a revocation back")
    world.refresh([Revocation(kid=kid, since=since - 60, status="withdrawn")])
    assert world.relist().headers[world.signer("NL-POL").header(TokenType.EVENT)].revoked_from is None


def test_revocation_of_an_unknown_key_is_refused(world: World) -> None:
    """A statement names listed certificates, each once."""
    kid = event_key(world.trust, "NL-POL")
    revocation = Revocation(kid=kid, since=1, status="withdrawn")
    refuse_fresh(
        world, world.sign_fresh(world.list, [Revocation(kid="A" * 43, since=1, status="withdrawn")]), "revokes"
    )
    refuse_fresh(world, world.sign_fresh(world.list, [revocation, revocation]), "revokes")


def test_older_versions_stay_for_the_past(world: World) -> None:
    """A judge of the past finds the version that a leaf names."""
    lines = [line for line in world.lines() if line.id != "BE-FGP"]
    world.relist(lines)
    assert world.trust.participant("BE-FGP") is None
    older = world.store.version_at(1)
    assert older is not None
    assert older.participant("BE-FGP") is not None
    assert world.store.version_at(3) is None


def test_worlds_of_one_seed_are_equal() -> None:
    """Documents are the same bytes for the same keys and the same instant."""
    assert World().list_bytes == World().list_bytes
    assert World(seed=2).list_bytes != World().list_bytes


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"threshold": 4}, "threshold"),
        ({"keys": ["AA"]}, "32 bytes"),
        ({"keys": ["A="]}, "base64url"),
        ({"environment": "test"}, "roots file"),
        ({"more": 1}, "roots file"),
    ],
)
def test_wrong_roots_files_are_refused(world: World, change: dict[str, object], reason: str) -> None:
    """A roots file with another key size, too high a threshold or another member is refused."""
    document = {**msgspec.json.decode(world.roots_bytes), **change}
    with pytest.raises(TrustRefused, match=reason):
        Roots.parse(canonical(document))


def test_roots_file_is_read_and_named(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A roots file is loaded from its path; one that is wrong, or a key twice, is a usage error with its name."""
    path = tmp_path_factory.mktemp("roots") / "roots.json"
    path.write_bytes(world.roots_bytes)
    assert Roots.load(path).threshold == 2
    document = msgspec.json.decode(world.roots_bytes)
    path.write_bytes(canonical({**document, "keys": document["keys"][:1] * 2}))
    with pytest.raises(UsageError, match=r"roots\.json.*twice"):
        Roots.load(path)


def test_sign_freshness_names_the_list(world: World) -> None:
    """The statement that the online key makes is accepted as it is."""
    trust_list: TrustList = world.list
    key = world.freshness_key
    data = sign_freshness(trust_list, PemSigner(key, bare_kid(key.public_key())), now=world.clock())
    assert world.store.accept_freshness(data, world.clock()).version == 1
