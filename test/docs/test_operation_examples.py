"""The examples of operations that the simulator does not implement send valid requests, and read what is documented.

Those of the other operations run on the simulator, see ``test_reference_examples.py``.
"""

from __future__ import annotations

import ast
import contextlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from test.support.described_server import Described
from test.support.examples_in_docs import OPERATION_EXAMPLES, SIMULATED
from test.support.loopback import Loopback
from test.support.operations import EVERY

DEFAULT = "http://localhost:8080"


class Server(NamedTuple):
    url: str
    described: Described


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Loopback() as loopback:
        described = Described()
        loopback.otherwise = described
        yield Server(loopback.url, described)


OPERATIONS = {str(case): case.operation for case in EVERY}
EXAMPLES = {name: example for name, example in OPERATION_EXAMPLES.items() if name.partition(".")[2] not in SIMULATED}


class _Claims(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        return ast.copy_location(ast.Expr(node.test), node)


def _without_claims(script: str) -> ast.Module:
    """Return a script that evaluates its assertions without requiring them, because this server has no state."""
    tree: ast.Module = _Claims().visit(ast.parse(script))
    return ast.fix_missing_locations(tree)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_runs(server: Server, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # for files that are saved without a path
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    server.described.called.clear()
    server.described.refused.clear()
    script = EXAMPLES[name].replace(DEFAULT, server.url)
    assert script != EXAMPLES[name]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(_without_claims(script), name, "exec"), {"__name__": "__main__"})
    assert server.described.refused == []
    operation = OPERATIONS[name]
    assert f"{operation.method} {operation.path}".rstrip("/") in server.described.called


def test_every_operation_has_an_example() -> None:
    assert set(OPERATION_EXAMPLES) == set(OPERATIONS)
