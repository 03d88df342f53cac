"""`completion`: what makes a shell complete commands, options and contacts."""

from __future__ import annotations

import click

__all__ = ["completion"]

_PROGRAM = "netkeep-sync"
_VARIABLE = "_NETKEEP_SYNC_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    bash   netkeep-sync completion bash > ~/.local/share/bash-completion/completions/netkeep-sync
    fish   netkeep-sync completion fish > ~/.config/fish/completions/netkeep-sync.fish
    zsh    netkeep-sync completion zsh > a file named _netkeep-sync in a folder of your $fpath

    Start a new shell then.
    """  # noqa: D301  \b keeps click from filling the lines
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  click has these three
    root = click.get_current_context().find_root().command
    click.echo(kind(root, {}, _PROGRAM, _VARIABLE).source(), nl=False)
