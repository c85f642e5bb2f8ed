"""Take national files in, durably, and work them off record by record: each record once, whatever happens."""
