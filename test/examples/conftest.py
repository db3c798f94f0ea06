"""The server that the examples are run against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from test.examples.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as ready:
        yield ready
