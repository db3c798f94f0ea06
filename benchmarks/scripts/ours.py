"""This SDK."""

from __future__ import annotations

from sdk import works
from worker import serve

if __name__ == "__main__":
    serve(works(bytes, lambda _, model: model.to_json()))
