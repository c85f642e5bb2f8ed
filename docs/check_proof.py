"""Check a file of `baken audit prove` without Baken and without network: Python 3.11 and `cryptography` alone.

Usage: python3 check_proof.py proof.json roots.json. Exit code 1 (or an exception) at the first check that fails.
"""

import hashlib
import json
import sys
from base64 import b64decode, urlsafe_b64encode

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey as Ed

raw = lambda text: b64decode(text + "=" * (-len(text) % 4), "-_", validate=True)
sha = lambda data: urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
node = lambda left, right: hashlib.sha256(b"\x01" + left + right).digest()
canonical = lambda value: json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
need = lambda what, held: print("held:" if held else "FAILED:", what) or held or sys.exit(1)


def signed(what, key, signature, data):  # raises InvalidSignature; ES256 is r and s of 32 bytes each (RFC 7518, 3.4)
    es256 = isinstance(key, ec.EllipticCurvePublicKey)
    r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
    key.verify(*((utils.encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256())) if es256 else (signature, data)))
    need(what, held=True)


def root(leaf, index, size, path):  # RFC 9162, 2.1.3: the left subtree has the largest power of two below the size
    if size == 1:
        return leaf if not path else b""
    split = 1 << (size - 1).bit_length() - 1
    if index < split:
        return node(root(leaf, index, split, path[:-1]), path[-1])
    return node(path[-1], root(leaf, index - split, size - split, path[:-1]))


data, roots, lists = open(sys.argv[1], "rb").read(), json.load(open(sys.argv[2], "rb")), {}
proof, keys = json.loads(data), {sha(raw(key)): Ed.from_public_bytes(raw(key)) for key in roots["keys"]}
need("canonical JSON", canonical(proof) == data and proof["proof"] == "baken-proof-1")
for one in proof["lists"]:
    payload, signatures = one["list"]["payload"], one["list"]["signatures"]
    known = {x["kid"]: x["signature"] for x in signatures if x["kid"] in keys}
    for kid, signature in known.items():
        signed("trust list, by a root key", keys[kid], raw(signature), b"baken-trust-list-1." + payload.encode())
    listed, revoked = json.loads(raw(payload)), []
    need("enough root keys", len(known) >= roots["threshold"] and listed["env"] == roots["environment"])
    if one["fresh"]:
        head, body, signature = one["fresh"]["jws"].split(".")
        key = next(x for x in listed["freshness"] if sha(raw(x)) == json.loads(raw(head))["kid"])
        signed("freshness statement", Ed.from_public_bytes(raw(key)), raw(signature), f"{head}.{body}".encode())
        need("it is about this list", json.loads(raw(body))["hash"] == sha(raw(payload)))
        revoked = json.loads(raw(body))["revocations"]
    lists[listed["version"]] = listed, revoked
text, _, lines = proof["checkpoint"].rpartition("\n\n")
(origin, size, top), log = text.split("\n"), lists[max(lists)][0]["log"]
note = next(x.split(" ")[2] for x in lines.splitlines() if x.split(" ")[1] == log["origin"] == origin)
signed(f"checkpoint of size {size}", Ed.from_public_bytes(raw(log["key"])), b64decode(note)[4:], f"{text}\n".encode())
for one in proof["entries"]:
    audit, leaf, disclosed = one["audit"], one["audit"]["leaf"], one["audit"].get("disclosed", [])
    head, body, signature = audit["jws"].split(".")
    hashed, path = hashlib.sha256(b"\x00" + canonical(leaf)).digest(), [raw(x) for x in one["path"]]
    need("inclusion", 0 <= one["index"] < int(size) and root(hashed, one["index"], int(size), path) == b64decode(top))
    (listed, revoked), claims, kid = lists[leaf["trust"]], json.loads(raw(body)), json.loads(raw(head))["kid"]
    who = next(x for x in listed["participants"] if x["id"] == claims["iss"])
    line = next(x for x in who["certificates"] if sha(raw(x["der"])) == kid)
    certificate, ca = (x509.load_der_x509_certificate(raw(x)) for x in (line["der"], who["ca"]))
    certificate.verify_directly_issued_by(ca)
    for at in (claims["iat"], leaf["time"] // 1000):
        within = certificate.not_valid_before_utc.timestamp() <= at <= certificate.not_valid_after_utc.timestamp()
        granted = [x["status"] for x in line["history"] if x["since"] <= at][-1:] == ["granted"]
        need("certificate", within and granted and not any(x["kid"] == kid and x["since"] <= at for x in revoked))
    signed("signed part", certificate.public_key(), raw(signature), f"{head}.{body}".encode())
    need("the leaf is about it", leaf["jws"] == sha(f"{head}.{body}".encode()))
    said, its = [sha(x.encode()) for x in disclosed], {name: x["_sd"] for name, x in claims["sections"].items()}
    need("what is disclosed", all([x] in its.values() for x in said) and said[:1] in ([], its["audience"]))
    to = [f"{x['to']} ({x['profile']})" for x in json.loads(raw(disclosed[0]))[2]] if disclosed else []
    print(claims["iss"], claims["type"], claims["jti"], leaf["decision"], claims["purpose"], "to", ", ".join(to))
print("VERIFIED")
