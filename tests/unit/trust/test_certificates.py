"""A signing certificate is accepted for one participant, one purpose and one CA, and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from broker.trust.certificates import DOCUMENT_SIGNING, check_authority, check_signing, parse, participant_name
from broker.trust.issue import CertificateAuthority, p256_key
from broker.trust.view import SigningPublicKey
from contracts.encoding import encode_base64url
from contracts.errors import TrustRefused
from tests.support.seeds import seeded

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RANDOM = seeded(3)
NATIONAL = CertificateAuthority.create("national NL", "NL", now=NOW, randomness=RANDOM)
OTHER = CertificateAuthority.create("national DE", "DE", now=NOW, randomness=RANDOM)
KEY = p256_key(RANDOM)
Change = Callable[[x509.CertificateBuilder], x509.CertificateBuilder]


def usage(**on: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    chosen = {name: on.get(name, False) for name in (*names, "key_cert_sign", "crl_sign")}
    return x509.KeyUsage(**chosen, encipher_only=False, decipher_only=False)


def leaf(  # each option is one way to be wrong
    *,
    key: object = None,
    ca: CertificateAuthority = NATIONAL,
    key_usage: x509.KeyUsage | None = None,
    critical: bool = True,
    purposes: tuple[x509.ObjectIdentifier, ...] = (DOCUMENT_SIGNING,),
    names: tuple[str, ...] = (participant_name("NL-POL"),),
    is_ca: bool = False,
    days: int = 700,
    begin: datetime = NOW,
    extra: x509.ExtensionType | None = None,
    without: type[x509.ExtensionType] | None = None,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "leaf")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ca.certificate.subject)
        .public_key(key or KEY.public_key())  # type: ignore[arg-type] # wrong kinds on purpose
        .serial_number(7)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )
    path_length = 0 if is_ca else None
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=is_ca, path_length=path_length), True),
        (key_usage or usage(digital_signature=True), critical),
        (x509.ExtendedKeyUsage(purposes), False),
        (x509.SubjectAlternativeName([x509.UniformResourceIdentifier(name) for name in names]), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()), False),
    ]
    if extra is not None:
        extensions.append((extra, True))
    for extension, is_critical in extensions:
        if without is None or not isinstance(extension, without):
            builder = builder.add_extension(extension, critical=is_critical)
    return builder.sign(ca.key, hashes.SHA256())


def check(certificate: x509.Certificate, *, at: datetime = NOW) -> SigningPublicKey:
    return check_signing(certificate, NATIONAL.certificate, "NL-POL", at=at)


def test_issued_certificates_are_accepted() -> None:
    """What our own CA issues passes, for P-256 and for Ed25519 keys under a P-256 CA."""
    check_authority(NATIONAL.certificate)
    for key in (KEY.public_key(), Ed25519PrivateKey.generate().public_key()):
        certificate = NATIONAL.signing("NL-POL", key, now=NOW, randomness=RANDOM)
        assert check_signing(certificate, NATIONAL.certificate, "NL-POL", at=NOW) == key


def test_the_reference_leaf_is_accepted() -> None:
    """The builder of the cases below makes an acceptable certificate when nothing is changed."""
    assert check(leaf()) == KEY.public_key()


@pytest.mark.parametrize("at", [NOW - timedelta(days=10), NOW + timedelta(days=720)])
def test_chain_is_judged_within_the_certificates_own_life(at: datetime) -> None:
    """A list may show a certificate before its first and after its last day."""
    assert check(leaf(), at=at) == KEY.public_key()


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        pytest.param(lambda: leaf(ca=OTHER), "no chain", id="another country's CA"),
        pytest.param(lambda: leaf(key=ec.generate_private_key(ec.SECP384R1()).public_key()), "P-256", id="P-384"),
        pytest.param(lambda: leaf(key=ec.generate_private_key(ec.SECP256K1()).public_key()), "P-256", id="secp256k1"),
        pytest.param(
            lambda: leaf(key=rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()),
            "P-256",
            id="RSA",
        ),
        pytest.param(lambda: leaf(key=x25519.X25519PrivateKey.generate().public_key()), "P-256", id="X25519"),
        pytest.param(lambda: leaf(critical=False), "key usage", id="key usage not critical"),
        pytest.param(
            lambda: leaf(key_usage=usage(digital_signature=True, key_agreement=True)), "key usage", id="more usages"
        ),
        pytest.param(lambda: leaf(key_usage=usage(content_commitment=True)), "key usage", id="another usage"),
        pytest.param(lambda: leaf(purposes=(ExtendedKeyUsageOID.CLIENT_AUTH,)), "documentSigning", id="a TLS purpose"),
        pytest.param(
            lambda: leaf(purposes=(DOCUMENT_SIGNING, ExtendedKeyUsageOID.CLIENT_AUTH)),
            "documentSigning",
            id="one purpose too many",
        ),
        pytest.param(lambda: leaf(names=(participant_name("NL-CARE"),)), "URI", id="another participant"),
        pytest.param(
            lambda: leaf(names=(participant_name("NL-POL"), participant_name("DE-BKA"))), "URI", id="a second name"
        ),
        pytest.param(lambda: leaf(is_ca=True), "is a CA", id="a CA"),
        pytest.param(lambda: leaf(days=800), "two years", id="too long"),
        pytest.param(lambda: leaf(extra=x509.OCSPNoCheck()), "critical", id="an unknown critical extension"),
        pytest.param(lambda: leaf(without=x509.KeyUsage), "KeyUsage", id="no key usage"),
        pytest.param(lambda: leaf(without=x509.ExtendedKeyUsage), "ExtendedKeyUsage", id="no purpose"),
        pytest.param(lambda: leaf(without=x509.SubjectAlternativeName), "SubjectAlternativeName", id="no name"),
        pytest.param(lambda: leaf(without=x509.BasicConstraints), "BasicConstraints", id="no constraints"),
        pytest.param(lambda: leaf(begin=NOW + timedelta(days=4000)), "no chain", id="after the CA's own life"),
    ],
)
def test_other_leaves_are_refused(certificate: Callable[[], x509.Certificate], reason: str) -> None:
    """Each way to be another certificate is refused with the rule it breaks."""
    with pytest.raises(TrustRefused, match=reason):
        check(certificate())


def test_tls_certificates_do_not_sign() -> None:
    """A TLS certificate of the same CA is no signing certificate."""
    certificate = NATIONAL.client("gateway-nl-pol", "nl-pol", KEY.public_key(), now=NOW, randomness=RANDOM)
    with pytest.raises(TrustRefused):
        check(certificate)


def test_other_authorities_are_refused() -> None:
    """A leaf is no CA, a CA may not have CAs below it, and its key is P-256 or P-384."""

    def authority(
        *, path_length: int | None = 0, key: object = None, key_usage: x509.KeyUsage | None = None
    ) -> x509.Certificate:
        signing_key = key or ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "CA")])
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(signing_key.public_key())  # type: ignore[attr-defined]
            .serial_number(1)
            .not_valid_before(NOW)
            .not_valid_after(NOW + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
            .add_extension(key_usage or usage(key_cert_sign=True), critical=True)
            .sign(signing_key, hashes.SHA256())  # type: ignore[arg-type]
        )

    check_authority(authority(key=ec.generate_private_key(ec.SECP384R1())))
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for wrong, reason in (
        (leaf(), "basic constraints"),
        (authority(path_length=1), "basic constraints"),
        (authority(path_length=None), "basic constraints"),
        (authority(key=rsa_key), "P-256 nor P-384"),
        (authority(key_usage=usage(key_cert_sign=True, digital_signature=True)), "key usage"),
    ):
        with pytest.raises(TrustRefused, match=reason):
            check_authority(wrong)


def test_text_that_is_no_certificate_is_refused() -> None:
    """Other bytes and other spellings are refused, and a certificate comes back as it is."""
    certificate = leaf()
    text = encode_base64url(certificate.public_bytes(Encoding.DER))
    assert parse(text) == certificate
    for wrong in ("", "AAAA", text[:-4], text + "=", "+" + text[1:]):
        with pytest.raises(TrustRefused):
            parse(wrong)
