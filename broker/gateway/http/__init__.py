"""The gateway's HTTP interface: what a national system submits, asks, follows and orders, over mutual TLS."""
