"""Adapters: national formats to events and back, one table per country and one engine for all."""
