"""Turn section contents into disclosures and digests, and absent sections into decoys (RFC 9901 §4.2).

A disclosure is base64url of canonical `["<salt>","v",<content>]`. The claim name is always `v`: the
place of the digest in the signed payload names the section, so a section cannot be confused with
another, and one digest per name leaves no room for two readings of one section.
"""

from __future__ import annotations

import re
from typing import Any, Final

from contracts.encoding import canonical, decode_base64url, encode_base64url, loads_canonical, sha256
from contracts.errors import Code, refusal

AUDIENCE: Final = "audience"
HANDLING: Final = "handling"
CONSULTATIONS: Final = "consultations"
DECOY_BYTES: Final = 32

_SALT: Final = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
"""128 bits in base64url: 22 characters, the last of which carries two bits."""
_MEMBERS: Final = 3
_OTHER_FORM: Final = "a disclosure is not canonical JSON of a salt, the name and a content"


def disclosure(content: Any, *, salt: bytes) -> str:
    """Spell one section's `content` as a disclosure."""
    return encode_base64url(canonical((encode_base64url(salt), "v", content)))


def digest(text: str) -> str:
    """Return the digest of a disclosure: SHA-256 over its base64url text (RFC 9901 §4.2.3)."""
    return sha256(text.encode())


def decoy(randomness: bytes) -> str:
    """Return what stands for an absent section or profile; `randomness` must be fresh and is forgotten."""
    return sha256(randomness)


def read(text: str, *, code: Code) -> Any:
    """Return the content of a disclosure, refusing every form and spelling but ours with `code`."""
    data = decode_base64url(text, code=code, detail="a disclosure is not strict base64url")
    value = loads_canonical(data, code=code, detail=_OTHER_FORM)
    if not isinstance(value, list) or len(value) != _MEMBERS or value[1] != "v":
        raise refusal(code, _OTHER_FORM)
    salt, _, content = value
    if not isinstance(salt, str) or not _SALT.fullmatch(salt):
        raise refusal(code, _OTHER_FORM)
    return content
