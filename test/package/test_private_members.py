"""Private members of urllib3 and ``http.client`` are used in two modules, which list them.

Tried with urllib3 1.26.18 (``tox -e lowest``) and the newest release (``tox -e newest``). A member that a version lacks
must have a fallback.
"""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

import vidispine
from vidispine._transport import connections, http1

PACKAGE = Path(vidispine.__file__).parent
LISTED = {**connections.PRIVATE_MEMBERS, **http1.PRIVATE_MEMBERS}
OPTIONAL = {
    "urllib3.connection.HTTPConnection": {"_dns_host"},
    "urllib3.response.HTTPResponse": {"_body", "_decoder", "_fp"},  # set by its constructor
    "urllib3.response.GzipDecoder": {"_obj", "_state"},  # set by its constructor
}
"""Members that are not found on the class; the modules read them with a default."""


@pytest.mark.parametrize("dotted", LISTED)
def test_listed_members_exist(dotted: str) -> None:
    module, _, name = dotted.rpartition(".")
    found = getattr(import_module(module), name)
    missing = {member for member in LISTED[dotted] if not hasattr(found, member)}
    assert missing <= OPTIONAL.get(dotted, set())


def private_names(path: Path) -> set[str]:
    """Return the private attributes that a module reads of anything but its own instances."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
    }
    own |= {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr[:1] == "_" and node.attr[:2] != "__" and node.attr not in own
    }


def test_no_other_module_of_the_transport_uses_private_members() -> None:
    listed = {member for members in LISTED.values() for member in members}
    others = [path for path in PACKAGE.glob("_transport/*.py") if path.stem not in ("connections", "http1")]
    assert len(others) > 5
    for path in others:
        text = path.read_text(encoding="utf-8")
        assert [member for member in listed if re.search(rf"\b{member}\b", text)] == [], path
        assert private_names(path) <= {"_reset_after_fork"}, path


def test_both_modules_list_what_they_use() -> None:
    for module in (connections, http1):
        listed = {member for members in module.PRIVATE_MEMBERS.values() for member in members}
        text = Path(module.__file__ or "").read_text(encoding="utf-8")
        assert listed
        for member in listed:
            # Once in the list, and at least once where it is used.
            assert text.count(member) >= 2, member
