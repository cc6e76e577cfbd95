"""How the command line speaks: tables or JSON on standard output, progress and errors on standard error.

Keep out: what is said (views.py) and the commands (cli.py)."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from connectors.base import TieoutError
from orchestration.validation import ConfigError
from reporting.close import ReportError

Redact = Callable[[str], str]
_redactors: list[Redact] = []


ENDLESS = 10_000  # columns of text where no screen ends the line


def out(width: int | None = None) -> Console:
    """As wide as the terminal; in a file or a log as wide as said, else wide enough for the tables that we lay out."""
    return Console(width=width or (None if sys.stdout.isatty() else 140), highlight=False)


def note() -> Console:
    return Console(stderr=True, highlight=False)


def hide(redact: Redact) -> None:
    """Errors of this run pass through here, so that no secret is printed."""
    _redactors.append(redact)


def show(format_: str, data: Any, *tables: RenderableType) -> None:
    """`data` for machines, the tables for people."""
    if format_ == "json":
        sys.stdout.write(json.dumps(data, default=_plain, indent=2) + "\n")
    else:
        for table in tables:
            out().print(table)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


@contextmanager
def progress(format_: str) -> Iterator[Progress]:
    """A progress display that goes away when it is done; nothing of it where nobody watches."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    watched = format_ == "table" and sys.stderr.isatty()
    with Progress(*columns, console=note(), transient=True, disable=not watched) as display:
        yield display


def guarded(command: Callable[[], bool], debug: bool) -> int:
    """Run the command, which says whether all is well; its exit code. Errors come without a stack trace."""
    sys.excepthook = sys.__excepthook__ if debug else _unexpected
    try:
        return 0 if command() else 1
    except (TieoutError, ReportError) as error:
        if debug:
            traceback.print_exc()
        note().print(f"[bold red]error[/] {_hidden(str(error))}", soft_wrap=True)
        return 2 if isinstance(error, ConfigError | ReportError) else 1
    except KeyboardInterrupt:
        note().print("stopped; nothing is lost, run it again")
        return 130


def _hidden(text: str) -> str:
    for redact in _redactors:
        text = redact(text)
    return text.replace("[", "\\[")


def _unexpected(kind: type[BaseException], error: BaseException, _: Any) -> None:
    """What nobody foresaw: one line, and where the trace can be had."""
    name = f"{kind.__name__}: {error}" if str(error) else kind.__name__
    note().print(
        f"[bold red]unexpected error[/] {_hidden(name)}\nAdd --debug to see where it came from.",
        soft_wrap=True,
    )
