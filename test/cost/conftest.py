"""What all tests of costs have in common."""

from __future__ import annotations

import pytest

from vidispine._documents import json as json_module


@pytest.fixture(autouse=True)
def _json_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use ``json``, because some environments have orjson."""
    monkeypatch.setattr(json_module, "_orjson", lambda: None)
