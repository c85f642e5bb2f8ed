"""The mapping engine: one declarative table per country, read in both directions."""
