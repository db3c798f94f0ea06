"""Flat modules are public, packages that begin with an underscore are not; names are unambiguous."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

import pytest

import vidispine

ALIASES = frozenset({"model", "server_error"})
"""Names that pickles of 6.0.0 refer to."""
MODULES = [module.name for module in pkgutil.iter_modules(vidispine.__path__) if not module.name.startswith("_")]


@pytest.mark.parametrize("name", sorted(set(MODULES) - ALIASES - {"cli", "opentelemetry", "simulator"}))
def test_no_public_function_shares_its_name_with_a_module(name: str) -> None:
    module = import_module(f"vidispine.{name}")
    functions = {
        found
        for found, value in vars(module).items()
        if inspect.isfunction(value) and not found.startswith("_") and value.__module__ == module.__name__
    }
    assert not functions & set(MODULES)


def test_internal_modules_have_docstrings() -> None:
    engine = {module.name: module.ispkg for module in pkgutil.iter_modules(vidispine.__path__) if module.name[0] == "_"}
    assert engine.pop("__main__") is False  # the name that "python -m" requires
    expected = "_calls _documents _media _mixins _profiles _text _transport _values"
    assert sorted(engine) == expected.split()
    assert all(engine.values()), "flat modules are public"
    for name in engine:
        assert import_module(f"vidispine.{name}").__doc__
