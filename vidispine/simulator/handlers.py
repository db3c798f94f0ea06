"""The handlers of all simulated operations: those of all modules of the folders whose names end with ``handlers``."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from vidispine.simulator import accounts, catalog, http, jobs, media
from vidispine.simulator.http.requests import HANDLERS

__all__ = ["HANDLERS"]

for _folder in (accounts, catalog, http, jobs, media):
    for _module in iter_modules(_folder.__path__, f"{_folder.__name__}."):
        if _module.name.endswith("handlers"):
            import_module(_module.name)
