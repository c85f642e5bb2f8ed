"""The services: gateway, broker, checkpointer, auditor, and the command line over them."""
