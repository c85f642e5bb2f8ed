"""Sections: the unit of minimisation. One closed model for the content of each (CONTRACTS 2)."""
