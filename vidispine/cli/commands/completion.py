"""``vidispine completion``: what a shell needs to complete commands, options, operations and profiles."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.output.formats import write

__all__ = ["command"]


@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Writes a script for the shell. Bash and zsh read it at the beginning of each session:

    Examples:
      echo 'eval "$(vidispine completion bash)"' >> ~/.bashrc
      echo 'eval "$(vidispine completion zsh)"' >> ~/.zshrc
      vidispine completion fish > ~/.config/fish/completions/vidispine.fish
    """
    from click.shell_completion import get_completion_class

    from vidispine.cli.application import application

    completion = get_completion_class(shell)
    if completion is None:  # click knows the three
        raise click.UsageError(f"there is no completion for {shell}")
    write(completion(application, {}, "vidispine", "_VIDISPINE_COMPLETE").source())
