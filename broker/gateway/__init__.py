"""Run a participant's gateway: the only place where personal data exists in clear."""
