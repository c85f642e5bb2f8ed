"""Carry records over Kafka: the only users of aiokafka and FastStream."""
