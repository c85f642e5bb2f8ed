"""A log line names events and codes and can carry nothing else."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from broker import logging as baken_logging
from contracts.errors import Code, refusal


@pytest.fixture
def lines() -> io.StringIO:
    """Return the stream that the configured logger writes to."""
    stream = io.StringIO()
    structlog.contextvars.clear_contextvars()
    baken_logging.configure(service="gateway", instance="gw-01", stream=stream)
    return stream


def written(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_listed_fields_with_single_words_pass(lines: io.StringIO) -> None:
    """Ids, codes, numbers and instants are what a line is for."""
    structlog.get_logger().info("record.admitted", jti="01a2", count=3, topic="baken.submit.nl-pol")
    (line,) = written(lines)
    assert line["event"] == "record.admitted"
    assert (line["jti"], line["count"], line["service"], line["instance"]) == ("01a2", 3, "gateway", "gw-01")


def test_content_is_withheld_and_its_field_named(lines: io.StringIO) -> None:
    """Unlisted names, sentences and structures do not pass."""
    structlog.get_logger().info("record.refused", surname="Jansen", reason="born 1 May", code={"a": 1})
    (line,) = written(lines)
    assert line["withheld"] == ["code", "reason", "unlisted"]
    assert "Jansen" not in lines.getvalue()
    assert "born" not in lines.getvalue()


def test_an_exception_is_reduced_to_class_code_and_frames(lines: io.StringIO) -> None:
    """The text of an exception may quote a record, so it never passes."""
    try:
        raise refusal(Code.E13_CONTENT, "Jansen is not a code")
    except Exception:
        structlog.get_logger().exception("record.refused")
    (line,) = written(lines)
    assert (line["fault"], line["code"]) == ("ForbiddenSection", "E13-content")
    assert "Jansen" not in lines.getvalue()


def test_library_messages_lose_their_text(lines: io.StringIO) -> None:
    """aiokafka or SQLAlchemy may quote what they were given."""
    logging.getLogger("aiokafka.consumer").error("cannot read %s", "Jansen")
    (line,) = written(lines)
    assert line["resource"] == "aiokafka.consumer"
    assert "Jansen" not in lines.getvalue()


def test_an_event_name_that_is_a_sentence_is_withheld(lines: io.StringIO) -> None:
    """Event names are dotted words, so that no value is formatted into them."""
    structlog.get_logger().info("admitted Jansen")
    (line,) = written(lines)
    assert line["event"] == "log.withheld"
