"""The extras of the package: which command needs which, and whether they are installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_missing", "required_extras", "requirement"]

# The modules that each extra of setup.py installs.
_MODULES = {
    "cli": ("click", "keyring", "platformdirs", "rich", "tomlkit"),
    "simulator": ("cheroot", "werkzeug"),
}

_EXTRAS = {"demo": ("cli", "simulator"), "simulator": ("cli", "simulator")}


def required_extras(command: str) -> tuple[str, ...]:
    """Return the extras that a command needs."""
    return _EXTRAS.get(command, ("cli",))


def is_missing(extra: str) -> bool:
    """Return whether an extra is not installed, or is installed only in part."""
    return not all(_is_importable(module) for module in _MODULES[extra])


def _is_importable(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:  # raised by import hooks that block a module
        return False


def requirement(extras: Iterable[str]) -> str:
    """Return the requirement for pip, quoted for a shell: ``'vidispine[cli]'``."""
    return f"'vidispine[{','.join(extras)}]'"
