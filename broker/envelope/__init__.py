"""Sign, seal, open and verify events (DESIGN 4 and 5; `docs/wire.md` is the same for other engineers)."""
