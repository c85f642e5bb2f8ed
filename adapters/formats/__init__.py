"""Format codecs: between the bytes of a file and its records as named texts."""
