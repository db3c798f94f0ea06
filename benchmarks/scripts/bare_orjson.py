"""urllib3 and orjson, used by hand."""

from __future__ import annotations

import orjson

from by_hand import works
from worker import serve

if __name__ == "__main__":
    serve(works(orjson.loads, orjson.dumps))
