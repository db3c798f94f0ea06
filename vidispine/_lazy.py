"""Names of a package that are loaded when they are first touched (PEP 562)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Mapping


def attach(package: str, modules: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and ``__dir__`` of a package whose names live in other modules.

    :param package: the package's ``__name__``
    :param modules: for each public name the module that defines it, absolute or relative (``".job_type"``)
    """

    def load(name: str) -> Any:
        try:
            module = modules[name]
        except KeyError:
            raise AttributeError(f"module {package!r} has no attribute {name!r}") from None
        value = getattr(import_module(module, package), name)
        # Kept in the package, so that the next access does not come here.
        import_module(package).__dict__[name] = value
        return value

    def names() -> list[str]:
        return sorted({*import_module(package).__dict__, *modules})

    return load, names
