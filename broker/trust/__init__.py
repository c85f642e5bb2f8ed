"""Who is trusted for what: keys, certificates, the signed list and its freshness (DESIGN 10)."""
