"""Run a whole exchange on one machine: a real Kafka, its PKI, and every service as a process of its own."""
