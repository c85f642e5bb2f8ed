"""Admit or refuse what gateways hand in, put it on record, and route it (DESIGN section 7)."""
