"""Homes: made once, complete or not at all, kept as they are."""

from __future__ import annotations

import socket
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.x509 import ExtendedKeyUsage
from cryptography.x509.oid import ExtendedKeyUsageOID

from broker.embedded import home as homes
from broker.embedded import ports, setup
from broker.embedded.clients import NATIONAL_SYSTEM, SECOND_OFFICER
from broker.embedded.home import DEFAULT_PARTICIPANTS
from broker.settings import AuditorSettings, BrokerSettings, CheckpointerSettings, GatewaySettings, Right
from broker.topology.model import Compaction
from broker.trust.enrol import DEFAULT_TERMS
from broker.trust.keyfiles import load_certificate
from contracts.errors import UsageError
from contracts.identifiers import Environment
from tests.unit.embedded.conftest import HomeMaker

SERVER_AUTH, CLIENT_AUTH = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_service_can_read_its_configuration(make_home: HomeMaker) -> None:
    """All files are valid settings, and every file that they name is there or is made on first use."""
    home = make_home()
    broker = BrokerSettings.load(home.broker_config)
    checkpointer = CheckpointerSettings.load(home.checkpointer_config)
    auditor = AuditorSettings.load(home.config("EU-AUD"))
    gateways = [GatewaySettings.load(home.config(participant)) for participant in home.gateways]
    assert [gateway.participant for gateway in gateways] == ["NL-POL", "DE-BKA", "BE-FGP", "NL-CARE"]
    for service in (broker, checkpointer, auditor, *gateways):
        assert service.environment is Environment.LIVE
        assert service.log.bootstrap == home.bootstrap
        for path in (service.log.tls.ca, service.log.tls.certificate, service.log.tls.key, service.trust.roots):
            assert path.is_file(), path
    assert checkpointer.key.is_file()
    for gateway in gateways:
        assert all(path.is_file() for path in (gateway.keys.signing, gateway.keys.certificate, gateway.keys.encryption))
        assert not any(path.exists() for path in (gateway.keys.local, gateway.stores.outbox, gateway.stores.inbox))
    assert gateways[0].adapter == "nl-csv"
    assert gateways[0].handling.default is not None
    assert len({service.instance for service in (broker, checkpointer, auditor, *gateways)}) == 7


def test_feeds_move_quickly_only_where_erasure_must_be_seen(make_home: HomeMaker, tmp_path: Path) -> None:
    """A heartbeat each second with the settings of tests, the broker's own pace with those of live data."""
    paces = {
        compaction: BrokerSettings.load(make_home(tmp_path / compaction, compaction=compaction).broker_config)
        for compaction in Compaction
    }
    assert paces[Compaction.TEST].heartbeat_seconds == 1.0
    assert paces[Compaction.PRODUCTION].heartbeat_seconds == BrokerSettings.model_fields["heartbeat_seconds"].default


def test_the_default_participants_are_those_with_known_terms() -> None:
    """Each of them has terms of its own in the trust list."""
    assert set(DEFAULT_PARTICIPANTS) == set(DEFAULT_TERMS)


def test_private_keys_are_readable_by_their_owner_only(make_home: HomeMaker) -> None:
    """Every `.key` file and the node's key store have mode 0600."""
    home = make_home()
    keys = [*home.folder.rglob("*.key"), home.node().keystore]
    assert len(keys) > 20
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}


def test_a_home_that_is_there_is_kept_as_it_is(make_home: HomeMaker) -> None:
    """A second call changes no byte, whatever it asks for."""
    home = make_home()
    before = contents(home.folder)
    assert make_home(participants=("FR-PN",), compaction=Compaction.PRODUCTION) == home
    assert contents(home.folder) == before


def test_an_unfinished_home_is_made_anew(make_home: HomeMaker) -> None:
    """What a crash left before the home was complete is ours and goes; nothing of it is trusted."""
    home = make_home()
    old = (home.trust / "roots.json").read_bytes()
    (home.folder / homes.MARKER).unlink()
    (home.folder / setup.UNFINISHED).touch()
    (home.trust / "rest").write_text("of a crash")
    assert make_home().folder == home.folder
    assert not (home.trust / "rest").exists()
    assert (home.trust / "roots.json").read_bytes() == old  # the same seed makes the same keys
    assert not (home.folder / setup.UNFINISHED).exists()


def test_a_foreign_folder_is_refused_and_left_alone(make_home: HomeMaker, tmp_path: Path) -> None:
    """A folder with anything else in it is never taken over."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        make_home(folder)
    assert contents(folder) == {"letter.txt": b"mine"}


@pytest.mark.parametrize("participants", [(), ("NL-POL", "NL-POL"), ("nl-pol",), ("NLPOL",), ("../x",)])
def test_wrong_participants_are_refused_before_anything_is_made(
    make_home: HomeMaker, tmp_path: Path, participants: tuple[str, ...]
) -> None:
    """None, one twice, and other spellings."""
    with pytest.raises(UsageError):
        make_home(participants=participants)
    assert not (tmp_path / "home").exists()


def test_there_is_no_home_where_none_was_made(tmp_path: Path) -> None:
    """The message says how to make one."""
    with pytest.raises(UsageError, match="baken up --home"):
        homes.load(tmp_path)


def test_who_takes_no_part_has_no_folder(make_home: HomeMaker) -> None:
    """The message names those who do."""
    with pytest.raises(UsageError, match=r"FR-PN takes no part.*NL-POL"):
        make_home().config("FR-PN")


def test_each_gateway_has_clients_of_its_own(make_home: HomeMaker) -> None:
    """Its CA issues the certificates of the server and of two clients; who approves hands nothing in."""
    home = make_home()
    transport = load_certificate(home.transport_ca)
    for participant in home.gateways:
        http = GatewaySettings.load(home.config(participant)).http
        assert http is not None
        assert http.address == (ports.LOOPBACK, home.http_ports[participant])
        assert {client.name: client.may for client in http.client} == {
            NATIONAL_SYSTEM: frozenset(Right) - {Right.APPROVE},
            SECOND_OFFICER: frozenset({Right.APPROVE}),
        }
        authority = load_certificate(http.client_ca)
        used_for = {http.certificate: SERVER_AUTH}
        used_for |= {home.clients(participant) / f"{one.name}.pem": CLIENT_AUTH for one in http.client}
        for path, use in used_for.items():
            certificate = load_certificate(path)
            certificate.verify_directly_issued_by(authority)
            assert certificate.issuer != transport.subject
            assert list(certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value) == [use]


def test_an_http_port_that_somebody_took_is_moved(make_home: HomeMaker) -> None:
    """The gateway listens elsewhere then, and nobody else moves."""
    home = make_home()
    with socket.socket() as stranger:
        stranger.bind((ports.LOOPBACK, home.http_ports["DE-BKA"]))
        stranger.listen()
        moved = setup.settle_ports(home)
    assert moved == homes.load(home.folder) != home
    assert {name for name, port in home.http_ports.items() if moved.http_ports[name] != port} == {"DE-BKA"}
    for participant in home.gateways:
        http = GatewaySettings.load(home.config(participant)).http
        assert http is not None
        assert http.address[1] == moved.http_ports[participant]


def test_ports_that_somebody_took_are_moved_everywhere(make_home: HomeMaker) -> None:
    """All files get the new address and nothing else in them changes; the free port is kept."""
    home = make_home()
    before = contents(home.folder)
    with socket.socket() as stranger:
        stranger.bind((ports.LOOPBACK, home.port))
        stranger.listen()
        moved = setup.settle_ports(home)
    assert moved.port != home.port
    assert moved.controller_port == home.controller_port
    assert homes.load(home.folder) == moved
    for participant in home.gateways:
        assert GatewaySettings.load(home.config(participant)).log.bootstrap == moved.bootstrap
    after = contents(home.folder)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "exchange.toml",
        "broker/broker.toml",
        "checkpointer/checkpointer.toml",
        "EU-AUD/auditor.toml",
    } | {f"{participant}/gateway.toml" for participant in home.gateways}
    assert len(after["NL-POL/gateway.toml"]) == len(before["NL-POL/gateway.toml"])


def test_free_ports_stay(make_home: HomeMaker) -> None:
    """Without a reason nothing is written."""
    home = make_home()
    assert setup.settle_ports(home) == home
    assert replace(home) == homes.load(home.folder)
