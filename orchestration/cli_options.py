"""Options that several commands of `tieout` share, and how a command is begun. Light to import.

Keep out: the commands (cli.py, cli_report.py)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

Debug = Annotated[bool, typer.Option("--debug", help="Show where an error came from (may stand anywhere).")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of all state. [default: TIEOUT_HOME, else .tieout]", show_default=False),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", help="[default: TIEOUT_CONFIG, else tieout.yml]", show_default=False),
]
DAY = ["%Y-%m-%d"]
Format = Annotated[Literal["table", "json"], typer.Option("--format", help="Tables for people, JSON for machines.")]
Full = Annotated[bool, typer.Option("--full-refresh", help="Build all history again from landing.")]
Connections = Annotated[
    list[str] | None, typer.Option("--connection", help="Only this connection; may be given more than once.")
]


def do(context: typer.Context, command: str, commands: str = "commands", **options: Any) -> None:
    """Ends the program with what `command` of the module `commands` says."""
    from orchestration import console  # noqa: PLC0415  (a second to import, which help must not take)

    module = import_module(f"orchestration.{commands}")
    raise typer.Exit(console.guarded(lambda: getattr(module, command)(**options), debug=bool(context.obj)))
