"""Check that a certificate may sign events of one participant (reference: RFC 5280, RFC 9336).

The library walks the chain to the participant's own CA and to no other; what it leaves open when
asked for document signing is checked here: key type, KeyUsage, EKU, name, CA flag, life time.
What is *not* checked: revocation, which is the trust list's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import verification
from cryptography.x509.oid import ExtensionOID

from broker.trust.view import SigningPublicKey
from contracts.encoding import decode_base64url
from contracts.errors import Code, RecordError, TrustRefused

E = TypeVar("E", bound=x509.ExtensionType)

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""Extended key usage of a certificate that signs documents, not connections (RFC 9336)."""
MAX_LIFE = timedelta(days=731)
"""Two years, one of them a leap year."""
_UNDERSTOOD = {
    ExtensionOID.KEY_USAGE,
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.EXTENDED_KEY_USAGE,
}
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


def participant_name(authority: str) -> str:
    """Return the URI that names a participant in its certificates."""
    return f"urn:baken:{authority}"


def parse(text: str) -> x509.Certificate:
    """Read a certificate from base64url of its DER.

    Raises:
        TrustRefused: another spelling, or no certificate.
    """
    try:
        certificate = x509.load_der_x509_certificate(decode_base64url(text, code=Code.E03_BASE64))
        certificate.public_key()
        _ = certificate.extensions  # parsed on first use, and it may be malformed where the rest is not
    except (ValueError, RecordError, x509.DuplicateExtension, UnsupportedAlgorithm) as fault:
        raise TrustRefused("not a certificate in base64url") from fault
    return certificate


def check_authority(ca: x509.Certificate) -> None:
    """Check a national CA: P-256 or P-384, for certificates only, nothing below its leaves.

    Raises:
        TrustRefused: with the rule that does not hold.
    """
    key = ca.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, (ec.SECP256R1, ec.SECP384R1)):
        raise TrustRefused("the CA's key is neither P-256 nor P-384")
    constraints = _extension(ca, x509.BasicConstraints)
    if not constraints.critical or constraints.value != x509.BasicConstraints(ca=True, path_length=0):
        raise TrustRefused("the CA's basic constraints are not critical CA with path length 0")
    usage = _extension(ca, x509.KeyUsage)
    if not usage.critical or _usages(usage.value) - {"crl_sign"} != {"key_cert_sign"}:
        raise TrustRefused("the CA's key usage is not certificate signing")


def check_signing(leaf: x509.Certificate, ca: x509.Certificate, authority: str, *, at: datetime) -> SigningPublicKey:
    """Return the key of a signing certificate that `ca` issued to `authority`.

    The chain is judged at `at`, brought into the certificate's own interval: a list may show a
    certificate before its first day and after its last.

    Raises:
        TrustRefused: with the rule that does not hold.
    """
    key = _signing_key(leaf)
    _check_leaf(leaf, authority)
    policy = verification.ExtensionPolicy
    moment = min(max(at, leaf.not_valid_before_utc), leaf.not_valid_after_utc)
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store([ca]))
        .time(moment)
        .max_chain_depth(0)
        .extension_policies(ca_policy=policy.webpki_defaults_ca(), ee_policy=policy.permit_all())
        .build_client_verifier()
    )
    try:
        verifier.verify(leaf, [])
    except verification.VerificationError as fault:
        raise TrustRefused(f"no chain to the CA of {authority}") from fault
    return key


def _signing_key(leaf: x509.Certificate) -> SigningPublicKey:
    key = leaf.public_key()
    if isinstance(key, Ed25519PublicKey):
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise TrustRefused("the key is neither P-256 nor Ed25519")


def _check_leaf(leaf: x509.Certificate, authority: str) -> None:
    unknown = [e for e in leaf.extensions if e.critical and e.oid not in _UNDERSTOOD]
    if unknown:
        raise TrustRefused("a critical extension that is not understood")
    usage = _extension(leaf, x509.KeyUsage)
    if not usage.critical or _usages(usage.value) != {"digital_signature"}:
        raise TrustRefused("key usage is not critical digitalSignature alone")
    if list(_extension(leaf, x509.ExtendedKeyUsage).value) != [DOCUMENT_SIGNING]:
        raise TrustRefused("extended key usage is not documentSigning alone")
    if list(_extension(leaf, x509.SubjectAlternativeName).value) != [
        x509.UniformResourceIdentifier(participant_name(authority))
    ]:
        raise TrustRefused("the name is not exactly the participant's URI")
    if _extension(leaf, x509.BasicConstraints).value.ca:
        raise TrustRefused("the certificate is a CA")
    if leaf.not_valid_after_utc - leaf.not_valid_before_utc > MAX_LIFE:
        raise TrustRefused("valid for more than two years")


def _extension(certificate: x509.Certificate, kind: type[E]) -> x509.Extension[E]:
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound as fault:
        raise TrustRefused(f"{kind.__name__} is missing") from fault


def _usages(usage: x509.KeyUsage) -> set[str]:
    return {name for name in _USAGES if getattr(usage, name)}
