"""Countries: a table each, and the words that it uses."""
