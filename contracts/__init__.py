"""The vocabulary and the rules of the exchange. Imports nothing of ours and does no I/O."""
