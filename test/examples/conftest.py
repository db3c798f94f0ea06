"""The server for the examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from test.examples.sandbox import Sandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path) as ready:
        yield ready
