"""The conformance kit: the same checks for every adapter, installed or in the making."""

from __future__ import annotations

from adapters.conformance.kit import Failure, Subject, check, subject_of

__all__ = ["Failure", "Subject", "check", "subject_of"]
