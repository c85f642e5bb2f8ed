"""The OpenAPI document: valid, complete, and the one under docs/."""

from __future__ import annotations

import json
from pathlib import Path

from openapi_spec_validator import validate

from broker.gateway.http import document
from contracts.errors import Code

ROOT = Path(__file__).resolve().parents[4]


def test_the_document_is_the_one_in_the_repository() -> None:
    """`python -m broker.gateway.http.document > docs/openapi.json` mends a difference."""
    assert (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8") == document.text()


def test_the_document_is_valid_and_every_operation_is_whole() -> None:
    """OpenAPI 3.1 with mutual TLS; each operation has an id, a summary and its refusals as problems."""
    described = json.loads(document.text())
    validate(described)
    assert described["openapi"].startswith("3.1")
    assert described["security"] == [{"mutualTLS": []}]
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        refusals = {status for status in operation["responses"] if status >= "400"}
        assert refusals >= {"403", "429", "500", "503"}
        for status in refusals - {"503"}:
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"]


def test_every_code_of_http_is_explained() -> None:
    """docs/integrate.md has a row for each."""
    page = (ROOT / "docs" / "integrate.md").read_text(encoding="utf-8")
    missing = [code for code in Code if code.value.startswith("H-") and f"`{code.value}`" not in page]
    assert missing == []
