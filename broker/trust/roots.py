"""Hold the root keys, and admit a trust list only when enough of them signed its very bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from broker.trust.keyfiles import read
from broker.trust.models import LIST_CONTEXT, RootsFile, SignedList, TrustList
from broker.trust.signer import bare_kid
from contracts.encoding import decode_base64url, decode_canonical
from contracts.errors import Code, RecordError, TrustRefused, UsageError
from contracts.identifiers import Environment

MAX_LIST_BYTES = 1_000_000
"""A list travels as one Kafka record; the topic takes 1 MiB."""
ED25519_BYTES = 32

_ROOTS = msgspec.json.Decoder(RootsFile)
_SIGNED = msgspec.json.Decoder(SignedList)
_LIST = msgspec.json.Decoder(TrustList)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """The coordinating body's keys by `kid`, and how many of them make a list valid."""

    environment: Environment
    threshold: int
    keys: Mapping[str, Ed25519PublicKey] = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `roots.json`.

        Raises:
            UsageError: the file is absent or not such a file.
        """
        try:
            return cls.parse(read(path))
        except TrustRefused as fault:
            raise UsageError(f"{path}: {fault.detail}") from fault

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read the bytes of `roots.json`.

        Raises:
            TrustRefused: not canonical, a key of another size or twice, or a threshold beyond the keys.
        """
        try:
            document = decode_canonical(
                data, _ROOTS, syntax=Code.E02_JSON, schema=Code.E02_MEMBER, spelling=Code.E02_CANONICAL
            )
        except RecordError as fault:
            raise TrustRefused(f"roots file: {fault}") from fault
        keys = [public_key(text) for text in document.keys]
        by_kid = {bare_kid(key): key for key in keys}
        if len(by_kid) != len(keys):
            raise TrustRefused("roots file: a key stands twice")
        if document.threshold > len(keys):
            raise TrustRefused("roots file: the threshold is higher than the number of keys")
        return cls(environment=Environment(document.environment), threshold=document.threshold, keys=by_kid)

    def open_list(self, data: bytes) -> tuple[TrustList, bytes]:
        """Return the list in `data`, and the exact bytes that were signed.

        Signatures of keys that we do not know are ignored: while roots rotate, old and new ones
        sign. A signature of a key that we do know must hold.

        Raises:
            TrustRefused: with the rule that does not hold.
        """
        if len(data) > MAX_LIST_BYTES:
            raise TrustRefused("trust list: too large")
        try:
            signed = decode_canonical(
                data, _SIGNED, syntax=Code.E02_JSON, schema=Code.E02_MEMBER, spelling=Code.E02_CANONICAL
            )
            payload = decode_base64url(signed.payload, code=Code.E03_BASE64)
            self._check_signatures(signed)
            trust_list = decode_canonical(
                payload, _LIST, syntax=Code.E05_SCHEMA, schema=Code.E05_SCHEMA, spelling=Code.E05_CANONICAL
            )
        except RecordError as fault:
            raise TrustRefused(f"trust list: {fault}") from fault
        if trust_list.env != self.environment.value:
            raise TrustRefused("trust list: of another environment")
        return trust_list, payload

    def _check_signatures(self, signed: SignedList) -> None:
        signing_input = (LIST_CONTEXT + signed.payload).encode("ascii")
        names = [entry.kid for entry in signed.signatures]
        if len(set(names)) != len(names):
            raise TrustRefused("trust list: a root key signed twice")
        held = 0
        for entry in signed.signatures:
            key = self.keys.get(entry.kid)
            if key is None:
                continue
            try:
                key.verify(decode_base64url(entry.signature, code=Code.E03_BASE64), signing_input)
            except InvalidSignature as fault:
                raise TrustRefused("trust list: the signature of a root key does not hold") from fault
            held += 1
        if held < self.threshold:
            raise TrustRefused(f"trust list: {held} root signatures where {self.threshold} are needed")


def public_key(text: str) -> Ed25519PublicKey:
    """Read a raw Ed25519 key from base64url.

    Raises:
        TrustRefused: another spelling or size.
    """
    try:
        raw = decode_base64url(text, code=Code.E03_BASE64)
    except RecordError as fault:
        raise TrustRefused("a key is not base64url") from fault
    if len(raw) != ED25519_BYTES:
        raise TrustRefused("a key is not 32 bytes long")
    return Ed25519PublicKey.from_public_bytes(raw)
