"""``vidispine completion``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.output.formats import output_format, output_options, write_document
from vidispine.cli.output.streams import write

__all__ = ["command"]


@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@output_options
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Add the line for your shell to its startup file:

    Examples:
      echo 'eval "$(vidispine completion bash)"' >> ~/.bashrc
      echo 'eval "$(vidispine completion zsh)"' >> ~/.zshrc
      vidispine completion fish > ~/.config/fish/completions/vidispine.fish
    """
    from click.shell_completion import get_completion_class

    completion = get_completion_class(shell)
    if completion is None:  # cannot happen: click supports all three
        raise click.UsageError(f"completion is not supported for {shell}")
    script = completion(context.find_root().command, {}, "vidispine", "_VIDISPINE_COMPLETE").source()
    if output_format(context) == "json":
        write_document({"shell": shell, "script": script})
    else:
        write(script)
