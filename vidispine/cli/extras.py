"""The extras of the package, and whether they are installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_missing", "requirement"]

# What each extra of setup.py brings, by the names that are imported.
_MODULES = {
    "cli": ("click", "keyring", "platformdirs", "rich", "tomlkit"),
    "simulator": ("cheroot", "werkzeug"),
}


def is_missing(extra: str) -> bool:
    """Return whether an extra is not installed, or only in part."""
    return not all(_is_there(module) for module in _MODULES[extra])


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:  # import hooks may refuse a module instead of not finding it
        return False


def requirement(extras: Iterable[str]) -> str:
    """Return what to give to pip for some extras, quoted for a shell: ``'vidispine[cli]'``."""
    return f"'vidispine[{','.join(extras)}]'"
