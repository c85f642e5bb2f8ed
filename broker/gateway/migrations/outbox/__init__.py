"""Revisions of the outbox database."""
