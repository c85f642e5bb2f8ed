"""Revisions of the inbox database."""
