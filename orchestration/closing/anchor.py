"""Hands the journal's head to a command of the company's own, since a chain alone does not show that its end was cut.

Keep out: the journal (journal.py)."""

from __future__ import annotations

import shlex
import subprocess

PATIENCE = 60.0  # seconds that the command may take


def hand(command: str, head: str, patience: float = PATIENCE) -> str:
    """Runs the command with the head on its standard input. What went wrong, or nothing; the signing stands."""
    try:
        ran = subprocess.run(
            shlex.split(command), input=f"{head}\n", capture_output=True, text=True, check=False, timeout=patience
        )
    except subprocess.TimeoutExpired:
        return f"{command}: did not end within {patience:.0f} s"
    except (OSError, ValueError) as error:
        return f"{command}: {error}"
    if ran.returncode:
        said = " ".join((ran.stderr or ran.stdout).split())[:300]
        return f"{command}: ended with {ran.returncode}{f' ({said})' if said else ''}"
    return ""
