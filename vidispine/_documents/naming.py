"""Python names for names of the API."""

from __future__ import annotations

import keyword
import re

__all__ = ["module_name", "snake_case"]

_WORD_START = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"


def snake_case(wire: str) -> str:
    """Return the Python name for a name of the API: ``notification_data`` for ``notificationData``."""
    name = re.sub(_WORD_START, "_", wire).replace("-", "_").replace(".", "_").lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def module_name(name: str) -> str:
    """Return the name of the module that defines a class: ``job_type`` for ``JobType``."""
    module = snake_case(name)
    # A package has both as attributes. The letters of some scripts have no case.
    return f"{module}_" if module == name else module
