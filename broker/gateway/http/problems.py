"""Answer what cannot be done as RFC 9457 problem details, with the stable codes and nothing of any content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from contracts.errors import BakenError, Code, Disposition, DraftRefused, IntakeFull, RequestRefused

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
"""What a client is asked to wait when what stands in the way says no better."""
MAX_ERRORS = 20

_STATUS: Mapping[Code, HTTPStatus] = {
    Code.H_REQUEST: HTTPStatus.BAD_REQUEST,
    Code.H_CLIENT: HTTPStatus.FORBIDDEN,
    Code.H_RIGHT: HTTPStatus.FORBIDDEN,
    Code.H_NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.H_METHOD: HTTPStatus.METHOD_NOT_ALLOWED,
    Code.H_TIMEOUT: HTTPStatus.REQUEST_TIMEOUT,
    Code.H_SIZE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.H_MEDIA_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Code.H_PARAMETER: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.H_RATE: HTTPStatus.TOO_MANY_REQUESTS,
    Code.H_STREAMS: HTTPStatus.TOO_MANY_REQUESTS,
    Code.H_HEADERS: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    Code.H_FAULT: HTTPStatus.INTERNAL_SERVER_ERROR,
    Code.H_BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.X_UNKNOWN: HTTPStatus.NOT_FOUND,
    Code.X_NOT_ANOTHER: HTTPStatus.FORBIDDEN,
}
_BY_DISPOSITION: Mapping[Disposition, HTTPStatus] = {
    Disposition.REFUSE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Disposition.QUARANTINE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Disposition.RETRY: HTTPStatus.SERVICE_UNAVAILABLE,
    Disposition.HALT: HTTPStatus.INTERNAL_SERVER_ERROR,
}
_FRAMEWORK: Mapping[int, tuple[Code, str]] = {
    HTTPStatus.NOT_FOUND: (Code.H_NOT_FOUND, "there is nothing at this path: /openapi.json lists what there is"),
    HTTPStatus.METHOD_NOT_ALLOWED: (Code.H_METHOD, "this path does not take that method: see the header Allow"),
}

_log = structlog.get_logger()


class Closed(BaseModel):
    """A model whose members are all named: an unknown one is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WrongInput(Closed):
    """One parameter or member that does not fit; its value is not repeated."""

    at: Annotated[str, Field(description="Where: `query.limit`, `body.ground`.", examples=["query.limit"])]
    rule: Annotated[str, Field(description="Which rule it breaks.", examples=["less_than_equal"])]


class Finding(Closed):
    """One thing that is wrong with a record."""

    code: Annotated[str, Field(examples=["A05-minimum"])]
    line: int | None
    field: Annotated[str | None, Field(description="National field.", examples=["geboortedatum"])]
    path: Annotated[str | None, Field(description="Canonical place.", examples=["identity.identities[0].birth"])]
    rule: str
    remedy: str


class Problem(Closed):
    """RFC 9457 problem details; `code` is stable, public and never reused."""

    type: Annotated[str, Field(examples=["urn:baken:problem:H-parameter"])]
    title: Annotated[str, Field(description="The name of the HTTP status.", examples=["Unprocessable Entity"])]
    status: Annotated[int, Field(examples=[422])]
    code: Annotated[str, Field(examples=["H-parameter"])]
    detail: Annotated[str, Field(description="The rule and the remedy; never content.")]
    errors: Annotated[list[WrongInput] | None, Field(description="Each input that does not fit (H-parameter).")] = None
    findings: Annotated[
        list[Finding] | None, Field(description="Everything that is wrong with a draft (X-draft-refused).")
    ] = None


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of these refusals and of those that every operation may answer with."""
    always = (
        HTTPStatus.FORBIDDEN,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    )
    return {status.value: _documented(status) for status in sorted({*always, *statuses})}


def _documented(status: HTTPStatus) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": status.phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        shown = {"description": "Seconds to wait before trying again.", "schema": {"type": "integer"}}
        described["headers"] = {"Retry-After": shown}
    return described


def status_of(fault: BakenError) -> HTTPStatus:
    """Return the HTTP status of a failure."""
    return _STATUS.get(fault.code) or _BY_DISPOSITION[fault.disposition]


def answer(
    fault: BakenError, *, errors: Sequence[WrongInput] = (), headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return the response that tells a client of `fault`."""
    status = status_of(fault)
    detail = fault.detail
    if fault.disposition is Disposition.HALT:
        detail = "the gateway found its own state wrong: its log names the fault"
    problem = Problem(
        type=f"urn:baken:problem:{fault.code.value}",
        title=status.phrase,
        status=status.value,
        code=fault.code.value,
        detail=detail,
        errors=list(errors) or None,
        findings=[Finding(**one.to_json()) for one in fault.findings] if isinstance(fault, DraftRefused) else None,
    )
    sent = dict(headers or {})
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        sent["Retry-After"] = str(_retry_seconds(fault))
    if fault.code in {Code.H_SIZE, Code.H_TIMEOUT}:
        sent["Connection"] = "close"  # the rest of the body is not read
    said = {name: value for name, value in problem.model_dump().items() if value is not None}
    return JSONResponse(said, status.value, sent, MEDIA_TYPE)


def _retry_seconds(fault: BakenError) -> int:
    if isinstance(fault, (IntakeFull, RequestRefused)) and fault.retry_seconds:
        return fault.retry_seconds
    return RETRY_SECONDS


def install(app: FastAPI) -> None:
    """Make `app` answer every failure, its framework's among them, as a problem."""
    app.add_exception_handler(BakenError, _refused)
    app.add_exception_handler(HTTPException, _by_framework)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)


async def _refused(_request: Request, fault: Exception) -> JSONResponse:
    assert isinstance(fault, BakenError)  # noqa: S101 - registered for these alone
    if fault.disposition is Disposition.HALT:
        _log.error("http.fault", exc_info=fault)
    return answer(fault)


async def _by_framework(_request: Request, fault: Exception) -> JSONResponse:
    assert isinstance(fault, HTTPException)  # noqa: S101 - registered for these alone
    if isinstance(fault.__cause__, BakenError):
        return answer(fault.__cause__)  # a limit that was met while the framework read the body
    code, detail = _FRAMEWORK.get(fault.status_code, (Code.H_REQUEST, "the request cannot be read"))
    return answer(RequestRefused(code, detail), headers=fault.headers)


async def _invalid(_request: Request, fault: Exception) -> JSONResponse:
    assert isinstance(fault, RequestValidationError)  # noqa: S101 - registered for these alone
    # `input`, `ctx` and `msg` of an error may repeat what was sent; place and rule do not.
    errors = [
        WrongInput(at=".".join(str(step) for step in error["loc"]), rule=str(error["type"]))
        for error in fault.errors()[:MAX_ERRORS]
    ]
    detail = "these inputs do not fit: /openapi.json describes them"
    return answer(RequestRefused(Code.H_PARAMETER, detail), errors=errors)


async def _unexpected(_request: Request, fault: Exception) -> JSONResponse:
    # Class and frames alone: the text of an unforeseen fault may quote a record.
    _log.error("http.fault", exc_info=fault)
    return answer(RequestRefused(Code.H_FAULT, "an unforeseen fault of the gateway: its log names the place"))


def schemas() -> dict[str, Any]:
    """Return the OpenAPI schemas of a problem."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}
