"""The published SDK, 5.0.4: its HTTP layer turns each answer into text before it is decoded."""

from __future__ import annotations

import json

from benchmarks.scripts.sdk import works
from benchmarks.scripts.worker import serve

if __name__ == "__main__":
    # Its models of metadata do not know who set a value, and when.
    without = "uuid user timestamp change mode"
    serve(works(bytes.decode, lambda client, model: json.dumps(client.sanitize_for_serialization(model)), without))
