"""Take national records in, and say what became of each."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from adapters import interface
from broker.gateway.http.clients import Submitter
from broker.gateway.http.interface import Here, Interface
from broker.gateway.http.models import SUBMISSION, UUID, Submission, SubmittedRecords
from broker.gateway.http.problems import documented
from broker.gateway.intake.submission import OPEN
from contracts.errors import Code, RequestRefused, UsageError

CANONICAL_ADAPTER = "baken-json"
JSON = frozenset({"application/json", "application/x-ndjson"})
NATIONAL = frozenset({"application/xml", "text/xml", "text/csv", "text/plain", "application/octet-stream"})
MAX_KEY = 255
MAX_WAIT_SECONDS = 30
LOOK_SECONDS = 0.1
MAX_PAGE = 200

router = APIRouter(tags=["submissions"])

SubmissionId = Annotated[str, Path(pattern=UUID, description="Submission id.", examples=[SUBMISSION])]

JSON_EXAMPLE = {
    "type": "signal.v1",
    "purpose": "prevent",
    "basis": ["dir-2023-977:art7"],
    "urgency": "routine",
    "validity_days": 90,
    "claims": [],
    "national_id": "UTO-J-0003",
    "sections": {
        "observation": {
            "observed_on": {"value": "2026-10", "precision": "month"},
            "place": {"country": "NLD", "region": "NL-NH"},
            "reporter": "labour_inspectorate",
            "indicators": {"yes": ["ilo-ec:d5-confiscated_documents", "ilo-ec:d5-debt_bondage"]},
        },
        "handling": {
            "actor": "pseudoniem-utopia-01",
            "codes": ["H0", "H2"],
            "judicial_use": "with_permission",
            "legal_regime": "led",
            "minor": "no",
            "no_third_country": True,
            "onward": "with_release",
        },
    },
}
"""A draft that `baken-json` takes as it stands; a test hands it in."""
_NATIONAL = {"schema": {"type": "string", "format": "binary"}}
BODY = {
    "requestBody": {
        "required": True,
        "description": "One file of national records, or canonical JSON: one draft, an array, or one on each line.",
        "content": {
            "text/csv": {**_NATIONAL, "example": "the bytes of adapters/samples/nl-csv/suspects.csv"},
            "text/plain": _NATIONAL,
            "application/xml": {**_NATIONAL, "example": "the bytes of a file of adapters/samples/de-umf-xml"},
            "text/xml": _NATIONAL,
            "application/octet-stream": _NATIONAL,
            "application/json": {"schema": {}, "example": JSON_EXAMPLE},
            "application/x-ndjson": _NATIONAL,
        },
    }
}


@router.post(
    "/v1/submissions", operation_id="submit", summary="Hand in records", status_code=HTTPStatus.ACCEPTED,
    response_model=Submission, openapi_extra=BODY,
    responses={
        HTTPStatus.ACCEPTED.value: {"description": "Durable; the gateway works on it, or has already.", "headers": {
            "Location": {"description": "Where to ask for its state.", "schema": {"type": "string"}},
        }},
        **documented(
            HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
        ),
    },
)  # fmt: skip
async def submit(
    *,
    here: Here,
    client: Submitter,
    request: Request,
    response: Response,
    adapter: Annotated[
        str | None, Query(max_length=40, description="National format; by default JSON is canonical, all else our own.")
    ] = None,
    to: Annotated[
        list[Annotated[str, Query(pattern=r"^[A-Z]{2}-[A-Z0-9]{2,12}(:[a-z]+)?$")]] | None,
        Query(max_length=100, description="Recipients instead of the routes.", examples=[["DE-BKA:liaison"]]),
    ] = None,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=MAX_KEY, description="The same key and file: the same submission."),
    ] = None,
    prefer: Annotated[
        str | None, Header(description="`wait=10`: answer when all is decided, or after so long.")
    ] = None,
) -> dict[str, Any]:
    """Take a file in. When this answers, it is durable and the national system may forget its copy.

    Ask `Location` for its state; `Prefer: wait=10` often saves that. A record that is wrong is refused by
    itself, with every finding; the others go on. Without a key, a file that is sent again is decided again:
    what is in the exchange already comes out `unchanged`.
    """
    chosen = _adapter(request.headers.get("content-type", ""), adapter, here.gateway.settings.adapter)
    data = await request.body()
    accepted = await run_in_threadpool(
        here.gateway.intake.accept,
        data,
        adapter=chosen,
        actor=here.gateway.pseudonym(client.name),
        client=client.name,
        to=to,
        idempotency_key=idempotency_key,
    )
    response.headers["Location"] = f"/v1/submissions/{accepted.id}"
    seconds = _wait_seconds(prefer)
    if seconds:
        response.headers["Preference-Applied"] = f"wait={seconds}"
    return await _state(here, accepted.id, seconds)


@router.get(
    "/v1/submissions/{submission}", operation_id="getSubmission", summary="See where a submission stands",
    response_model=Submission, responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
def get_submission(here: Here, _client: Submitter, submission: SubmissionId) -> dict[str, Any]:
    """Return its state and counts; `done` and `refused` are final."""
    return here.gateway.intake.submission(submission).to_json()


@router.get(
    "/v1/submissions/{submission}/records", operation_id="listRecords", summary="See what became of each record",
    response_model=SubmittedRecords, responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)  # fmt: skip
def list_records(
    here: Here,
    _client: Submitter,
    submission: SubmissionId,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="Behind this record.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
) -> dict[str, Any]:
    """Return its records in file order: the event of each or every finding, and the residue with its values."""
    intake = here.gateway.intake
    intake.submission(submission)
    found = intake.records(submission, after=after, limit=limit + 1)
    shown, more = found[:limit], len(found) > limit
    following = f"/v1/submissions/{submission}/records?after={shown[-1].number}&limit={limit}" if more else None
    return {"records": [record.to_json() for record in shown], "next": following}


def _adapter(content_type: str, named: str | None, own: str) -> str:
    """Return the adapter that reads a body: as named, canonical for JSON, else the gateway's own."""
    media = content_type.partition(";")[0].strip().lower()
    if media not in JSON | NATIONAL:
        kinds = ", ".join(sorted(JSON | NATIONAL))
        raise RequestRefused(Code.H_MEDIA_TYPE, f"Content-Type must be one of {kinds}")
    chosen = named or (CANONICAL_ADAPTER if media in JSON else own)
    try:
        interface.find(chosen)
    except UsageError as fault:
        raise RequestRefused(Code.H_PARAMETER, f"query.adapter: {fault.detail}") from fault
    return chosen


def _wait_seconds(prefer: str | None) -> int:
    """Return the seconds of `Prefer: wait=N` (RFC 7240), bounded; 0 without it."""
    found = re.search(r"(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])", prefer or "")
    return min(int(found[1]), MAX_WAIT_SECONDS) if found else 0


async def _state(here: Interface, id_: str, seconds: int) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        found = await run_in_threadpool(here.gateway.intake.submission, id_)
        if found.state not in OPEN or loop.time() >= until or here.stop.is_set():
            return found.to_json()
        await asyncio.sleep(LOOK_SECONDS)
