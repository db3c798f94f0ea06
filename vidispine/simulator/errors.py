"""What goes wrong with the simulator itself, as opposed to the errors that it answers with."""

from __future__ import annotations

__all__ = ["SimulatorError"]


class SimulatorError(RuntimeError):
    """The simulator cannot start or go on; the message is one line that says why."""
