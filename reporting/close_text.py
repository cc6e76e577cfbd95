"""Draws a close for the terminal: the report in its layout, the tie-out, and each break in words.

Keep out: reading (close.py) and the order of sections (layouts.py)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reporting.close import Break, Close
from reporting.layouts import LAYOUTS, Block

_FRACTIONS = ("pct_of_sales", "margin", "gp_pct")
_SUBJECT_WIDTH = 32


def money(value: Decimal | None) -> str:
    """1,234.50; nothing known is a dash, never 0."""
    return "-" if value is None else f"{value:,.2f}"


def render(close: Close) -> RenderableType:
    parts: list[RenderableType] = [_heading(close)]
    for block in LAYOUTS[close.layout]:
        for group in _groups(close) if block.per_group else [""]:
            parts += ["", _table(close, block, group)]
    parts += ["", _tie_out(close), "", *_identities(close), *_breaks(close)]
    parts += [Text(f"Not in this close: {one}", style="bold yellow") for one in close.unplaced]
    return Group(*parts)


def _heading(close: Close) -> Text:
    title = f"{close.site_name} ({close.site}) - {close.day:%A, %d %B %Y} - Sales Summary {close.layout}"
    return Text(title, style="bold")


def _groups(close: Close) -> list[str]:
    """The breakout groups by name, the rest last; the rest alone says no more than the whole report."""
    names = sorted({key[0] for key in close.lines if key[0]} - {"not_in_breakout"})
    return [*names, "not_in_breakout"] if names else []


def _table(close: Close, block: Block, group: str) -> Table:
    title = block.title.format(group="not in a breakout" if group == "not_in_breakout" else group)
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim")
    table.add_column(Text(title, style="bold"), min_width=_SUBJECT_WIDTH, no_wrap=True)
    for _, label in block.columns:
        table.add_column(label, justify="right", min_width=12, no_wrap=True)
    for code, label in _rows(close, block):
        style = "bold" if code in block.totals else ""
        table.add_row(Text(f"  {label}"), *_cells(close, block, group, code), style=style)
    for code, label in block.memo:
        if close.lines.get((group, block.section, code, "total")):
            table.add_row(Text(f"  {label} (included above)"), *_cells(close, block, group, code), style="dim")
    return table


def _rows(close: Close, block: Block) -> Iterator[tuple[str, str]]:
    for code, label in block.rows:
        if code == "type:*":
            types = sorted({key[2] for key in close.lines if key[1] == block.section and key[2].startswith("type:")})
            yield from ((name, name.removeprefix("type:")) for name in types)
        else:
            yield code, label


def _cells(close: Close, block: Block, group: str, code: str) -> Iterator[str]:
    for column, _ in block.columns:
        value = close.lines.get((group, block.section, code, column))
        if value is not None and column in _FRACTIONS:
            yield f"{value * 100:,.2f} %"
        else:
            yield f"{value:,.0f}" if code == "ro_count" and value is not None else money(value)


def _tie_out(close: Close) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=True)
    table.add_column(Text("Tie-out", style="bold"), min_width=_SUBJECT_WIDTH, no_wrap=True)
    table.add_column("", justify="right", min_width=12, no_wrap=True)
    table.add_row("  Payments Total", money(close.tie_out["payments_total"]))
    table.add_row("  Total Sales and Other", money(close.tie_out["total_sales_and_other"]))
    verdict = "ties" if close.ties else f"does not tie ({close.tie_out['status']})"
    style = "bold green" if close.ties else "bold red"
    table.add_row(Text("  Difference", style=style), Text(f"{money(close.delta)}", style=style), verdict)
    return table


def _identities(close: Close) -> Iterator[RenderableType]:
    """The day's equation in its three forms (REPORTS 6.1), and the third in words: why sales are not cash."""
    told = close.tie_out
    forms = (("I-1", close.delta), ("I-2", told["i2_diff"]), ("I-3", told["i3_diff"]))
    yield Text("Identities  " + "   ".join(f"{name} {money(left_over)}" for name, left_over in forms))
    yield Text(
        f"Of {money(told['total_sales'] + told['total_other_sales'])} sold, {money(told['charged'])} went on account "
        f"and {money(told['ar_pay'])} was paid on accounts; {money(told['advance_pay'])} was taken in advance and "
        f"{money(told['previous_advance_pay'])} of advances was used; {money(told['store_credit_used'])} was store "
        f"credit: {money(told['total_pay'] - told['i3_diff'])} of money should have come in, and "
        f"{money(told['total_pay'])} did."
    )


def _breaks(close: Close) -> Iterator[RenderableType]:
    if not close.breaks:
        return
    yield ""
    yield Text(f"{len(close.breaks)} break{'s' if len(close.breaks) > 1 else ''}", style="bold")
    for item in close.breaks:
        yield _headline(item)
        yield Text(f"    {item.text} [{item.confidence}]")
        evidence = in_words(item)
        if evidence:
            yield Text(f"    evidence: {evidence}", style="dim")


def subject(item: Break) -> str:
    """What broke the day: the repair order, the payment, or both."""
    named = [
        f"RO {item.ro_number}" if item.ro_number else "",
        f"payment {item.payment}" if item.payment else "",
    ]
    return ", ".join(name for name in named if name) or "the day"


def _headline(item: Break) -> Text:
    amount = money(item.delta) if item.delta else f"0.00, {money(item.at_risk)} at risk"
    return Text.assemble("  ", (f"{item.cause}  ", "bold"), f"{subject(item)}  ", (amount, "bold"))


def in_words(item: Break) -> str:
    """The evidence as 'key value, key value'; what is empty is left out."""
    return ", ".join(
        f"{key.replace('_', ' ')} {_word(value)}" for key, value in item.evidence.items() if value not in (None, "", [])
    )


def _word(value: object) -> str:
    return " and ".join(_word(inner) for inner in value) if isinstance(value, list) else str(value)
