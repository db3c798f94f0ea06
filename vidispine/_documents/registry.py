"""Finding generated classes by name, and recognizing models. Classes are loaded on first access (PEP 562)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["attach", "find_model", "is_model", "xml_names"]


def attach(package: str, names: Collection[str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` for a package whose public names are each defined in a submodule.

    :param package: the package's ``__name__``
    :param names: its public names; ``JobType`` is loaded from the module ``job_type``
    """
    known = frozenset(names)

    def load(name: str) -> Any:
        if name not in known:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        # Imported here, because compiling its regular expression would slow down `import vidispine`.
        from vidispine._documents.naming import module_name

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
