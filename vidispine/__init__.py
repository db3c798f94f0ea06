"""The Python SDK for VidiCore.

Every API class, model and error can be imported from this package. Each is loaded on first access::

    import vidispine

    with vidispine.Client("http://localhost:8080", username="admin", password="admin") as client:
        print(client.job.get_jobs(user=False))
"""

from __future__ import annotations

import sys

from vidispine.version import __version__ as __version__

# Type checkers know this name; importing `typing` would be most of the cost of `import vidispine`.
# Not a literal: jedi, which completes names in IPython and in editors, ignores what follows `if False`.
TYPE_CHECKING = bool()  # noqa: UP018
if TYPE_CHECKING:
    from typing import Any

    from vidispine import api as api
    from vidispine import api_client as api_client
    from vidispine import client as client
    from vidispine import configuration as configuration
    from vidispine import exceptions as exceptions
    from vidispine import jobs as jobs
    from vidispine import media as media
    from vidispine import metadata as metadata
    from vidispine import models as models
    from vidispine import notifications as notifications
    from vidispine import rest as rest
    from vidispine import search as search
    from vidispine import tables as tables
    from vidispine import timecode as timecode
    from vidispine import transfer as transfer
    from vidispine._documents.xml import parse_document as parse_document
    from vidispine._transport.hooks import PreparedRequest as PreparedRequest
    from vidispine.api import *  # noqa: F403
    from vidispine.api_client import ApiClient as ApiClient
    from vidispine.client import Client as Client
    from vidispine.configuration import Configuration as Configuration
    from vidispine.exceptions import *  # noqa: F403
    from vidispine.metadata import Metadata as Metadata
    from vidispine.models import *  # noqa: F403
    from vidispine.paging import Pages as Pages
    from vidispine.search import Facet as Facet
    from vidispine.search import Field as Field
    from vidispine.search import Search as Search
    from vidispine.tables import records as records
    from vidispine.timecode import TimeBase as TimeBase
    from vidispine.timecode import TimeCode as TimeCode
    from vidispine.timecode import TimeSpan as TimeSpan
    from vidispine.tokens import TokenSource as TokenSource
    from vidispine.types import ApiResponse as ApiResponse
    from vidispine.types import CallInfo as CallInfo

_MODULES = {
    "ApiClient": "vidispine.api_client",
    "ApiResponse": "vidispine.types",
    "CallInfo": "vidispine.types",
    "Client": "vidispine.client",
    "Configuration": "vidispine.configuration",
    "Facet": "vidispine.search",
    "Field": "vidispine.search",
    "Metadata": "vidispine.metadata",
    "Pages": "vidispine.paging",
    "PreparedRequest": "vidispine._transport.hooks",
    "Search": "vidispine.search",
    "TimeBase": "vidispine.timecode",
    "TimeCode": "vidispine.timecode",
    "TimeSpan": "vidispine.timecode",
    "TokenSource": "vidispine.tokens",
    "parse_document": "vidispine._documents.xml",
    "records": "vidispine.tables",
}
_SUBMODULES = (
    "api",
    "api_client",
    "client",
    "configuration",
    "exceptions",
    "jobs",
    "media",
    "metadata",
    "models",
    "notifications",
    "rest",
    "search",
    "tables",
    "timecode",
    "transfer",
)
# Packages and modules whose public names can also be imported from here, in the order in which they are searched.
_RE_EXPORTED = ("exceptions", "api", "models")


_MOVED = {
    "_lazy": ["_documents.registry"],
    "answer": ["_transport.http1"],
    "call_log": ["_calls.log"],
    "compatibility": ["_calls.compatibility"],
    "connections": ["_transport.connections"],
    "conversion": ["_documents.conversion"],
    "deadline": ["_transport.deadline"],
    "display": ["_documents.display"],
    "download": ["_calls.download"],
    "failures": ["_transport.errors"],
    "forking": ["_transport.forking"],
    "job_outcome": ["_mixins.job_state"],
    "job_waiting": ["_mixins.job_waiting"],
    "naming": ["_documents.registry"],
    "operation": ["_calls.operation"],
    "redirects": ["_transport.redirects"],
    "request": ["_calls.request"],
    "response": ["_calls.response"],
    "retry": ["_transport.retry"],
    "serialization": ["_calls.parameters", "_documents.json", "_documents.times"],
    "upload": ["_calls.upload"],
}
"""The engine modules of 6.0.0, none of them public, and the modules that replace each of them. Removed in 7.0."""


class _MovedModules:
    """An import hook that finds the engine modules of 6.0.0 under their new names, with a warning."""

    @staticmethod
    def find_spec(name: str, *_: object) -> Any:
        package, module = name.rpartition(".")[::2]
        if package != __name__ or module not in _MOVED:
            return None
        from importlib.machinery import ModuleSpec

        return ModuleSpec(name, _MovedModules)  # type: ignore[arg-type]

    @staticmethod
    def create_module(_: Any) -> None:
        """Let Python create the module, as it does by default."""

    @staticmethod
    def exec_module(module: Any) -> None:
        import warnings

        name = module.__name__
        now = [_import(f"{__name__}.{one}") for one in _MOVED[name.rpartition(".")[2]]]
        warnings.warn(
            f"{name} is an internal module that has moved; 7.0 removes the old name", DeprecationWarning, stacklevel=3
        )
        if len(now) == 1:
            sys.modules[name] = now[0]
        for one in now:
            module.__dict__.update((key, value) for key, value in vars(one).items() if not key.startswith("__"))


sys.meta_path.append(_MovedModules)


def _import(module: str) -> Any:
    """Import a module and return it. Not with ``importlib``, which would make ``import vidispine`` slower."""
    __import__(module)
    return sys.modules[module]


def _load(name: str) -> Any:
    if name == "__all__":
        return [public for public in __dir__() if not public.startswith("_")]
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in _SUBMODULES or name in _MOVED:
        return _import(f"{__name__}.{name}")
    module = _module_of(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{_did_you_mean(name)}")
    value = getattr(_import(module), name)
    # Cached, so that the next access does not call this function.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    public = {"__version__", *_MODULES, *_SUBMODULES}
    for module in _RE_EXPORTED:
        public.update(_import(f"{__name__}.{module}").__all__)
    return sorted(public | {name for name in globals() if name.startswith("__")})


def _module_of(name: str) -> str | None:
    """Return the module that a public name is taken from."""
    if name in _MODULES:
        return _MODULES[name]
    for module in _RE_EXPORTED:
        if name in _import(f"{__name__}.{module}").__all__:
            return f"{__name__}.{module}"
    return None


def _did_you_mean(name: str) -> str:
    from vidispine.exceptions import did_you_mean

    return did_you_mean(name, __dir__())


if not TYPE_CHECKING:
    # Hidden from type checkers, which would accept any name.
    __getattr__ = _load
