"""urllib3 and json, used by hand: what the others are compared with."""

from __future__ import annotations

import json

from by_hand import works
from worker import serve

if __name__ == "__main__":
    serve(works(json.loads, json.dumps))
