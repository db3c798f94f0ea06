"""Generated classes by name: they are loaded on first access (PEP 562)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["attach", "find_model", "module_of"]


def attach(package: str, names: Collection[str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and ``__dir__`` of a package whose names live in modules called after them.

    :param package: the package's ``__name__``
    :param names: its public names: ``JobType`` is taken from the module ``job_type``
    """
    known = frozenset(names)

    def load(name: str) -> Any:
        if name not in known:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{module_of(name)}"), name)
        # Kept in the package, so that the next access does not come here.
        import_module(package).__dict__[name] = value
        return value

    def everything() -> list[str]:
        return sorted({*import_module(package).__dict__, *known})

    return load, everything


def module_of(name: str) -> str:
    """Return the name of the module that a class is in."""
    from vidispine._documents.naming import (
        snake_case,  # its regular expression is nothing that `import vidispine` should pay for
    )

    return snake_case(name)


def find_model(name: str) -> Any:
    """Return a model or an enum by its name, such as ``JobType``.

    Models are loaded by name here and nowhere else: a document names the models it consists of, and importing them with
    it would load them all.
    """
    return getattr(import_module(f"{__name__.partition('.')[0]}.models"), name)
