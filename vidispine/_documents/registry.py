"""Python names for names of the API, and generated classes by name, which are loaded on first access (PEP 562)."""

from __future__ import annotations

import keyword
from importlib import import_module
from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["attach", "find_model", "is_model", "module_name", "snake_case", "xml_names"]

_LOWER, _UPPER = frozenset(ascii_lowercase), frozenset(ascii_uppercase)
_LOWER_OR_DIGIT = _LOWER.union(digits)


def snake_case(wire: str) -> str:
    """Return the Python name for a name of the API: ``notification_data`` for ``notificationData``."""
    name = ""
    # Without a regular expression, whose compilation would delay the start of every program.
    for before, letter, after in zip(f" {wire}", wire, f"{wire[1:]} "):
        starts_word = letter in _UPPER and (before in _LOWER_OR_DIGIT or (before in _UPPER and after in _LOWER))
        name += f"_{letter}" if starts_word else letter
    name = name.replace("-", "_").replace(".", "_").lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def module_name(name: str) -> str:
    """Return the name of the module that defines a class: ``job_type`` for ``JobType``."""
    module = snake_case(name)
    # A package has both as attributes. The letters of some scripts have no case.
    return f"{module}_" if module == name else module


def attach(package: str, names: Collection[str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` for a package whose public names are each defined in a submodule.

    :param package: the package's ``__name__``
    :param names: its public names; ``JobType`` is loaded from the module ``job_type``
    """
    known = frozenset(names)

    def load(name: str) -> Any:
        if name not in known:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{module_name(name)}"), name)
        # Stored in the package, so that the next access does not call this function.
        import_module(package).__dict__[name] = value
        return value

    def names_of_package() -> list[str]:
        return sorted({*import_module(package).__dict__, *known})

    return load, names_of_package


def find_model(name: str) -> Any:
    """Return a model or an enum by its name, such as ``JobType``.

    This is the only function that finds models by name. Documents refer to other models by name, because imports would
    load all models at once.

    :raises AttributeError: there is no such model
    """
    return getattr(import_module(f"{__name__.partition('.')[0]}.models"), name)


def is_model(value: Any) -> bool:
    """Return whether a value is a model."""
    # Not isinstance(): the module of `Model` imports those that ask.
    return hasattr(type(value), "_encode")


def xml_names() -> Any:
    """Return the generated module with ``NAMESPACE``, and ``ROOTS``: the name of the model of each root element."""
    return import_module(f"{__name__.partition('.')[0]}.models._xml")
