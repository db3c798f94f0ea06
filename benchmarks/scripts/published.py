"""The published SDK, 5.0.4. Its HTTP layer decodes each response to text before it is parsed."""

from __future__ import annotations

import json

from benchmarks.scripts.sdk import works
from benchmarks.scripts.worker import serve

if __name__ == "__main__":
    # Its metadata models lack the attributes for user and time of a change.
    without = "uuid user timestamp change mode"
    serve(works(bytes.decode, lambda client, model: json.dumps(client.sanitize_for_serialization(model)), without))
