"""Plain text on standard output and standard error."""

from __future__ import annotations

import sys

import click

__all__ = ["is_terminal", "write", "write_note"]


def is_terminal() -> bool:
    """Return whether standard output is a terminal."""
    return sys.stdout.isatty()


def write(text: str) -> None:
    """Write text to standard output, and a line end if the text has none."""
    sys.stdout.write(text if not text or text.endswith("\n") else f"{text}\n")


def write_note(text: str) -> None:
    """Write a message for people to standard error, which leaves standard output to programs."""
    click.echo(text, err=True)
