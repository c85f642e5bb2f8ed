"""Bring topics, configurations, ACLs and quotas on Kafka into the state that `deploy/kafka/topology.toml` describes."""
