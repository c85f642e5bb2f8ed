"""Write the OpenAPI document: `python -m broker.gateway.http.document > docs/openapi.json`."""

from __future__ import annotations

import json
import sys

from broker.gateway.http.app import bare


def text() -> str:
    """Return the document as it stands in `docs/openapi.json`."""
    return json.dumps(bare().openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
