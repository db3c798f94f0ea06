"""HTTP: routing, requests and responses, argument checks, representations, byte streams, recording, fault injection."""
