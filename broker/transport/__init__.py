"""Carry records over Kafka: the only users of aiokafka and FastStream."""

from broker.transport.records import accept_any_header_name

accept_any_header_name()
