"""The command `baken`: thin commands over the services. Exit codes as in `broker.cli.output`."""

from broker.cli.main import main

__all__ = ["main"]
