"""urllib3 and orjson used directly."""

from __future__ import annotations

import orjson

from benchmarks.scripts.by_hand import works
from benchmarks.scripts.worker import serve

if __name__ == "__main__":
    serve(works(orjson.loads, orjson.dumps))
