"""A simulated VidiCore server, to run programs and tests against.

::

    from vidispine.simulator import Simulator

    with Simulator() as vidicore:
        print(vidicore.url)

Requires the extra ``simulator``.

The root contains the server and its state. The folders import each other in one direction, from left to right:
``media``, then ``jobs`` and ``catalog``, then ``accounts``, ``database`` and ``http``. Their modules are named by kind:

- ``*_store``: reads and writes rows of the database
- ``*_documents``: builds the documents of responses
- ``*_handlers``: implements operations; a handler has the name of its operation
- ``schema``: defines the tables of the folder

What a folder adds to those below it is an ``Extension``; see ``jobs.extensions``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vidispine.simulator.server import Simulator as Simulator

__all__ = ["Simulator", "SimulatorError"]

_EXTRA = ("cheroot", "werkzeug")


class SimulatorError(RuntimeError):
    """The simulator cannot start or continue. The message is one line."""


def __getattr__(name: str) -> Any:
    if name != "Simulator":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = import_module("vidispine.simulator.server").Simulator
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise ImportError("the simulator requires its extra: pip install 'vidispine[simulator]'") from error
    # Later accesses do not call this function.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
