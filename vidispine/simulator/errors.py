"""Errors of the simulator itself."""

from __future__ import annotations


class SimulatorError(RuntimeError):
    """The simulator cannot start or continue. The message is one line."""
